import { join } from 'node:path';

export default {
  // Only because `file:../..` leads out of this folder.
  turbopack: { root: join(import.meta.dirname, '../..') },
};

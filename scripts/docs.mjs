// npm run docs: writes docs/mapping.md anew from the tables in src/conventions.
import { spawnSync } from 'node:child_process';

const jest = new URL('../node_modules/jest/bin/jest.js', import.meta.url).pathname;
const { status } = spawnSync(process.execPath, [jest, 'test/mapping-docs'], { stdio: 'inherit', env: { ...process.env, UPDATE_DOCS: '1' } });
process.exitCode = status ?? 1;

// npm run docs: writes docs/mapping.md anew from the tables in src/conventions, and the table of docs/compatibility.md.
import { spawnSync } from 'node:child_process';

const jest = new URL('../node_modules/jest/bin/jest.js', import.meta.url).pathname;
const { status } = spawnSync(process.execPath, [jest, 'test/mapping-docs', 'test/compatibility'], { stdio: 'inherit', env: { ...process.env, UPDATE_DOCS: '1' } });
process.exitCode = status ?? 1;

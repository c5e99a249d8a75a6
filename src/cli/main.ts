#!/usr/bin/env node
import { createProgram } from './program.js';
import { version } from './version.js';

createProgram(version)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });

#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createProgram } from './program.js';
import { version } from './version.js';

// Whoever read the lines has seen enough (`| head`).
process.stdout.on('error', () => {});

/** Exit statuses: 0 all is well, 1 something failed, 2 the command line cannot be understood. */
createProgram(version)
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      // It has said why.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });

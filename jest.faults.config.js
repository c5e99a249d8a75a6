import base from './jest.config.js';

/**
 * Everything that goes wrong, and what takes minutes: `npm run faults`. It runs Jest with
 * --experimental-vm-modules, since OTLP's exporter imports Node's http by `import()`.
 *
 * @type {import('jest').Config}
 */
export default {
  ...base,
  roots: ['<rootDir>/test/faults'],
  testMatch: ['**/*.slow.ts', '**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
  // Figures are taken here: one after the other.
  maxWorkers: 1,
};

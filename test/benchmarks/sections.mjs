// The parts of the bench in the order of the report: what each is called on the command line, and its file.
export const SECTIONS = {
  mapping: 'map-and-serialize.mjs',
  shares: 'shares.mjs',
  folding: 'fold.mjs',
  hostile: 'hostile.mjs',
  'end-to-end': 'end-to-end.mjs',
  processor: 'processor.mjs',
  traces: 'traces.mjs',
  stall: 'stall.mjs',
  cold: 'cold.mjs',
  memory: 'memory.mjs',
  growth: 'growth.mjs',
};

/** Those whose figures are also given for other Nodes. */
export const JUDGED = ['mapping', 'end-to-end', 'processor', 'traces', 'stall', 'cold'];

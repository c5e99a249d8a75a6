/** What can be flushed before a process ends. */
interface Flushable {
  forceFlush(): Promise<void>;
}

const waiting = new Set<Flushable>();

/** One listener for all: a process that makes many processors must not be warned of a leak. */
function flushAll(): void {
  for (const one of waiting) void one.forceFlush();
  waiting.clear();
}

/**
 * Has something flushed once when the process has nothing left to do. Not on `process.exit` or a
 * signal: nothing can wait then. Answers how to take that back.
 */
export function flushOnExit(one: Flushable): () => void {
  if (waiting.size === 0) {
    process.off('beforeExit', flushAll);
    process.on('beforeExit', flushAll);
  }
  waiting.add(one);
  return () => {
    waiting.delete(one);
    if (waiting.size === 0) process.off('beforeExit', flushAll);
  };
}

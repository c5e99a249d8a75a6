import fc from 'fast-check';
import { book } from '../../src/conventions/book.js';
import { readFacts } from '../../src/conventions/read-facts.js';
import { knownKeys } from './known-keys.js';

describe('attributes that say nothing', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ['none', {}, true],
    ['those of a database call', { 'db.system': 'postgresql', 'db.statement': 'SELECT 1', 'net.peer.name': 'db' }, true],
    ['one more of the kind', { 'db.system': 'postgresql', 'db.statement': 'SELECT 1', 'net.peer.name': 'db', 'net.peer.port': 5432 }, true],
    ['the same, and a conversation', { 'db.system': 'postgresql', 'db.statement': 'SELECT 1', 'session.id': 'c' }, false],
    ['the same, and a failure', { 'db.system': 'postgresql', 'error.type': 'ECONNREFUSED' }, false],
    ['a model call', { 'gen_ai.operation.name': 'chat' }, false],
    ['what may be no span at all', { 'logfire.span_type': 'pending_span' }, false],
  ])('%s', (_, attributes, silent) => expect(book.isSilent(attributes)).toBe(silent));

  it('may have one that does not count', () => {
    const stamped = { 'db.system': 'redis', 'honeyhive.session_id': 'ours' };
    expect([book.isSilent(stamped), book.isSilent(stamped, 'honeyhive.session_id')]).toEqual([false, true]);
  });

  it('are none of which a digest has a use, in whatever order they come', () => {
    const keys = fc.uniqueArray(fc.oneof(fc.constantFrom(...knownKeys.map(({ key }) => key)), fc.string()), { maxLength: 6 });
    fc.assert(
      fc.property(keys, (given) => {
        const attributes = Object.fromEntries(given.map((key) => [key, '1']));
        // With an event, all are read.
        if (book.isSilent(attributes)) expect(readFacts(attributes, [{ name: 'event' }]).silent).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

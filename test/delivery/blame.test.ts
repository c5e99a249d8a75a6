import { Blame, type Suspect } from '../../src/delivery/blame.js';
import type { Failure } from '../../src/delivery/outcome.js';

const http502: Failure = { kind: 'retryable', reason: 'http_502', message: '', status: 502 };
const timeout: Failure = { kind: 'retryable', reason: 'timeout', message: '' };
const refused: Failure = { kind: 'retryable', reason: 'network_ECONNREFUSED', message: '', unreachable: true };

const session = (): Suspect => ({ failedAfter: -1 });
const sessions = (count: number): Suspect[] => Array.from({ length: count }, session);

describe('a failure', () => {
  it.each([http502, timeout])('is laid to the session, once for each time that others have passed (%#)', (failure) => {
    const blame = new Blame();
    const bad = session();
    const seen = [blame.failed(bad, failure), blame.failed(bad, failure)];
    blame.passed();
    blame.passed();
    seen.push(blame.failed(bad, failure), blame.failed(bad, failure));
    expect(seen).toEqual(['session', 'nobody', 'session', 'nobody']);
  });

  it('is laid to the server from the fifth session on that fails in a row', () => {
    const blame = new Blame();
    const seen = sessions(7).map((one) => blame.failed(one, http502));
    expect(seen).toEqual(['session', 'session', 'session', 'session', 'server', 'server', 'server']);
  });

  it('is laid to the server whichever session it is, until anything passes', () => {
    const blame = new Blame();
    const all = sessions(5);
    for (const one of all) blame.failed(one, http502);
    expect(blame.failed(all[0]!, http502)).toBe('server');
    blame.passed();
    expect(blame.failed(all[0]!, http502)).toBe('session');
  });

  it('is laid to nobody, however often the same few sessions fail', () => {
    const blame = new Blame();
    const few = sessions(4);
    for (const one of few) blame.failed(one, http502);
    for (let round = 0; round < 100; round += 1) for (const one of few) expect(blame.failed(one, http502)).toBe('nobody');
  });

  it('without a connection is the server’s, and says nothing of what comes after it', () => {
    const blame = new Blame();
    const all = sessions(5);
    for (const one of all) expect(blame.failed(one, refused)).toBe('server');
    expect(all.map(({ failedAfter }) => failedAfter)).toEqual([-1, -1, -1, -1, -1]);
    expect(blame.failed(all[0]!, http502)).toBe('session');
  });
});

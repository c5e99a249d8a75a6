import { type Fault, faultProblem, Faults } from '../../src/local/fault.js';

/** What meets so many requests, one word each. */
function met(faults: readonly Fault[], requests: number): string {
  const all = new Faults();
  all.set(faults);
  return Array.from({ length: requests }, () => all.next()?.kind ?? '-').join(' ');
}

describe('faults', () => {
  it.each<[string, Fault[], string]>([
    ['meet nothing when there are none', [], '- - -'],
    ['meet every request', [{ kind: 503 }], '503 503 503'],
    ['meet so many requests and no more', [{ kind: 503, times: 2 }], '503 503 - -'],
    ['meet a share of the requests, evenly spread', [{ kind: 'reset', share: 0.5 }], '- reset - reset'],
    ['meet a tenth as one of ten', [{ kind: 'reset', share: 0.1 }], '- - - - - - - - - reset - - - - - - - - - reset'],
    ['meet two of three', [{ kind: 429, share: 2 / 3 }], '- 429 429 - 429 429'],
    ['meet a share, so many times', [{ kind: 429, share: 0.5, times: 1 }], '- 429 - -'],
    ['come in turn: the first that meets counts', [{ kind: 503, times: 1 }, { kind: 'silent', share: 0.5 }], '503 - silent - silent'],
  ])('%s', (_, faults, expected) => expect(met(faults, expected.split(' ').length)).toBe(expected));

  it('are replaced', () => {
    const faults = new Faults();
    faults.set([{ kind: 503 }]);
    faults.set([]);
    expect(faults.next()).toBeUndefined();
  });

  it.each<[Fault, string | undefined]>([
    [{ kind: 400 }, undefined],
    [{ kind: 599, retryAfter: 0 }, undefined],
    [{ kind: 302 }, 'a fault is a status from 400 to 599, reset, silent or slow, not 302'],
    [{ kind: 'gone' as never }, 'a fault is a status from 400 to 599, reset, silent or slow, not gone'],
    [{ kind: 503, share: Number.NaN }, 'share is a number above 0 and up to 1'],
    [{ kind: 'slow', delay: -1 }, 'delay is a whole number of milliseconds up to 3600000'],
  ])('%j: %s', (fault, problem) => expect(faultProblem(fault)).toBe(problem));
});

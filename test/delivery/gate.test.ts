import { Gate } from '../../src/delivery/gate.js';
import type { Failure } from '../../src/delivery/outcome.js';

const refused: Failure = { kind: 'retryable', reason: 'network_ECONNREFUSED', message: '', unreachable: true };
const unauthorised: Failure = { kind: 'unauthorised', reason: 'http_401', message: '', status: 401 };
const badGateway: Failure = { kind: 'retryable', reason: 'http_502', message: '', status: 502 };
const busy: Failure = { kind: 'retryable', reason: 'http_429', message: '', status: 429, retryAfterMillis: 10_000 };

describe('Gate', () => {
  it('is open until something fails', () => {
    const gate = new Gate<string>();
    expect(gate.admits(0)).toBe('all');
    expect(gate.pausedUntil(0)).toBeUndefined();
  });

  it('shuts, then lets one probe through, and opens when that passes', () => {
    const gate = new Gate<string>();
    gate.failed('a', refused, 0, 1);
    expect(gate.pausedUntil(0)).toBe(500);
    expect(gate.admits(499)).toBe('none');
    expect(gate.admits(500)).toBe('probe');
    gate.probing('b');
    expect(gate.admits(500)).toBe('none');
    gate.passed('b');
    expect(gate.admits(500)).toBe('all');
  });

  it('shuts for longer each time the probe fails, and begins anew once it has been open', () => {
    const gate = new Gate<string>();
    const pauses: (number | undefined)[] = [];
    gate.failed('a', refused, 0, 1);
    for (let index = 0; index < 3; index += 1) {
      pauses.push(gate.pausedUntil(0));
      gate.probeNow(0);
      gate.probing('b');
      gate.failed('b', refused, 0, 1);
    }
    expect(pauses).toEqual([500, 1_000, 2_000]);
    gate.probeNow(0);
    gate.probing('c');
    gate.passed('c');
    gate.failed('d', refused, 0, 1);
    expect(gate.pausedUntil(0)).toBe(500);
  });

  it('counts the failures of attempts that began before the pause as one', () => {
    const gate = new Gate<string>();
    for (const attempt of ['a', 'b', 'c', 'd']) gate.failed(attempt, refused, 0, 1);
    expect(gate.pausedUntil(0)).toBe(500);
  });

  it('is held shut longer by such an attempt when that knows of a longer wait', () => {
    const gate = new Gate<string>();
    gate.failed('a', refused, 0, 1);
    gate.failed('b', busy, 0, 1);
    expect(gate.pausedUntil(0)).toBe(10_000);
    gate.failed('c', refused, 0, 1);
    expect(gate.pausedUntil(0)).toBe(10_000);
  });

  it('is not opened by an attempt that began before the pause', () => {
    const gate = new Gate<string>();
    gate.failed('a', refused, 0, 1);
    gate.passed('b');
    expect(gate.admits(0)).toBe('none');
  });

  it('is opened by such an attempt when it was shut only because many had failed', () => {
    const gate = new Gate<string>();
    gate.failed('a', badGateway, 0, 1);
    expect(gate.pausedUntil(0)).toBe(500);
    gate.probeNow(0);
    gate.probing('b');
    gate.passed('c');
    expect(gate.admits(0)).toBe('all');
    // What the probe comes to is one attempt's outcome like any other now.
    gate.failed('b', badGateway, 0, 1);
    expect(gate.pausedUntil(0)).toBe(500);
  });

  it('but not once an attempt has shown that the server is to blame', () => {
    for (const failure of [refused, unauthorised, busy]) {
      const gate = new Gate<string>();
      gate.failed('a', badGateway, 0, 1);
      gate.failed('b', failure, 0, 1);
      gate.passed('c');
      expect(gate.admits(0)).toBe('none');
    }
  });

  it('begins at one minute when the key is refused after another kind of failure', () => {
    const gate = new Gate<string>();
    gate.failed('a', refused, 0, 1);
    gate.probeNow(0);
    gate.probing('a');
    gate.failed('a', unauthorised, 0, 1);
    expect(gate.pausedUntil(0)).toBe(60_000);
  });
});

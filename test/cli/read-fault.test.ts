import { InvalidArgumentError } from 'commander';
import { readFault } from '../../src/cli/read-fault.js';

describe('--fail', () => {
  it.each<[string, object]>([
    ['503', { kind: 503 }],
    ['RESET', { kind: 'reset' }],
    ['silent', { kind: 'silent' }],
    ['slow', { kind: 'slow' }],
    ['429, share=0.25, times=3, retry-after=30', { kind: 429, share: 0.25, times: 3, retryAfter: 30 }],
    ['slow,delay=200', { kind: 'slow', delay: 200 }],
  ])('%s is read', (text, fault) => expect(readFault(text)).toEqual([fault]));

  it('is added to those before', () => expect(readFault('reset', [{ kind: 503 }])).toEqual([{ kind: 503 }, { kind: 'reset' }]));

  it.each<[string, string]>([
    ['', 'A fault is a status from 400 to 599, reset, silent or slow, not .'],
    ['200', 'A fault is a status from 400 to 599, reset, silent or slow, not 200.'],
    ['600', 'A fault is a status'],
    ['503,share=0', 'Share is a number above 0 and up to 1.'],
    ['503,share=1.5', 'Share is a number above 0 and up to 1.'],
    ['503,times=0.5', 'Times is a whole number from 1.'],
    ['reset,retry-after=3', 'Retry-after goes with a status only.'],
    ['503,delay=5', 'Delay goes with slow only.'],
    ['slow,delay=99999999', 'Delay is a whole number of milliseconds up to 3600000.'],
    ['503,share', "'share' is no setting of a fault."],
    ['503,share=-1', "'share=-1' is no setting of a fault."],
    ['503,constructor=1', "'constructor=1' is no setting of a fault."],
  ])('%s is refused with a reason and the way to write it', (text, reason) => {
    expect(() => readFault(text)).toThrow(InvalidArgumentError);
    expect(() => readFault(text)).toThrow(reason);
    expect(() => readFault(text)).toThrow('STATUS|reset|silent|slow');
  });
});

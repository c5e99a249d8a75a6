import { diag, DiagLogLevel } from '@opentelemetry/api';
import { Diagnostics } from '../../src/delivery/diagnostics.js';
import { forgetWarnings } from './support/settings.js';

describe('Diagnostics', () => {
  afterEach(() => {
    forgetWarnings();
    diag.disable();
    jest.restoreAllMocks();
  });

  it('warns the process once per code', () => {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const diagnostics = new Diagnostics();
    diagnostics.warnUser('A', 'first');
    diagnostics.warnUser('A', 'second');
    diagnostics.warnUser('B', 'third');
    expect(emit.mock.calls).toEqual([
      ['first', { type: 'HoneyHiveWarning', code: 'A' }],
      ['third', { type: 'HoneyHiveWarning', code: 'B' }],
    ]);
  });

  it('warns the process once for all exporters that have the same to say', () => {
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    for (const message of ['key of a.example', 'key of a.example', 'key of b.example']) new Diagnostics().warnUser('A', message);
    expect(emit.mock.calls.map(([message]) => message)).toEqual(['key of a.example', 'key of b.example']);
  });

  it('repeats a message at most once a minute per key, and names the package', () => {
    let now = 0;
    const warn = jest.fn();
    const nothing = (): void => {};
    diag.setLogger({ warn, error: nothing, info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.WARN);
    const diagnostics = new Diagnostics(() => now);
    diagnostics.warn('a', 'one');
    diagnostics.warn('a', 'two');
    diagnostics.warn('b', 'three');
    now = 59_999;
    diagnostics.warn('a', 'four');
    now = 60_000;
    diagnostics.warn('a', 'five');
    expect(warn.mock.calls.map((call) => call.at(-1))).toEqual(['one', 'three', 'five']);
    expect(warn.mock.calls[0]).toContain('opentelemetry-exporter-honeyhive');
  });

  it('goes on when the logger throws', () => {
    let isFull = false;
    const fail = (): void => {
      if (isFull) throw new Error('disk full');
    };
    diag.setLogger({ warn: fail, error: fail, info: fail, debug: fail, verbose: fail }, DiagLogLevel.ALL);
    const diagnostics = new Diagnostics();
    // The API itself logs when a logger is set and when it is taken away.
    isFull = true;
    expect(() => diagnostics.warn('a', 'one')).not.toThrow();
    expect(() => diagnostics.debug('a', 'one')).not.toThrow();
    isFull = false;
  });
});

import type { ReadableSpanLike } from '../../src/span/readable-span.js';
import { isSessionRoot, type SessionRoots } from '../../src/trace/root-rule.js';
import { makeSpan } from '../span/make-span.js';

const rootless = makeSpan();
const local = makeSpan({ parent: 'parent' });
const remote = makeSpan({ remoteParent: 'parent' });
const old = makeSpan({ oldParent: 'parent' });
const oldRoot = { ...makeSpan(), parentSpanId: undefined } as ReadableSpanLike;
const invalid = { ...makeSpan(), parentSpanContext: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0, isRemote: true } } as ReadableSpanLike;

describe('the root of a session', () => {
  it.each<[string, SessionRoots, ReadableSpanLike, boolean]>([
    ["'trace': a span without a parent", 'trace', rootless, true],
    ["'trace': no span with a local parent", 'trace', local, false],
    ["'trace': no span with a remote parent", 'trace', remote, false],
    ["'trace': a span without a parent on SDK 1.30", 'trace', oldRoot, true],
    ["'trace': no span with a parent on SDK 1.30", 'trace', old, false],
    ["'trace': a span whose parent is the invalid one", 'trace', invalid, true],
    ["'local': a span without a parent", 'local', rootless, true],
    ["'local': no span with a local parent", 'local', local, false],
    ["'local': a span with a remote parent", 'local', remote, true],
    ["'local': a span without a parent on SDK 1.30", 'local', oldRoot, true],
    ["'local': no span with a parent on SDK 1.30, which may be anywhere", 'local', old, false],
    ["'local': a span whose parent is the invalid one", 'local', invalid, true],
    ['a function may choose a span with a parent', (span) => span === local, local, true],
    ['a function may refuse a span without one', () => false, rootless, false],
    ['only true is a choice', (() => 'yes') as unknown as SessionRoots, rootless, false],
  ])('%s', (_, rule, span, expected) => expect(isSessionRoot(span, rule)).toBe(expected));

  it.each<[string, SessionRoots, ReadableSpanLike, number]>([
    ["told for 'local' on SDK 1.30", 'local', old, 1],
    ['not for its roots', 'local', oldRoot, 0],
    ["not for 'trace'", 'trace', old, 0],
    ['not on SDK 2 and 3', 'local', local, 0],
  ])('that a parent may be anywhere is %s', (_, rule, span, times) => {
    const told = jest.fn();
    isSessionRoot(span, rule, told);
    expect(told).toHaveBeenCalledTimes(times);
  });
});

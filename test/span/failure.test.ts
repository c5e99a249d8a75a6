import { SpanStatusCode } from '@opentelemetry/api';
import { failureOf, statusReason } from '../../src/span/failure.js';
import type { ReadableSpanLike, SpanEventLike } from '../../src/span/readable-span.js';
import { makeSpan } from './make-span.js';

const { UNSET, OK, ERROR } = SpanStatusCode;

const exception = (fields: Record<string, unknown>): SpanEventLike => ({
  name: 'exception',
  attributes: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`exception.${name}`, value])),
});

const span = (code: SpanStatusCode, message: string | undefined, attributes: object = {}, events: SpanEventLike[] = []): ReadableSpanLike => ({
  ...makeSpan({ attributes: attributes as Record<string, unknown>, events }),
  status: message === undefined ? { code } : { code, message },
});

const thrown = exception({ type: 'TypeError', message: 'thrown', stacktrace: 'TypeError: thrown\n    at f (a.js:1)' });

const STACK = 'No results\n\nTroubleshooting URL: https://x\n\nError: No results\n    at run (file.js:1:2)\n    at next (file.js:3:4)';

describe('a span that did not fail', () => {
  it.each<[string, ReadableSpanLike]>([
    ['its status is unset', span(UNSET, undefined)],
    ['its status is OK', span(OK, undefined)],
    ['its status is OK, whatever else it says', span(OK, 'message', { 'error.type': 'TimeoutError' }, [thrown])],
    ['it handled an exception', span(UNSET, undefined, {}, [thrown])],
    ['a message without an error status is no failure', span(UNSET, 'message')],
    ['it answered 404, which is no failure of a server', span(UNSET, undefined, { 'http.response.status_code': 404 })],
    ['it has an old message attribute and nothing else', span(UNSET, undefined, { 'error.message': 'message' })],
    ['its error.type is blank', span(UNSET, undefined, { 'error.type': ' ' })],
    ['only the prototype of its attributes has an error.type', span(UNSET, undefined, Object.create({ 'error.type': 'Inherited' }))],
  ])('%s', (_, given) => expect(failureOf(given)).toBeUndefined());
});

describe('a failed span', () => {
  it.each<[string, ReadableSpanLike, object]>([
    ['says nothing', span(ERROR, undefined), {}],
    ['has a message in its status', span(ERROR, 'status'), { message: 'status' }],
    ['has a blank message', span(ERROR, '  '), {}],
    ['has an exception', span(ERROR, undefined, {}, [thrown]), { message: 'thrown', type: 'TypeError', stack: 'TypeError: thrown\n    at f (a.js:1)' }],
    ['has both: the status has the message', span(ERROR, 'status', {}, [thrown]), { message: 'status', type: 'TypeError', stack: expect.any(String) }],
    ['has two exceptions: the last one decided', span(ERROR, undefined, {}, [exception({ message: 'first' }), exception({ message: 'last' })]), { message: 'last' }],
    ['has an error.type', span(ERROR, undefined, { 'error.type': 'TimeoutError' }), { type: 'TimeoutError' }],
    ['has an error.type and an exception without one', span(ERROR, undefined, { 'error.type': 'E' }, [exception({ message: 'm' })]), { message: 'm', type: 'E' }],
    ['has an error.type and an exception with one', span(ERROR, undefined, { 'error.type': '_OTHER' }, [thrown]), { message: 'thrown', type: 'TypeError', stack: expect.any(String) }],
    ['has the old message attribute', span(ERROR, undefined, { 'error.message': 'old' }), { message: 'old' }],
    ['has the old message attribute beside an exception', span(ERROR, undefined, { 'error.message': 'old' }, [thrown]), { message: 'thrown', type: 'TypeError', stack: expect.any(String) }],
    ['left its status unset and has an error.type', span(UNSET, undefined, { 'error.type': '500' }), { type: '500' }],
    ['left its status unset and has an error.type and an exception', span(UNSET, undefined, { 'error.type': 'E' }, [thrown]), { message: 'thrown', type: 'TypeError', stack: expect.any(String) }],
    ['has a numeric error.type', span(UNSET, undefined, { 'error.type': 404 }), { type: '404' }],
    ['has an exception without attributes', span(ERROR, undefined, {}, [{ name: 'exception' }]), {}],
    ['has other events', span(ERROR, undefined, {}, [{ name: 'retry', attributes: { 'exception.message': 'no' } }]), {}],
    ['has a message that is no text', span(ERROR, undefined, {}, [exception({ message: { a: 1 } })]), {}],
  ])('%s', (_, given, failure) => expect(failureOf(given)).toEqual(failure));

  it.each([
    ['a stack', STACK, 'No results\n\nTroubleshooting URL: https://x'],
    ['a stack that begins with all of the message', 'No\n\nSee: x\n\n\nRateLimitError: No\n\nSee: x\n\n    at f (a.js:1)', 'No\n\nSee: x'],
    ['the frames of a stack that begins otherwise', 'No results\nIn short: No results, none\n    at f (a.js:1)', 'No results\nIn short: No results, none'],
    ['the frames of a stack alone', 'Error: No results\n    at f (a.js:1)', 'Error: No results'],
  ])('keeps %s out of its message', (_, said, message) => {
    expect(failureOf(span(ERROR, said))).toEqual({ message, stack: said });
  });

  it('keeps the stack of its exception, if there is one', () => {
    expect(failureOf(span(ERROR, STACK, {}, [thrown]))).toMatchObject({ stack: 'TypeError: thrown\n    at f (a.js:1)' });
  });

  it.each([
    ['at home', 'nobody was\nat home'],
    ['frames only', '    at run (file.js:1:2)'],
    ['at the very start', '\n    at run (file.js:1:2)'],
  ])('does not take %s for a stack', (_, message) => expect(failureOf(span(ERROR, message))).toEqual({ message }));

  it.each([
    ['a megabyte of line breaks', '\n'.repeat(1_000_000)],
    ['a megabyte of spaces', `a\n${' '.repeat(1_000_000)}`],
    ['a hundred thousand indented lines', '\n    bt'.repeat(100_000)],
  ])('is read at once, even with %s', (_, padding) => {
    const started = performance.now();
    failureOf(span(ERROR, `failed${padding}end`));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('the status of a request', () => {
  it.each<[object, string | undefined]>([
    [{ 'http.response.status_code': 502 }, 'HTTP 502'],
    [{ 'http.status_code': 500 }, 'HTTP 500'],
    [{ 'http.response.status_code': 502, 'http.status_code': 500 }, 'HTTP 502'],
    [{ 'rpc.grpc.status_code': 14 }, 'RPC 14'],
    [{ 'rpc.response.status_code': 'UNAVAILABLE', 'rpc.grpc.status_code': 14 }, 'RPC UNAVAILABLE'],
    [Object.create({ 'http.response.status_code': 502 }), undefined],
    [{}, undefined],
  ])('of %j is %j', (attributes, reason) => expect(statusReason(attributes as Record<string, unknown>)).toBe(reason));
});

import { isSilentSpan } from '../../src/trace/silent-span.js';
import { makeSpan, type SpanGiven } from '../span/make-span.js';

describe('whether a span is only counted', () => {
  it.each<[string, SpanGiven, boolean]>([
    ['one without attributes', {}, true],
    ['one with some that no family knows', { attributes: { 'db.system': 'redis' }, ok: true }, true],
    ['one with some that a family knows', { attributes: { 'user.id': 'u' } }, false],
    ['one that failed', { error: '' }, false],
    ['one with events, which may be chat or tell why it failed', { events: [{ name: 'exception' }] }, false],
  ])('%s', (_, given, silent) => expect(isSilentSpan(makeSpan(given), undefined)).toBe(silent));
});

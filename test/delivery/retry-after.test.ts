import { retryAfterMillis } from '../../src/delivery/retry-after.js';

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);

describe('retryAfterMillis', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['no wait', '0', 0],
    ['a fraction of a second', '1.5', 1_500],
    ['white space around', ' 7 ', 7_000],
    ['the date form of today', 'Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['the date form of RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['the date form of asctime, which is GMT without saying so', 'Sun Nov  6 08:49:37 1994', 37_000],
    ['a date that has passed', 'Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['more seconds than a day has', '9999999', DAY],
    ['a number beyond all numbers', '9'.repeat(400), DAY],
    ['a date in another century', 'Tue, 01 Jan 2099 00:00:00 GMT', DAY],
    ['a negative number, which Date.parse would take for a date', '-5', undefined],
    ['a word', 'soon', undefined],
    ['a day that does not exist', 'Sun, 99 Foo 1994 08:49:37 GMT', undefined],
    ['the number NaN', 'NaN', undefined],
    ['an exponent, which the grammar does not have', '1e3', undefined],
    ['nothing', '', undefined],
  ])('reads %s', (_, header, expected) => {
    expect(retryAfterMillis(header, NOW)).toBe(expected);
  });

  it('takes the first of several headers, and none for none', () => {
    expect(retryAfterMillis(['3', '9'], NOW)).toBe(3_000);
    expect(retryAfterMillis([], NOW)).toBeUndefined();
    expect(retryAfterMillis(undefined, NOW)).toBeUndefined();
  });

  it('reads the asctime form as GMT in any time zone', () => {
    // Jest's process.env does not reach V8, so the zone of this process cannot be changed here.
    const parse = jest.spyOn(Date, 'parse');
    retryAfterMillis('Sun Nov  6 08:49:37 1994', NOW);
    expect(parse).toHaveBeenCalledWith('Sun Nov  6 08:49:37 1994 GMT');
    parse.mockRestore();
  });
});

import { bytesOf } from '../../src/delivery/request-body.js';

it.each([
  ['ASCII', ['{"session":', '{"a":"b"}', '}']],
  ['Latin-1', ['{"session":', '{"a":"é"}', '}']],
  ['beyond it', ['{"session":', '{"a":"€ 😀"}', '}']],
  ['in one piece', ['{"a":"é"}']],
  ['of nothing', []],
])('a body is sent as UTF-8: %s', (_, body) => {
  expect(bytesOf(body).toString()).toBe(body.join(''));
});

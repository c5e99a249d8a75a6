import fc from 'fast-check';
import { isUuid, uuidOf } from '../../src/session/uuid.js';
import { uuidsOf } from './uuids.js';

describe('a UUID out of a text', () => {
  it('is the one of the uuid package', () => {
    const texts = ['', 'a', 'chat_9001', 'grün ✓ 日本', 'x'.repeat(10_000), '\0', ...fc.sample(fc.string({ unit: 'grapheme' }), 300), ...fc.sample(fc.string({ unit: fc.constantFrom('a', '0', 'é', '日', '\ud83d\ude00'), minLength: 15, maxLength: 32 }), 300)];
    expect(texts.map(uuidOf)).toEqual(uuidsOf(texts));
  });

  it('is a UUID, in lower case', () => expect(uuidOf('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));

  it('is the documented one, which other languages compute too', () => {
    // python: uuid.uuid5(uuid.NAMESPACE_URL, "0af7651916cd43dd8448eb211c80319c")
    expect(uuidOf('0af7651916cd43dd8448eb211c80319c')).toBe('2c0cf327-b828-5c3b-9322-91e6266847b8');
  });
});

describe('a text is a UUID', () => {
  it.each<[string, boolean]>([
    ['123e4567-e89b-12d3-a456-426614174000', true],
    ['123E4567-E89B-12D3-A456-426614174000', true],
    ['00000000-0000-0000-0000-000000000000', true],
    ['123e4567e89b12d3a456426614174000', false],
    ['{123e4567-e89b-12d3-a456-426614174000}', false],
    ['123e4567-e89b-12d3-a456-42661417400', false],
    ['123e4567-e89b-12d3-a456-4266141740000', false],
    ['123e4567-e89b-12d3-a456-42661417400g', false],
    ['123e4567-e89b-12d3-a456-426614174000\n', false],
    ['', false],
    ['chat', false],
  ])('%j: %p', (text, expected) => expect(isUuid(text)).toBe(expected));
});

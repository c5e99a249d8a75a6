import { mediaMarker } from '../../../src/session/content/media.js';
import type { JsonObject } from '../../../src/session/session.js';

// 8 bytes.
const BASE64 = 'AAECAwQFBgc=';

describe('a part that is no text', () => {
  it.each<[string, JsonObject, string]>([
    ['GenAI blob', { type: 'blob', modality: 'image', mime_type: 'image/png', content: BASE64 }, '[image: image/png, 8 bytes]'],
    ['GenAI blob without a type', { type: 'blob', modality: 'audio', content: BASE64 }, '[audio: unknown type, 8 bytes]'],
    ['GenAI uri', { type: 'uri', modality: 'video', uri: 'https://x/y.mp4', mime_type: 'video/mp4' }, '[video: https://x/y.mp4]'],
    ['GenAI uri of a bucket', { type: 'uri', modality: 'document', uri: 'gs://bucket/file.pdf' }, '[document: gs://bucket/file.pdf]'],
    ['GenAI file', { type: 'file', modality: 'document', file_id: 'file-123' }, '[document: file-123]'],
    ['OpenAI image by address', { type: 'image_url', image_url: { url: 'https://x/y.png', detail: 'low' } }, '[image: https://x/y.png]'],
    ['OpenAI image in place', { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${BASE64}` } }, '[image: image/jpeg, 8 bytes]'],
    ['OpenAI responses image', { type: 'input_image', image_url: `data:image/png;base64,${BASE64}` }, '[image: image/png, 8 bytes]'],
    ['OpenAI responses file', { type: 'input_file', file_id: 'file-9' }, '[file: file-9]'],
    ['OpenAI responses file in place', { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${BASE64}` }, '[file: application/pdf, 8 bytes]'],
    ['OpenAI chat file', { type: 'file', file: { file_id: 'file-7' } }, '[file: file-7]'],
    ['OpenAI audio', { type: 'input_audio', input_audio: { data: BASE64, format: 'wav' } }, '[audio: wav, 8 bytes]'],
    ['Anthropic image', { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: BASE64 } }, '[image: image/webp, 8 bytes]'],
    ['Anthropic image by address', { type: 'image', source: { type: 'url', url: 'https://x/y' } }, '[image: https://x/y]'],
    ['Anthropic document', { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: BASE64 } }, '[document: application/pdf, 8 bytes]'],
    ['AI SDK image', { type: 'image', image: BASE64, mediaType: 'image/png' }, '[image: image/png, 8 bytes]'],
    ['AI SDK image by address', { type: 'image', image: 'https://x/y.png' }, '[image: https://x/y.png]'],
    ['AI SDK file', { type: 'file', data: BASE64, mediaType: 'text/csv', filename: 'a.csv' }, '[file: text/csv, 8 bytes]'],
    ['AI SDK file of older versions', { type: 'file', data: BASE64, mimeType: 'text/csv' }, '[file: text/csv, 8 bytes]'],
    ['AI SDK UI file', { type: 'file', mediaType: 'image/png', url: `data:image/png;base64,${BASE64}` }, '[file: image/png, 8 bytes]'],
    ['a data URL without a type', { type: 'image', image: `data:;base64,${BASE64}` }, '[image: unknown type, 8 bytes]'],
    ['an unpadded one', { type: 'image', image: 'AAEC', mime_type: 'image/gif' }, '[image: image/gif, 3 bytes]'],
    ['nothing', { type: 'image' }, '[image]'],
    ['an empty content', { type: 'blob', modality: 'image', content: '' }, '[image: unknown type, 0 bytes]'],
    ['an object that is no source', { type: 'image', image: { 0: 1, 1: 2 } }, '[image]'],
    ['no type either', {}, '[media]'],
  ])('%s', (_, part, marker) => expect(mediaMarker(part)).toBe(marker));

  it('is never repeated whole', () => {
    const part = { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'A'.repeat(4_000_000) };
    expect(mediaMarker(part)).toBe('[image: image/png, 3000000 bytes]');
  });

  it('is measured at once, whatever it holds', () => {
    const started = performance.now();
    mediaMarker({ type: 'image', image: `${'='.repeat(200_000)}x` });
    expect(performance.now() - started).toBeLessThan(500);
  });
});

import fc from 'fast-check';
import { mayHoldSecrets } from '../../../src/session/redaction/redact.js';
import { REDACTED, withoutSecrets } from '../../../src/session/redaction/secret-values.js';

// Made up; put together here, so that no scanner takes this file for a leak.
const KEY = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6';
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIE\n${KEY}\n-----END RSA PRIVATE KEY-----`;

describe('credentials by their look', () => {
  it.each<[string, string, string]>([
    ['OpenAI', `key sk-${KEY} used`, `key ${REDACTED} used`],
    ['OpenAI project keys', `sk-proj-${KEY}-${KEY}`, REDACTED],
    ['letters only', 'sk-abcdefghijklmnopqrstuvwx', REDACTED],
    ['Langfuse', `sk-lf-${KEY.slice(0, 20)}`, REDACTED],
    ['Stripe', `sk_${'live'}_${KEY}`, REDACTED],
    ['GitHub', `ghp_${KEY}1234`, REDACTED],
    ['GitHub fine-grained', `github_pat_${KEY}`, REDACTED],
    ['GitLab', `glpat-${KEY}`, REDACTED],
    ['Slack', `xoxb-123456789012-${KEY}`, REDACTED],
    ['AWS', `id=AKIA${'ABCDEFGH23456789'}`, `id=${REDACTED}`],
    ['AWS for a while', `id=ASIA${'ABCDEFGH23456789'}`, `id=${REDACTED}`],
    ['Google', `AIza${KEY}abc`, REDACTED],
    ['Google OAuth', `ya29.${KEY}`, REDACTED],
    ['Hugging Face', `hf_${KEY}`, REDACTED],
    ['npm', `npm_${KEY}1234`, REDACTED],
    ['SendGrid', `SG.${KEY}.${KEY}`, REDACTED],
    ['JSON Web Tokens', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${KEY}`, REDACTED],
    ['Bearer', `Bearer ${KEY}`, `Bearer ${REDACTED}`],
    ['bearer in lower case', `authorization failed: bearer ${KEY}`, `authorization failed: bearer ${REDACTED}`],
    ['bearer behind a backspace, which is a b in JSON', `\bbearer ${KEY}`, `\bbearer ${REDACTED}`],
    ['an Authorization header in a text', 'curl -H "Authorization: Bearer abc"', `curl -H "Authorization: ${REDACTED}"`],
    ['Basic', `Basic ${Buffer.from('user:pass').toString('base64')}`, `Basic ${REDACTED}`],
    ['PEM', `before ${PEM} after`, `before ${REDACTED} after`],
    ['PEM cut by a limit', PEM.slice(0, 50), REDACTED],
    ['a password in a URL', 'postgres://app:hunter2@db:5432/x', `postgres://app:${REDACTED}@db:5432/x`],
    ['a signed URL', 'https://s3/x?X-Amz-Signature=abc&X-Amz-Date=1', `https://s3/x?X-Amz-Signature=${REDACTED}&X-Amz-Date=1`],
    ['a key in a query', '/search?q=cats&api_key=abc', `/search?q=cats&api_key=${REDACTED}`],
    ['a connection string', 'Server=db;User=app;Password=hunter2;', `Server=db;User=app;Password=${REDACTED};`],
    ['AccountKey', `AccountName=x;AccountKey=${KEY}==;`, `AccountName=x;AccountKey=${REDACTED};`],
  ])('%s', (_, text, expected) => {
    expect(withoutSecrets(text).text).toBe(expected);
    expect(withoutSecrets(text).found).toBe(1);
    // As it stands in a session.
    expect(mayHoldSecrets(JSON.stringify({ a: [text] }))).toBe(true);
  });

  it.each([
    'Basic information about JavaScript and TypeScript',
    'basic authentication is not supported',
    'the bearer of this letter, a bearer certificate',
    'task-management and risk-assessment',
    'sk-learn-based-classifier',
    'How many tokens? input_tokens=5 max_tokens=10',
    'a key = value store; primary key',
    'https://example.com/a?page=2&sort=asc',
    'mailto:me@example.com and user@host://x',
    'session 0af7651916cd43dd8448eb211c80319c, 123e4567-e89b-12d3-a456-426614174000',
    'if (a == b) return c ? d : e',
    '',
  ])('leaves alone: %s', (text) => expect(withoutSecrets(text)).toEqual({ text, found: 0 }));

  it('are gone after one pass', () => {
    const all = [`sk-${KEY}`, `Bearer ${KEY}`, 'x://a:b1@c', PEM, `?token=${KEY}`].join(' | ');
    const { text, found } = withoutSecrets(all);
    expect(found).toBe(5);
    expect(withoutSecrets(text)).toEqual({ text, found: 0 });
  });

  it('take time in proportion to the text, whatever it is', () => {
    for (const piece of ['eyJaaaaaaaa-', '-----BEGIN RSA PRIVATE KEY-----', '://', '?a', 'password', 'a.', 'Bearer ', 'sk-', '&', 'basic  ', 'authorization: ']) {
      const text = piece.repeat(Math.ceil(400_000 / piece.length));
      const start = performance.now();
      withoutSecrets(text);
      // Quadratic time would be minutes.
      expect(performance.now() - start).toBeLessThan(5_000);
    }
  });

  it('are only found where the first look says so', () => {
    const starts = ['sk-', 'sk_live_', 'ghp_', 'github_pat_', 'glpat-', 'xoxb-', 'AKIA', 'AIza', 'ya29.', 'hf_', 'npm_', 'gsk_', 'lsv2_', 'SG.', 'eyJ', 'Bearer ', 'bEARER ', 'Basic ', '://', '?key=', '&sig=', 'PassWord=', 'pwd =', 'accountkey=', 'AUTHORIZATION : ', '-----BEGIN PRIVATE KEY-----'];
    const piece = fc.oneof(fc.constantFrom(...starts), fc.string({ unit: fc.constantFrom(...'aZ09-_.:@=/+ ;&'.split('')), maxLength: 24 }), fc.constant(KEY));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')), (text) => {
        let changed = text;
        // Without the first look: append what it looks for.
        changed = withoutSecrets(`${text}\n?x=`).text.slice(0, -4);
        if (changed !== text) expect(mayHoldSecrets(JSON.stringify(text))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

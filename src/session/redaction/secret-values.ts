import { hasLandmark, landmark, type Landmark } from '../landmarks.js';

/** Stands where a credential was. */
export const REDACTED = '[redacted]';

/** How one kind of credential is found in a text. */
interface SecretValue {
  /** For the docs. */
  name: string;
  /** What it looks like; a first group stays. */
  pattern: RegExp;
  /** Tells a credential from words that look like one. */
  accept?: (match: string) => boolean;
}

/** Made by chance: a digit, or more letters in a row than words have. */
const isRandom = (match: string): boolean => /\d|[A-Za-z_]{16}/.test(match);

/** `Basic` is an ordinary word, too: only what decodes to `name:password` is a credential. */
const isBasic = (match: string): boolean => /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(match.replace(/^\S+\s+/, ''), 'base64').toString('latin1'));

/**
 * Credentials by their look. Sources: the vendors' documentation of their key formats; RFC 7617 and
 * RFC 6750 (Basic, Bearer), RFC 7519 (JWT), RFC 7468 (PEM), RFC 3986 (userinfo in URLs).
 */
const SECRET_VALUES: readonly SecretValue[] = [
  { name: '`Authorization: ...`', pattern: /(authorization ?: *)(?:(?:bearer|basic|token|digest) +)?[^\s"',;]+/gi },
  { name: '`Bearer ...`', pattern: /\b(bearer +)[\w+/.~=-]{8,}/gi, accept: (match) => isRandom(match.slice(7)) || /[a-z][A-Z]|\./.test(match.slice(7)) },
  { name: '`Basic ...` of a name and a password', pattern: /\b(basic +)[\w+/=]{8,}/gi, accept: isBasic },
  { name: 'keys of OpenAI, Anthropic, Langfuse, DeepSeek (`sk-`)', pattern: /\bsk-[\w-]{16,}/g, accept: isRandom },
  { name: 'Stripe (`sk_live_`, `rk_test_`)', pattern: /\b[rs]k_(?:live|test)_\w{10,}/g },
  { name: 'GitHub (`ghp_`, `github_pat_`)', pattern: /\b(?:gh[opsur]_\w{20,}|github_pat_\w{20,})/g },
  { name: 'GitLab (`glpat-`)', pattern: /\bglpat-[\w-]{16,}/g },
  { name: 'Slack (`xoxb-`)', pattern: /\bxox[a-z]-[\w-]{10,}/g },
  { name: 'AWS (`AKIA`, `ASIA`)', pattern: /\bA[KS]IA[0-9A-Z]{12,}/g },
  { name: 'Google (`AIza`, `ya29.`)', pattern: /\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}/g },
  { name: 'Hugging Face, npm, Groq, LangSmith, SendGrid (`hf_`, `npm_`, `gsk_`, `lsv2_`, `SG.`)', pattern: /\b(?:hf_\w{20,}|npm_\w{20,}|gsk_\w{20,}|lsv2_\w{16,}|SG\.[\w-]{16,}\.[\w-]{16,})/g },
  { name: 'JSON Web Tokens', pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g },
  { name: 'PEM private keys', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g },
  { name: 'passwords in URLs (`://user:password@`)', pattern: /(:\/\/[^\s/:"@]*:)[^\s/"@]+(?=@)/g },
  {
    name: 'keys, tokens and signatures in the query of URLs',
    pattern: /([?&][\w.%-]*(?:sig|signature|token|secret|password|passwd|pwd|key|credential|auth)=)[^&\s"'#<>]+/gi,
  },
  {
    name: 'passwords and keys in connection strings (`Password=...;`)',
    pattern: /\b((?:\w*password|pwd|\w*secret|\w*accesskey|accountkey|\w*api_?key) ?= ?)[^;&\s"',]+/gi,
  },
];

/**
 * One of these is in every text that `withoutSecrets` changes, also as JSON without needless escapes, and in few
 * others.
 */
const LANDMARKS: readonly Landmark[] = [
  landmark('-', -2, 'sax', /-(?<=sk-|glpat-|xox[a-z]-)[\w-]{10}/),
  landmark('_', -2, 'hvspa', /_(?<=gh[a-z]_|k_(?:live|test)_|hf_|npm_|gsk_|lsv2_|github_pat_)\w{10}/),
  landmark('@', 0, '@', /@(?<=:(?:\\*\/){2}[^\s/"@]*@)/),
  landmark('=', 0, '=', /=(?<=[?&][\w.%-]+=|(?:[Ww][Oo][Rr][Dd]|[Pp][Ww][Dd]|[Ee][Cc][Rr][Ee][Tt]|[Kk][Ee][Yy]) ?=)/),
  landmark('A', 1, 'KSI', /A(?:[KS]IA[0-9A-Z]{12}|Iza)/),
  landmark('G', -1, 'SE', /G(?:(?<=SG)\.[\w-]{8}|(?<=-----BEG)IN)/),
  landmark('9', -1, '2', /9(?<=ya29)\.[\w-]{8}/),
  ...['b', 'B'].map((sign) => landmark(sign, 2, 'aAsS', /[Bb](?:[Ee][Aa][Rr][Ee][Rr]|[Aa][Ss][Ii][Cc]) +\S{8}/)),
  ...['z', 'Z'].map((sign) => landmark(sign, -1, 'iI', /[Zz](?<=[Uu][Tt][Hh][Oo][Rr][Ii][Zz])[Aa][Tt][Ii][Oo][Nn] ?:/)),
];

// A word may hold many starts: it is looked at once, from its end.
const TOKEN_START = [landmark('J', -1, 'y', /J(?<=eyJ)/)];
const TOKEN = /\.(?<=eyJ[\w-]{8,}\.)[\w-]{8}/;

/** Whether a text, or a JSON text without needless escapes, may hold something that looks like a credential. */
export function mayLookSecret(text: string): boolean {
  return hasLandmark(text, LANDMARKS) || (hasLandmark(text, TOKEN_START) && TOKEN.test(text));
}

/** In JSON that stands in a text, letters may be escaped that need not be, and nothing would be recognised. */
export const ESCAPED_LETTER: RegExp = /\\u00[2-7]/;

/** Names of what is looked for, for the docs. */
export const secretValueNames: readonly string[] = SECRET_VALUES.map(({ name }) => name);

/** A text without credentials, and how many there were. */
export function withoutSecrets(text: string): { text: string; found: number } {
  if (!mayLookSecret(text) && !ESCAPED_LETTER.test(text)) return { text, found: 0 };
  let found = 0;
  let clean = text;
  for (const { pattern, accept } of SECRET_VALUES) {
    clean = clean.replace(pattern, (match: string, kept: unknown) => {
      const start = typeof kept === 'string' ? kept : '';
      if (match.slice(start.length) === REDACTED || accept?.(match) === false) return match;
      found += 1;
      return start + REDACTED;
    });
  }
  return { text: clean, found };
}

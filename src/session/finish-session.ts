import { askBeforeSend, type BeforeSend } from './before-send.js';
import type { SessionDraft, SessionSettings } from './build-session.js';
import { mayHoldMedia, stripMedia } from './content/strip-media.js';
import { mayHoldSecrets, type Redaction, redactSession } from './redaction/redact.js';
import { hasSecretName, ownText, serializeSession } from './serialize-session.js';
import type { SessionFacts } from './session-facts.js';
import type { JsonObject } from './session.js';
import { trimSession } from './trim.js';

/** What is done with a session before it leaves. */
export interface FinishSettings extends SessionSettings {
  redaction: Redaction;
  /** Of the request's body. */
  maxRequestBytes: number;
}

/** The body's text, or why there is none. */
export type Finished = { kind: 'text'; text: string } | { kind: 'declined' } | { kind: 'failed'; why: string };

// `{"session":` and `}` around it.
const WRAPPER_BYTES = 12;

/**
 * A session as it is sent: media by type and size, credentials replaced, the application's last
 * word heard, trimmed to what the server takes. Nearly all sessions need nothing of it, and are
 * sent as they were printed.
 */
export function finishSession(facts: SessionFacts, settings: FinishSettings, beforeSend?: BeforeSend): Finished {
  return serializeSession(facts, settings, (text, draft) => finish(text, draft, settings, beforeSend));
}

function finish(printed: string, draft: SessionDraft, { redaction, maxRequestBytes }: FinishSettings, beforeSend: BeforeSend | undefined): Finished {
  let text = printed;
  if (mayHoldMedia(text)) text = JSON.stringify(stripMedia(parsed(text)));
  if (needsRedaction(printed, draft, redaction)) text = JSON.stringify(redactSession(parsed(text), redaction));
  if (beforeSend !== undefined) {
    const word = askBeforeSend(beforeSend, parsed(text));
    if (word.kind !== 'send') return word;
    text = JSON.stringify(scoresFirst(word.session));
  }
  const maxBytes = maxRequestBytes - WRAPPER_BYTES;
  // A UTF-16 unit takes three bytes at most: most sessions need not be measured.
  if (text.length * 3 <= maxBytes) return { kind: 'text', text };
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) text = JSON.stringify(trimSession(parsed(text), maxBytes, bytes));
  return { kind: 'text', text };
}

function needsRedaction(printed: string, draft: SessionDraft, redaction: Redaction): redaction is Exclude<Redaction, 'off'> {
  if (redaction === 'off') return false;
  if (redaction !== 'credentials') return true;
  return mayHoldSecrets(ownText(printed, draft)) || hasSecretName(draft);
}

/** As they were printed: whoever sends the session looks for them there. */
function scoresFirst({ metrics, feedback, ...session }: JsonObject): JsonObject {
  return { ...(metrics && { metrics }), ...(feedback && { feedback }), ...session };
}

function parsed(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

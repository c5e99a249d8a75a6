import type { NotSent, PendingSession } from './delivery/pending-session.js';
import type { BeforeSend } from './session/before-send.js';
import { type FinishSettings, finishSession } from './session/finish-session.js';
import { joinedEvent } from './session/joined-event.js';
import type { SessionFacts } from './session/session-facts.js';
import { warnOnce } from './warnings.js';

/** The session of a root, to be written when it is sent. Of the root itself it holds nothing: thousands wait. */
export class PendingRoot implements PendingSession {
  readonly bytes: number;
  readonly #facts: SessionFacts;
  readonly #settings: FinishSettings;
  readonly #beforeSend: BeforeSend | undefined;
  /** It becomes an event of a session that another process began. */
  readonly #joins: boolean;

  constructor(bytes: number, facts: SessionFacts, settings: FinishSettings, beforeSend: BeforeSend | undefined, joins: boolean) {
    this.bytes = bytes;
    this.#facts = facts;
    this.#settings = settings;
    this.#beforeSend = beforeSend;
    this.#joins = joins;
  }

  get spans(): number {
    return this.#facts.below.spans + 1;
  }

  serialize(): string | NotSent {
    const finished = finishSession(this.#facts, this.#settings, this.#beforeSend);
    switch (finished.kind) {
      case 'text':
        return this.#joins ? joinedEvent(finished.text, this.#facts.root) : finished.text;
      case 'declined':
        return finished;
      case 'failed':
        warnOnce('HONEYHIVE_BEFORE_SEND_FAILED', `beforeSend failed, so the session was dropped: ${finished.why}. Return the session, or null to drop it`);
        return { kind: 'dropped', reason: 'before_send_failed' };
    }
  }
}

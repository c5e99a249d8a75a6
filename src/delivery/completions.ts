import { isTaken, outcomeOf } from './answer.js';
import { completionOf } from './completion.js';
import type { Diagnostics } from './diagnostics.js';
import { EventUpdates } from './event-updates.js';
import type { Exchange } from './exchange.js';
import type { AttemptOutcome, Delivered } from './outcome.js';
import type { Started } from './starts.js';
import { foreignEvent, type JsonRecord } from './stored-event.js';

/** What is still to be sent after a start. */
export interface Completion {
  readonly sessionId: string;
  /** JSON text; undefined when it is nested too deep to be printed. */
  readonly update: string | undefined;
  /** The session existed before the start. */
  readonly merged: boolean;
}

/** Sends by updates what starts could not set. */
export class Completions {
  private readonly host: string;
  private readonly diagnostics: Diagnostics;
  private readonly updates = new EventUpdates();

  constructor(host: string, diagnostics: Diagnostics) {
    this.host = host;
    this.diagnostics = diagnostics;
  }

  /** What a start that was taken left out; undefined, as nearly always, when that is nothing. */
  after({ answer, session }: Started, scores: JsonRecord | undefined): Completion | undefined {
    const stored = foreignEvent(session, answer.text);
    if (stored === undefined && scores === undefined) return undefined;
    const own = JSON.parse(session) as JsonRecord;
    const update = printed(() => ({ ...(stored && completionOf(own, stored)), ...scores }));
    return { sessionId: String(own['session_id']), update, merged: stored !== undefined };
  }

  /** @param started The outcome of the start. */
  async send(exchange: Exchange, { sessionId, update, merged }: Completion, started: Delivered): Promise<AttemptOutcome> {
    const delivered: Delivered = merged ? { ...started, merged } : started;
    if (update === undefined) return { ...delivered, incomplete: `a session that ${this.host} had already is nested too deep to be completed` };

    const answer = await this.updates.put(exchange, sessionId, update);
    if (isTaken(answer.status)) return delivered;
    const failure = outcomeOf(answer, this.host, Date.now());
    if (failure.kind === 'retryable') return failure;
    // No reason to pause, even if it is about the key: that has just started the session.
    const incomplete = `${this.host} took a session, but not the update that completes it (HTTP ${answer.status})`;
    this.diagnostics.warnUser('HONEYHIVE_UPDATE_REFUSED', `${incomplete}, so inputs, outputs, scores or feedback are missing there: may the key update events?`);
    return { ...delivered, incomplete };
  }
}

function printed(update: () => JsonRecord): string | undefined {
  try {
    return JSON.stringify(update());
  } catch {
    return undefined;
  }
}

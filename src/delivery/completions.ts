import { isTaken, outcomeOf } from './answer.js';
import { completionOf } from './completion.js';
import type { Diagnostics } from './diagnostics.js';
import { EventUpdates } from './event-updates.js';
import type { Exchange } from './exchange.js';
import type { AttemptOutcome, Delivered } from './outcome.js';
import type { Started } from './starts.js';
import { foreignEvent, type JsonRecord } from './stored-event.js';
import { Turns } from './turns.js';

/** What is still to be sent after a start. */
export interface Completion {
  readonly own: JsonRecord;
  /** The session as it was before the start; undefined when the start made it. */
  readonly stored: JsonRecord | undefined;
  readonly scores: JsonRecord | undefined;
}

// Roots that share a session end close to one another; later ones see in the answer what was sent.
const MOST_ENDS = 1_000;

/** Sends by updates what starts could not set. */
export class Completions {
  readonly #host: string;
  readonly #diagnostics: Diagnostics;
  readonly #updates = new EventUpdates();
  // Updates of one session that were on their way together would come in any order.
  readonly #turns = new Turns();
  /** By session: when the last root ended whose outputs were sent. */
  readonly #ends = new Map<string, number>();

  constructor(host: string, diagnostics: Diagnostics) {
    this.#host = host;
    this.#diagnostics = diagnostics;
  }

  /** What a start that was taken left out; undefined, as nearly always, when that is nothing. */
  after({ answer, session }: Started, scores: JsonRecord | undefined): Completion | undefined {
    const stored = foreignEvent(session, answer.bytes);
    return stored === undefined && scores === undefined ? undefined : { own: JSON.parse(session) as JsonRecord, stored, scores };
  }

  /** @param started The outcome of the start. */
  async send(exchange: Exchange, completion: Completion, started: Delivered): Promise<AttemptOutcome> {
    const id = String(completion.own['session_id']);
    const delivered: Delivered = completion.stored === undefined ? started : { ...started, merged: true };
    const answer = await this.#turns.take(id, async () => {
      const update = this.#updateText(id, completion);
      return update === undefined ? undefined : this.#updates.put(exchange, id, update);
    });
    if (answer === undefined) return { ...delivered, incomplete: `a session that ${this.#host} had already is nested too deep to be completed` };
    if (isTaken(answer.status)) return delivered;
    const failure = outcomeOf(answer, this.#host, Date.now());
    if (failure.kind === 'retryable') return failure;
    // No reason to pause, even if it is about the key: that has just started the session.
    const incomplete = `${this.#host} took a session, but not the update that completes it (HTTP ${answer.status})`;
    this.#diagnostics.warnUser('HONEYHIVE_UPDATE_REFUSED', `${incomplete}, so inputs, outputs, scores or feedback are missing there: may the key update events?`);
    return { ...delivered, incomplete };
  }

  /** Undefined when it is nested too deep to be printed. */
  #updateText(id: string, { own, stored, scores }: Completion): string | undefined {
    try {
      const update = stored && completionOf(own, stored, this.#ends.get(id));
      if (update?.['outputs'] !== undefined) this.#noteEnd(id, Number(own['end_time']));
      return JSON.stringify({ ...update, ...scores });
    } catch {
      return undefined;
    }
  }

  #noteEnd(id: string, end: number): void {
    this.#ends.delete(id);
    this.#ends.set(id, end);
    if (this.#ends.size > MOST_ENDS) this.#ends.delete(this.#ends.keys().next().value!);
  }
}

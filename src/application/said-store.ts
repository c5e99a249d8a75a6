import { diag } from '@opentelemetry/api';
import type { Said } from './said.js';

interface SaidOfSession {
  readonly said: Map<string, unknown>;
  bytes: number;
}

/** How much is kept until sessions are sent. */
export interface SaidBounds {
  maxSessions: number;
  maxBytes: number;
  /** What one session may hold of them: more than can be sent must not push out all others. */
  maxSessionBytes: number;
}

/** What the application has said of sessions that are not sent yet. Past its bounds, the oldest is forgotten. */
export class SaidStore {
  readonly #bounds: SaidBounds;
  /** The oldest comes first. */
  readonly #sessions = new Map<string, SaidOfSession>();
  #bytes = 0;

  constructor(bounds: SaidBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** What is said later of the same field counts. */
  add(key: string, said: Said): void {
    if (said.size === 0) return;
    let session = this.#sessions.get(key);
    if (session === undefined) this.#sessions.set(key, (session = { said: new Map(), bytes: 0 }));
    for (const [field, value] of said) {
      const change = bytesOf(field, value) - (session.said.has(field) ? bytesOf(field, session.said.get(field)) : 0);
      if (session.bytes + change > this.#bounds.maxSessionBytes) {
        diag.warn(`HoneyHive: ${field} is ignored, more is said of this session than can be sent`);
        continue;
      }
      session.said.set(field, value);
      session.bytes += change;
      this.#bytes += change;
    }
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#bounds.maxSessions && this.#bytes <= this.#bounds.maxBytes) break;
      this.take(oldest);
    }
  }

  get(key: string): Said | undefined {
    return this.#sessions.get(key)?.said;
  }

  /** What was said of a session, which is then forgotten. */
  take(key: string): Said | undefined {
    const session = this.#sessions.get(key);
    if (session === undefined) return undefined;
    this.#sessions.delete(key);
    this.#bytes -= session.bytes;
    return session.said;
  }
}

function bytesOf(field: string, value: unknown): number {
  return 64 + 2 * (field.length + (typeof value === 'string' ? value.length : JSON.stringify(value).length));
}

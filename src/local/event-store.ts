import type { Session } from '../session/session.js';
import { mergeSession, newEvent, updateEvent } from './event-changes.js';
import { Refusal } from './refusal.js';
import type { EventUpdate, StoredEvent } from './stored-event.js';

/** What a request did, and the event as it stands after it. */
export interface Stored {
  readonly verb: 'new' | 'merged' | 'updated' | 'event';
  readonly event: StoredEvent;
}

/**
 * The sessions, oldest first, and the events in them, all in memory and without a bound: made for a developer's machine
 * and for tests, not for a service. Events are replaced, never changed in place.
 */
export class EventStore {
  readonly #events = new Map<string, StoredEvent>();

  get(id: string): StoredEvent | undefined {
    return this.#events.get(id.toLowerCase());
  }

  /** The sessions. */
  list(): StoredEvent[] {
    return [...this.#events.values()].filter(({ event_type }) => event_type === 'session');
  }

  /** The events in a session. */
  eventsIn(sessionId: string): StoredEvent[] {
    return [...this.#events.values()].filter(({ session_id, event_id }) => session_id === sessionId && event_id !== sessionId);
  }

  clear(): void {
    this.#events.clear();
  }

  /** Stores an event in place of an earlier one with its id, if there is one. */
  put(event: StoredEvent): void {
    this.#events.set(event.event_id, event);
  }

  /** Adds an event to a session. our guess: one with a known id takes its place. */
  add(event: StoredEvent): Stored {
    this.put(event);
    return { verb: 'event', event };
  }

  /** Starts a session, or merges it into the one that has its id. */
  start(session: Session, now: number): Stored {
    const existing = session.session_id === undefined ? undefined : this.get(session.session_id);
    const event = existing ? mergeSession(existing, session) : newEvent(session, now);
    this.put(event);
    return { verb: existing ? 'merged' : 'new', event };
  }

  /**
   * Updates an event.
   *
   * @throws Refusal 400 when there is none (documented: HoneyHive's daemon, main.py).
   */
  update(id: string, update: EventUpdate): Stored {
    const existing = this.get(id);
    if (!existing) throw new Refusal(400, `there is no event with the id ${id}`);
    const event = updateEvent(existing, update);
    this.put(event);
    return { verb: 'updated', event };
  }
}

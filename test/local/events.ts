import { newEvent } from '../../src/local/event-changes.js';
import type { StoredEvent } from '../../src/local/stored-event.js';

/** An event for tests of what is shown. */
export function event(fields: Partial<StoredEvent> = {}): StoredEvent {
  return { ...newEvent({ session_name: 'checkout', start_time: 1_000, end_time: 2_240 }, 0), ...fields };
}

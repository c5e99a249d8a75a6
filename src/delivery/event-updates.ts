import type { ReadAnswer } from './answer.js';
import type { Exchange } from './exchange.js';
import { isUnknownRoute } from './routes.js';

/**
 * Updates events. The current route is tried first, then the older one, which has the id in the
 * body; the one that the server knew is the one for the next update.
 *
 * Source: HoneyHive data plane API 1.9.0, `PUT /v1/events/{id}`, and `PUT /events`.
 */
export class EventUpdates {
  #usesOlder = false;

  /** @param update A JSON object that is not empty, as text. */
  async put(exchange: Exchange, id: string, update: string): Promise<ReadAnswer> {
    const current = (): Promise<ReadAnswer> => exchange('PUT', `/v1/events/${encodeURIComponent(id)}`, [update]);
    const older = (): Promise<ReadAnswer> => exchange('PUT', '/events', [`{"event_id":${JSON.stringify(id)},${update.slice(1)}`]);

    const answer = await (this.#usesOlder ? older() : current());
    if (!isUnknownRoute(answer.status)) return answer;
    const second = await (this.#usesOlder ? current() : older());
    if (second.status < 300) this.#usesOlder = !this.#usesOlder;
    return second;
  }
}

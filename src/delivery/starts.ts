import type { ReadAnswer } from './answer.js';
import type { Diagnostics } from './diagnostics.js';
import type { Exchange } from './exchange.js';
import { routeBody, routePath, Routes } from './routes.js';
import type { DeliverySettings } from './settings.js';

/** A start that was answered. */
export interface Started {
  readonly answer: ReadAnswer;
  /** The session as it was sent. */
  readonly session: string;
}

/** Starts sessions: on the route that the server knows, and with less of them where it takes no more. */
export class Starts {
  readonly #smaller: DeliverySettings['smaller'];
  readonly #host: string;
  readonly #diagnostics: Diagnostics;
  readonly #routes: Routes;

  constructor({ api, smaller }: DeliverySettings, host: string, diagnostics: Diagnostics) {
    this.#smaller = smaller;
    this.#host = host;
    this.#diagnostics = diagnostics;
    this.#routes = new Routes(api);
  }

  /** Posts to the route in use, and once to the other one if the server does not know it; and once less, if it was too much. */
  async post(exchange: Exchange, session: string): Promise<Started> {
    let sent = session;
    for (let route = this.#routes.current, isSecond = false; ; ) {
      const answer = await exchange('POST', routePath(route, sent), routeBody(route, sent));
      const other = this.#routes.after(route, answer.status);
      if (other !== undefined && !isSecond) {
        route = other;
        isSecond = true;
        continue;
      }
      const smaller = answer.status === 413 && sent === session ? this.#smaller?.(session) : undefined;
      if (smaller === undefined) return { answer, session: sent };
      const message = `${this.#host} found a session too large (HTTP 413), and is sent less of it: set HH_EXPORTER_MAX_REQUEST_BYTES to what it takes`;
      this.#diagnostics.warn('http_413', message);
      sent = smaller;
      route = this.#routes.current;
      isSecond = false;
    }
  }
}

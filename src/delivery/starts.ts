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
  private readonly smaller: DeliverySettings['smaller'];
  private readonly host: string;
  private readonly diagnostics: Diagnostics;
  private readonly routes: Routes;

  constructor({ api, smaller }: DeliverySettings, host: string, diagnostics: Diagnostics) {
    this.smaller = smaller;
    this.host = host;
    this.diagnostics = diagnostics;
    this.routes = new Routes(api);
  }

  async post(exchange: Exchange, session: string): Promise<Started> {
    const answer = await this.postOnce(exchange, session);
    const smaller = answer.status === 413 ? this.smaller?.(session) : undefined;
    if (smaller === undefined) return { answer, session };
    const message = `${this.host} found a session too large (HTTP 413), and is sent less of it: set HH_EXPORTER_MAX_REQUEST_BYTES to what it takes`;
    this.diagnostics.warn('http_413', message);
    return { answer: await this.postOnce(exchange, smaller), session: smaller };
  }

  /** Posts to the route in use, and to the other one if the server does not know it. */
  private async postOnce(exchange: Exchange, session: string): Promise<ReadAnswer> {
    const route = this.routes.current;
    const answer = await exchange('POST', routePath(route, session), routeBody(route, session));
    const other = this.routes.after(route, answer.status);
    if (other === undefined) return answer;
    const second = await exchange('POST', routePath(other, session), routeBody(other, session));
    this.routes.after(other, second.status);
    return second;
  }
}

import type { RequestBody } from './request-body.js';
import type { ApiRoute } from './settings.js';

/** One of HoneyHive's two routes that start a session. */
export type Route = Exclude<ApiRoute, 'auto'>;

/** Answers of a server that does not know a route. */
export function isUnknownRoute(status: number): boolean {
  return status === 404 || status === 405 || status === 410;
}

// What belongs to somebody else's session is an event of it; both routes have one beside them.
const EVENT = '{"event":';

/** @param text what is sent: a session, or an event as `{"event": ...}`. */
export function routePath(route: Route, text: string): string {
  if (text.startsWith(EVENT)) return route === 'v1' ? '/v1/events' : '/events';
  return route === 'v1' ? '/v1/sessions' : '/session/start';
}

/** The older routes take what is sent wrapped, `/v1` bare. Source: HoneyHive data plane API 1.9.0. */
export function routeBody(route: Route, text: string): RequestBody {
  if (text.startsWith(EVENT)) return [route === 'v1' ? text.slice(EVENT.length, -1) : text];
  return route === 'v1' ? [text] : ['{"session":', text, '}'];
}

/** Which route is used. With `auto` that is learnt from the server: one until it is gone, first the old one. */
export class Routes {
  readonly #api: ApiRoute;
  #learnt: Route = 'session-start';

  constructor(api: ApiRoute) {
    this.#api = api;
  }

  get current(): Route {
    return this.#api === 'auto' ? this.#learnt : this.#api;
  }

  /** The route to try at once after `route` was answered with `status`; undefined when the answer stands. */
  after(route: Route, status: number): Route | undefined {
    if (this.#api !== 'auto') return undefined;
    if (isUnknownRoute(status)) {
      // A server that knows neither may be behind a proxy that is being set up: begin anew next time.
      this.#learnt = 'session-start';
      return route === 'session-start' ? 'v1' : 'session-start';
    }
    // An error of the server says nothing about its routes.
    if (status < 500) this.#learnt = route;
    return undefined;
  }
}

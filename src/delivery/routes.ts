import type { ApiRoute } from './settings.js';

/** One of HoneyHive's two routes that start a session. */
export type Route = Exclude<ApiRoute, 'auto'>;

/** Answers of a server that does not know a route. */
export function isUnknownRoute(status: number): boolean {
  return status === 404 || status === 405 || status === 410;
}

export function routePath(route: Route): string {
  return route === 'v1' ? '/v1/sessions' : '/session/start';
}

/** `/session/start` takes the session wrapped, `/v1/sessions` bare. Source: HoneyHive data plane API 1.9.0. */
export function routeBody(route: Route, session: string): string {
  return route === 'v1' ? session : `{"session":${session}}`;
}

/** Which route is used. With `auto` that is learnt from the server: the old route until it is gone. */
export class Routes {
  private readonly api: ApiRoute;
  private learnt: Route = 'session-start';

  constructor(api: ApiRoute) {
    this.api = api;
  }

  get current(): Route {
    return this.api === 'auto' ? this.learnt : this.api;
  }

  /** The route to try at once after `route` was answered with `status`; undefined when the answer stands. */
  after(route: Route, status: number): Route | undefined {
    if (this.api !== 'auto') return undefined;
    if (isUnknownRoute(status)) {
      // A server that knows neither may be behind a proxy that is being set up: begin anew next time.
      this.learnt = 'session-start';
      return route === 'session-start' ? 'v1' : undefined;
    }
    // An error of the server says nothing about its routes.
    if (status < 500) this.learnt = route;
    return undefined;
  }
}

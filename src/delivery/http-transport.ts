import { outcomeOf, type ReadAnswer } from './answer.js';
import { ApiKey, type UsableKey } from './api-key.js';
import { Cancellation } from './cancellation.js';
import { openConnections, type Connections } from './connections.js';
import type { Diagnostics } from './diagnostics.js';
import type { AttemptOutcome, Retryable } from './outcome.js';
import { outcomeOfError, requestError } from './request-failure.js';
import type { Post } from './post.js';
import { requestHeaders } from './request-headers.js';
import { routeBody, routePath, Routes } from './routes.js';
import type { DeliverySettings } from './settings.js';
import { patientTimeout } from './timers.js';
import type { Transport } from './transport.js';

/** An attempt while it is made. */
interface Attempt {
  readonly session: string;
  readonly cancellation: Cancellation;
  /** Holds while the user's function is asked for the key. */
  awaitsKey: boolean;
}

/** Posts sessions to HoneyHive. undici is loaded at the first attempt, and connections are opened then. */
export class HttpTransport implements Transport {
  private readonly settings: DeliverySettings;
  private readonly diagnostics: Diagnostics;
  private readonly origin: string;
  private readonly host: string;
  private readonly pathPrefix: string;
  private readonly headers: Record<string, string>;
  private readonly apiKey: ApiKey;
  private readonly routes: Routes;
  private readonly attempts = new Set<Attempt>();
  private connections: Promise<Connections | Retryable> | undefined;
  private keyed: { key: UsableKey; headers: Record<string, string> } | undefined;
  private closed = false;

  constructor(settings: DeliverySettings, diagnostics: Diagnostics) {
    const url = new URL(settings.url);
    this.settings = settings;
    this.diagnostics = diagnostics;
    this.origin = url.origin;
    this.host = url.host;
    this.pathPrefix = url.pathname.replace(/\/+$/, '');
    this.headers = requestHeaders(settings.version, settings.headers, diagnostics);
    this.apiKey = new ApiKey(settings.apiKey);
    this.routes = new Routes(settings.api);
  }

  send(session: string): Promise<AttemptOutcome> {
    return new Promise((resolve) => {
      const attempt: Attempt = { session, cancellation: new Cancellation(), awaitsKey: false };
      this.attempts.add(attempt);
      const settle = (outcome: AttemptOutcome): void => {
        clearTimeout(timer);
        this.attempts.delete(attempt);
        resolve(outcome);
      };
      // Settles by itself: an abort does not end a request that is still connecting.
      const timer = patientTimeout(() => {
        settle(this.timedOut(attempt));
        attempt.cancellation.cancel();
      }, this.settings.timeoutMillis);
      this.run(attempt).then(settle, (error: unknown) => settle(this.failed(error)));
    });
  }

  close(): void {
    this.closed = true;
    for (const attempt of this.attempts) attempt.cancellation.cancel();
    void this.connections?.then((opened) => {
      if ('close' in opened) opened.close();
    });
  }

  private async run(attempt: Attempt): Promise<AttemptOutcome> {
    const connections = await this.open();
    if ('kind' in connections) return connections;

    attempt.awaitsKey = true;
    let key = await this.apiKey.get();
    attempt.awaitsKey = false;
    if (key.kind !== 'key') return key;

    let answer = await this.post(connections.post, attempt, key);
    if (answer.status === 401) {
      attempt.awaitsKey = true;
      const other = await this.apiKey.afterRefusal(key);
      attempt.awaitsKey = false;
      if (other?.kind === 'unauthorised') return other;
      if (other !== undefined) {
        key = other;
        answer = await this.post(connections.post, attempt, key);
      }
    }
    this.explain(answer, key);
    return outcomeOf(answer, this.host, Date.now());
  }

  /** Posts to the route in use, and to the other one if the server does not know it. */
  private async post(post: Post, attempt: Attempt, key: UsableKey): Promise<ReadAnswer> {
    const route = this.routes.current;
    const answer = await this.postTo(route, post, attempt, key);
    const other = this.routes.after(route, answer.status);
    if (other === undefined) return answer;
    const second = await this.postTo(other, post, attempt, key);
    this.routes.after(other, second.status);
    return second;
  }

  private async postTo(route: Routes['current'], post: Post, attempt: Attempt, key: UsableKey): Promise<ReadAnswer> {
    if (attempt.cancellation.cancelled) throw new Error('cancelled');
    return post(
      {
        origin: this.origin,
        path: this.pathPrefix + routePath(route),
        method: 'POST',
        headers: this.headersWith(key),
        body: routeBody(route, attempt.session),
      },
      attempt.cancellation,
    );
  }

  /** The same object as long as the key stays the same. */
  private headersWith(key: UsableKey): Record<string, string> {
    if (this.keyed?.key !== key) this.keyed = { key, headers: { ...this.headers, authorization: `Bearer ${key.text}` } };
    return this.keyed.headers;
  }

  private open(): Promise<Connections | Retryable> {
    if (this.closed) return Promise.resolve({ kind: 'retryable', reason: 'closed', message: 'delivery is shut down' });
    this.connections ??= openConnections(this.origin, this.settings, this.diagnostics);
    return this.connections;
  }

  private timedOut(attempt: Attempt): AttemptOutcome {
    const limit = `within ${this.settings.timeoutMillis} ms`;
    if (!attempt.awaitsKey) return { kind: 'retryable', reason: 'timeout', message: `${this.host} did not answer ${limit}` };
    this.apiKey.forget();
    return { kind: 'unauthorised', reason: 'api_key_function_failed', message: `the apiKey function did not answer ${limit}` };
  }

  private failed(thrown: unknown): AttemptOutcome {
    const error = requestError(thrown);
    if (error.code === 'ENOTFOUND') this.warnOfUnknownHost(error.hostname ?? this.host);
    return outcomeOfError(error, this.host);
  }

  private warnOfUnknownHost(hostname: string): void {
    const ours = hostname === new URL(this.origin).hostname;
    const remedy = ours
      ? 'check HH_API_URL (or HH_DATA_PLANE_URL) and the DNS of this machine'
      : 'check HTTPS_PROXY and HTTP_PROXY, or name HoneyHive in NO_PROXY';
    this.diagnostics.warnUser('HONEYHIVE_HOST_NOT_FOUND', `The host ${hostname} was not found, so no session reaches HoneyHive: ${remedy}.`);
  }

  /** Says what a user must know of an answer; what the server says itself is for those who look closer. */
  private explain(answer: ReadAnswer, key: UsableKey): void {
    if (answer.status < 300) return;
    if (answer.status === 401 || answer.status === 403) {
      this.diagnostics.warnUser(
        'HONEYHIVE_UNAUTHORIZED',
        `${this.host} refused the API key (HTTP ${answer.status}), so no session reaches HoneyHive: check HH_API_KEY, ` +
          'that the key may write, and that it belongs to the deployment that HH_API_URL (or HH_DATA_PLANE_URL) names.',
      );
    }
    const words = answer.text.replaceAll(key.text, '***').slice(0, 300);
    this.diagnostics.debug(`http_${answer.status}`, `${this.host} answered HTTP ${answer.status}: ${words}`);
  }
}

import { outcomeOf, type ReadAnswer } from './answer.js';
import { ApiKey, isUsable, UNUSABLE_KEY, type UsableKey } from './api-key.js';
import { Cancellation } from './cancellation.js';
import { Completions } from './completions.js';
import { openConnections, type Connections } from './connections.js';
import type { Diagnostics } from './diagnostics.js';
import { type Exchange, exchangeOver } from './exchange.js';
import type { AttemptOutcome, Retryable } from './outcome.js';
import { outcomeOfError, requestError } from './request-failure.js';
import { requestHeaders } from './request-headers.js';
import { partScores } from './scores.js';
import type { SendRequest } from './send-request.js';
import type { DeliverySettings } from './settings.js';
import { Starts } from './starts.js';
import { PatientTimeouts, type Waiting } from './timers.js';
import type { Transport } from './transport.js';

/** An attempt while it is made. */
interface Attempt {
  readonly session: string;
  readonly cancellation: Cancellation;
  readonly resolve: (outcome: AttemptOutcome) => void;
  /** Holds while the user's function is asked for the key. */
  awaitsKey: boolean;
}

type Timing = Waiting<Attempt>;

/** Sends sessions to HoneyHive: a start, and an update where that is not enough. undici is loaded at the first attempt, and connections are opened then. */
export class HttpTransport implements Transport {
  readonly #settings: DeliverySettings;
  readonly #diagnostics: Diagnostics;
  readonly #origin: string;
  readonly #host: string;
  readonly #pathPrefix: string;
  readonly #headers: Record<string, string>;
  readonly #apiKey: ApiKey;
  readonly #starts: Starts;
  readonly #completions: Completions;
  readonly #attempts: PatientTimeouts<Attempt>;
  #connections: Promise<Connections | Retryable> | undefined;
  /** Once they are. */
  #opened: Connections | undefined;
  #keyed: { key: UsableKey; headers: Record<string, string> } | undefined;
  /** The last attempt did not bring its session home. */
  #failing = false;
  #closed = false;

  constructor(settings: DeliverySettings, diagnostics: Diagnostics) {
    const url = new URL(settings.url);
    this.#settings = settings;
    this.#diagnostics = diagnostics;
    this.#origin = url.origin;
    this.#host = url.host;
    this.#pathPrefix = url.pathname.replace(/\/+$/, '');
    this.#headers = requestHeaders(settings.version, settings.headers, diagnostics);
    this.#apiKey = new ApiKey(settings.apiKey);
    if (typeof settings.apiKey === 'string' && !isUsable(settings.apiKey)) diagnostics.warnUser('HONEYHIVE_INVALID_API_KEY', UNUSABLE_KEY);
    // Settles by itself: an abort does not end a request that is still connecting.
    this.#attempts = new PatientTimeouts(settings.timeoutMillis, (attempt) => this.#giveUp(attempt));
    this.#starts = new Starts(settings, this.#host, diagnostics);
    this.#completions = new Completions(this.#host, diagnostics);
  }

  send(session: string): Promise<AttemptOutcome> {
    return new Promise((resolve) => {
      const attempt: Attempt = { session, cancellation: new Cancellation(), resolve, awaitsKey: false };
      const timing = this.#attempts.start(attempt);
      this.#run(attempt, timing).then(
        (outcome) => this.#settle(attempt, timing, outcome),
        (error: unknown) => this.#settle(attempt, timing, this.#failed(error)),
      );
    });
  }

  close(): void {
    this.#closed = true;
    this.#opened = undefined;
    for (const attempt of this.#attempts.values()) attempt.cancellation.cancel();
    void this.#connections?.then((opened) => {
      if ('close' in opened) opened.close();
    });
  }

  #settle(attempt: Attempt, timing: Timing, outcome: AttemptOutcome): void {
    this.#attempts.clear(timing);
    this.#failing = outcome.kind === 'retryable' || outcome.kind === 'unauthorised';
    attempt.resolve(outcome);
  }

  async #run(attempt: Attempt, timing: Timing): Promise<AttemptOutcome> {
    // Each of nearly all attempts waits once, for its answer.
    const connections = this.#opened ?? (await this.#open());
    if ('kind' in connections) return connections;

    let key = this.#apiKey.known ?? (await this.#askForKey(attempt, () => this.#apiKey.get()));
    if (key.kind !== 'key') return key;

    const { start, scores } = partScores(attempt.session);
    let exchange = this.#exchange(connections.send, attempt, key);
    let started = await this.#starts.post(exchange, start);
    if (started.answer.status === 401) {
      const refused = key;
      const other = await this.#askForKey(attempt, () => this.#apiKey.afterRefusal(refused));
      if (other?.kind === 'unauthorised') return other;
      if (other !== undefined) {
        key = other;
        exchange = this.#exchange(connections.send, attempt, key);
        started = await this.#starts.post(exchange, start);
      }
    }
    this.#explain(started.answer, key);
    const outcome = outcomeOf(started.answer, this.#host, Date.now());
    if (outcome.kind !== 'delivered') return outcome;

    const completion = this.#completions.after(started, scores);
    if (completion === undefined) return outcome;
    // A request of its own. A retry begins with the start again, which then merges what is there already.
    this.#attempts.refresh(timing);
    return this.#completions.send(exchange, completion, outcome);
  }

  #exchange(send: SendRequest, { cancellation }: Attempt, key: UsableKey): Exchange {
    return exchangeOver(send, { origin: this.#origin, pathPrefix: this.#pathPrefix, headers: this.#headersWith(key) }, cancellation);
  }

  /** The same object as long as the key stays the same. */
  #headersWith(key: UsableKey): Record<string, string> {
    if (this.#keyed?.key !== key) this.#keyed = { key, headers: { ...this.#headers, authorization: `Bearer ${key.text}` } };
    return this.#keyed.headers;
  }

  async #askForKey<T>(attempt: Attempt, ask: () => Promise<T>): Promise<T> {
    attempt.awaitsKey = true;
    const answer = await ask();
    attempt.awaitsKey = false;
    return answer;
  }

  async #open(): Promise<Connections | Retryable> {
    if (this.#closed) return { kind: 'retryable', reason: 'closed', message: 'delivery is shut down' };
    this.#connections ??= openConnections(this.#origin, this.#settings, this.#diagnostics, () => !this.#failing);
    const opened = await this.#connections;
    if ('close' in opened && !this.#closed) this.#opened = opened;
    return opened;
  }

  #giveUp(attempt: Attempt): void {
    this.#failing = true;
    attempt.resolve(this.#timedOut(attempt));
    attempt.cancellation.cancel();
  }

  #timedOut(attempt: Attempt): AttemptOutcome {
    const limit = `within ${this.#settings.timeoutMillis} ms`;
    if (!attempt.awaitsKey) return { kind: 'retryable', reason: 'timeout', message: `${this.#host} did not answer ${limit}` };
    this.#apiKey.forget();
    return { kind: 'unauthorised', reason: 'api_key_function_failed', message: `the apiKey function did not answer ${limit}` };
  }

  #failed(thrown: unknown): AttemptOutcome {
    const error = requestError(thrown);
    if (error.code === 'ENOTFOUND') this.#warnOfUnknownHost(error.hostname ?? this.#host);
    return outcomeOfError(error, this.#host, this.#opened?.proxy);
  }

  #warnOfUnknownHost(hostname: string): void {
    const ours = hostname === new URL(this.#origin).hostname;
    const remedy = ours
      ? 'check HH_API_URL (or HH_DATA_PLANE_URL) and the DNS of this machine'
      : 'check HTTPS_PROXY and HTTP_PROXY, or name HoneyHive in NO_PROXY';
    this.#diagnostics.warnUser('HONEYHIVE_HOST_NOT_FOUND', `The host ${hostname} was not found, so no session reaches HoneyHive: ${remedy}.`);
  }

  /** Says what a user must know of an answer; what the server says itself is for those who look closer. */
  #explain(answer: ReadAnswer, key: UsableKey): void {
    if (answer.status < 300) return;
    if (answer.status === 401 || answer.status === 403) {
      this.#diagnostics.warnUser(
        'HONEYHIVE_UNAUTHORIZED',
        `${this.#host} refused the API key (HTTP ${answer.status}), so no session reaches HoneyHive: check HH_API_KEY, ` +
          'that the key may write, and that it belongs to the deployment that HH_API_URL (or HH_DATA_PLANE_URL) names.',
      );
    }
    const words = answer.text.replaceAll(key.text, '***').slice(0, 300);
    this.#diagnostics.debug(`http_${answer.status}`, `${this.#host} answered HTTP ${answer.status}: ${words}`);
  }
}

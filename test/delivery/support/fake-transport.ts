import type { AttemptOutcome } from '../../../src/delivery/outcome.js';
import type { Transport } from '../../../src/delivery/transport.js';

/** One attempt that reached the fake transport. */
export interface FakeAttempt {
  readonly name: string;
  readonly at: number;
  settled: boolean;
  /** Settles the attempt, if the transport's answer has left that to the test. */
  settle(outcome: AttemptOutcome): void;
}

/** Gives the outcome of an attempt, or undefined to let the test settle it. `nth` counts the attempts of the session from 1. */
export type Answers = (name: string, nth: number) => AttemptOutcome | undefined;

export const delivered: AttemptOutcome = { kind: 'delivered', status: 200 };
export const rejected: AttemptOutcome = { kind: 'rejected', reason: 'http_400', message: 'refused', status: 400 };
export const http500: AttemptOutcome = { kind: 'retryable', reason: 'http_500', message: 'five hundred', status: 500 };
export const http502: AttemptOutcome = { kind: 'retryable', reason: 'http_502', message: 'bad gateway', status: 502 };
export const timeout: AttemptOutcome = { kind: 'retryable', reason: 'timeout', message: 'too slow' };
export const refused: AttemptOutcome = {
  kind: 'retryable',
  reason: 'network_ECONNREFUSED',
  message: 'nobody there',
  unreachable: true,
};
export const unauthorised: AttemptOutcome = { kind: 'unauthorised', reason: 'http_401', message: 'bad key', status: 401 };
export function http429(retryAfterMillis?: number): AttemptOutcome {
  return { kind: 'retryable', reason: 'http_429', message: 'slow down', status: 429, ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }) };
}

/** A transport without a network: answers as the test says, and remembers what it was given. */
export class FakeTransport implements Transport {
  readonly attempts: FakeAttempt[] = [];
  inFlight = 0;
  mostInFlight = 0;
  closed = 0;
  answers: Answers;
  private readonly counts = new Map<string, number>();

  constructor(answers: Answers = () => delivered) {
    this.answers = answers;
  }

  get names(): string[] {
    return this.attempts.map((attempt) => attempt.name);
  }

  attemptsOf(name: string): FakeAttempt[] {
    return this.attempts.filter((attempt) => attempt.name === name);
  }

  /** Names of the sessions in flight, oldest attempt first. */
  get open(): string[] {
    return this.attempts.filter(({ settled }) => !settled).map(({ name }) => name);
  }

  /** Settles the attempt that has been in flight for longest. */
  settleOldest(outcome: AttemptOutcome): void {
    this.attempts.find(({ settled }) => !settled)?.settle(outcome);
  }

  /** Settles all attempts in flight. */
  settleAll(outcome: AttemptOutcome): void {
    for (const attempt of this.attempts) attempt.settle(outcome);
  }

  send(session: string): Promise<AttemptOutcome> {
    const name = JSON.parse(session) as string;
    const nth = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, nth);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    return new Promise((resolve) => {
      const settle = (outcome: AttemptOutcome): void => {
        if (!attempt.settled) this.inFlight -= 1;
        attempt.settled = true;
        resolve(outcome);
      };
      const attempt: FakeAttempt = { name, at: Date.now(), settled: false, settle };
      this.attempts.push(attempt);
      const outcome = this.answers(name, nth);
      if (outcome) settle(outcome);
    });
  }

  close(): void {
    this.closed += 1;
  }
}

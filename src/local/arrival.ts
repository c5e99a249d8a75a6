import type { RefusalStatus } from './refusal.js';
import type { StoredEvent } from './stored-event.js';

/**
 * A request that was accepted, and the event as it stands after it.
 *
 * @internal
 */
export interface AcceptedArrival {
  readonly verb: 'new' | 'merged' | 'updated' | 'event';
  /** Unix milliseconds. */
  readonly at: number;
  readonly event: StoredEvent;
}

/** A request that would have changed something and was refused. */
export interface RefusedArrival {
  readonly verb: 'refused';
  /** Unix milliseconds. */
  readonly at: number;
  readonly status: RefusalStatus;
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}

/**
 * A request that met a fault that was asked for. A slow answer is told of twice: now, and when it has been decided.
 *
 * @internal
 */
export interface FailedArrival {
  readonly verb: 'failed';
  /** Unix milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** In words, such as `HTTP 503`. */
  readonly fault: string;
}

/**
 * What became of one request. Requests that only read are none.
 *
 * @internal
 */
export type Arrival = AcceptedArrival | RefusedArrival | FailedArrival;

/**
 * The body of one write request as it came over the wire, before anything of it is checked.
 *
 * @internal
 */
export interface RawBody {
  readonly method: string;
  readonly path: string;
  /** `undefined`: larger than what is taken (`MAX_BODY_BYTES`). */
  readonly bytes: Uint8Array | undefined;
}

/** The server took the session. */
export interface Delivered {
  readonly kind: 'delivered';
  /** HTTP status, 2xx. */
  readonly status: number;
  /** It existed already: what the start could not set was sent by an update. */
  readonly merged?: true;
  /** Why the update that belongs to it was refused. Holds no secret and nothing of the session. */
  readonly incomplete?: string;
}

/** The session was not taken, and a later attempt may succeed. */
export interface Retryable {
  readonly kind: 'retryable';
  /** Of few distinct values, fit for a counter: `http_503`, `timeout`, `network_ECONNREFUSED`, ... */
  readonly reason: string;
  /** For people. Holds no secret and nothing of the session. */
  readonly message: string;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** There was no connection, so the server never saw the session. */
  readonly unreachable?: true;
  /** Not to be tried again before so many milliseconds: what the server asked for, or what is known to be in vain. */
  readonly retryAfterMillis?: number;
}

/** The server does not accept the key, or there is none to send. It may do so later. */
export interface Unauthorised {
  readonly kind: 'unauthorised';
  /** `http_401`, `http_403`, `api_key_function_failed` or `api_key_invalid`. */
  readonly reason: string;
  readonly message: string;
  readonly status?: number;
}

/** The server will never take this session as it is. */
export interface Rejected {
  readonly kind: 'rejected';
  /** `http_400`, `http_301`, ... or `invalid_request`. */
  readonly reason: string;
  readonly message: string;
  readonly status?: number;
}

/** An outcome after which the session is still queued. */
export type Failure = Retryable | Unauthorised;

/** What became of one attempt to send one session. */
export type AttemptOutcome = Delivered | Failure | Rejected;

/** Why a session was given up. */
export type DropReason =
  /** Older waiting sessions make room when `maxPendingBytes` or `maxPendingSessions` is exceeded. */
  | 'queue_full'
  /** Tried as often as the retry policy allows, while others passed. */
  | 'attempts_exhausted'
  /** Queued for longer than the retry policy allows. */
  | 'too_old'
  /** The session could not be turned into JSON, or the application's `beforeSend` threw. */
  | 'serialize_failed'
  /** The application's `beforeSend` threw, or returned no session. */
  | 'before_send_failed'
  /** The oldest files of the outbox make room when `outboxMaxBytes` is exceeded. */
  | 'outbox_full'
  /** In the outbox for longer than `outboxMaxAgeMillis`. */
  | 'outbox_too_old'
  /** A file of the outbox was damaged from outside. */
  | 'outbox_unreadable'
  /** Still queued when `shutdown` ran out of time, or handed over after it. */
  | 'shutdown';

/** How a session ended. Until it has, it is queued. */
export type SessionEnd =
  | Pick<Delivered, 'kind' | 'merged' | 'incomplete'>
  | { readonly kind: 'declined' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

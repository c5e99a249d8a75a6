/** The last failure of an attempt, or the last session that was lost. */
export interface LastError {
  /** Holds no secret and nothing of a session. */
  readonly message: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Counters and gauges of a Delivery. At every moment `accepted` = `delivered` + `declined` + all of `rejected` + all of `dropped` + `queued` + `stored` + `handedOver`. */
export interface DeliveryStats {
  /** Given to this process, or found in the outbox: `recovered` is part of it. */
  readonly accepted: number;
  readonly delivered: number;
  /** Those of `delivered` whose session existed already, and got by an update what a second start cannot set. */
  readonly merged: number;
  /** Those of `delivered` whose update the server refused: inputs, outputs, scores or feedback are not there. */
  readonly incomplete: number;
  /** The application's `beforeSend` did not want them sent. */
  readonly declined: number;
  /** By reason, `http_400` for one. */
  readonly rejected: Readonly<Record<string, number>>;
  /** By reason: `queue_full`, `attempts_exhausted`, `too_old`, `serialize_failed`, `before_send_failed`, `shutdown`, `outbox_full`, `outbox_too_old`, `outbox_unreadable`. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Not ended, and only in memory: waiting or in flight. */
  readonly queued: number;
  /** Not ended, and in the outbox; lanes may be sending some of them. */
  readonly stored: number;
  /** Left in the outbox by an earlier run or another process, and taken over by this one. */
  readonly recovered: number;
  /** Taken out of the outbox by another process, to which this one seemed dead. */
  readonly handedOver: number;
  /** Those of `queued` whose batch has been answered without them. */
  readonly deferred: number;
  /** Those of `queued` and `stored` that a lane is sending. */
  readonly inFlight: number;
  /** Held in memory by all that waits or is in flight, estimated. */
  readonly pendingBytes: number;
  /** Unix milliseconds until which no lane sends; undefined when lanes are not paused. */
  readonly pausedUntil: number | undefined;
  readonly lastError: LastError | undefined;
}

/**
 * Of a Delivery to which nothing was given.
 *
 * @internal
 */
export const NOTHING_DELIVERED: DeliveryStats = {
  accepted: 0,
  delivered: 0,
  merged: 0,
  incomplete: 0,
  declined: 0,
  rejected: {},
  dropped: {},
  queued: 0,
  stored: 0,
  recovered: 0,
  handedOver: 0,
  deferred: 0,
  inFlight: 0,
  pendingBytes: 0,
  pausedUntil: undefined,
  lastError: undefined,
};

/**
 * What became of the sessions of one batch.
 *
 * @internal
 */
export interface BatchReport {
  /** Of all its sessions. */
  readonly spans: number;
  readonly delivered: number;
  /** Those of `delivered` of which the server refused a part. */
  readonly incomplete: number;
  readonly declined: number;
  /** By reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** In the outbox. They are sent later, and no further report tells of them. */
  readonly stored: number;
  /** Still queued; they will be tried again, and no further report tells of them. */
  readonly deferred: number;
  /** Message of the last failure that a session of the batch met, whether or not it ended well later. */
  readonly lastError: string | undefined;
  /** Spans of the sessions that were not taken, by reason; for those still queued that of the last failure, or `deferred`. */
  readonly failedSpans: Readonly<Record<string, number>>;
  /** HTTP status of the last attempt, if that was answered. */
  readonly lastStatus: number | undefined;
  readonly elapsedMillis: number;
}

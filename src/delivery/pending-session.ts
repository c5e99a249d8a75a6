import type { DropReason } from './outcome.js';

/** A session that waits to be sent. What it holds is turned into JSON only when a lane is about to send it. */
export interface PendingSession {
  /** Bytes held while it waits, estimated: text counts two bytes a character. */
  readonly bytes: number;
  /** Spans that it was made of; default 1. */
  readonly spans?: number;
  /**
   * The session as JSON text, without the wrapper of `/session/start`; `metrics` and `feedback`, which
   * only an update can set, stand first where there are any. Called once, when a lane
   * takes the session for the first time, or shortly before; the text is kept for further attempts.
   * If it throws, the session is dropped and counted; the error's message is never logged, since
   * it may quote content.
   */
  serialize(): string | NotSent;
}

/** Why a session has no text: the application declined it, or it is lost for a reason. */
export type NotSent = { readonly kind: 'declined' } | { readonly kind: 'dropped'; readonly reason: DropReason };

// documented: that an error body has an `errorCode` (api-client's ApiError). our guess: its values.
const ERROR_CODES = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  500: 'INTERNAL_SERVER_ERROR',
} as const;

/** A status with which the local HoneyHive refuses a request. */
export type RefusalStatus = keyof typeof ERROR_CODES;

/**
 * Thrown wherever a request turns out to be wrong; one place turns it into the answer.
 *
 * @internal
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: RefusalStatus;

  constructor(status: RefusalStatus, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * HoneyHive's error body.
 *
 * documented: its four names (api-client, `ApiError.parseError`).
 *
 * @internal
 */
export interface ErrorBody {
  statusCode: number;
  message: string;
  success: false;
  errorCode: string;
}

/**
 * The answer's body for a refusal.
 *
 * @internal
 */
export function errorBody({ status, message }: Refusal): ErrorBody {
  return { statusCode: status, message, success: false, errorCode: ERROR_CODES[status] };
}

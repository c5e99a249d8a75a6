export { type ReceivedSession, startHoneyHive, type StartOptions, type TestHoneyHive, type WaitOptions } from './start-honeyhive.js';
export type { Fault, FaultKind } from '../local/fault.js';
export type { RefusedArrival as RefusedRequest } from '../local/arrival.js';
export type { Json, JsonObject } from '../session/session.js';

/** What the command and the entry for tests need of the local HoneyHive: one bundle for both. */
export type { Arrival, RefusedArrival } from './arrival.js';
export { arrivalLine } from './arrival-line.js';
export { type Fault, type FaultKind, faultProblem } from './fault.js';
export { type LocalHoneyHive, startLocalHoneyHive } from './start.js';
export type { StoredEvent } from './stored-event.js';

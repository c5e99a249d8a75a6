export type { Arrival, RefusedArrival } from './arrival.js';
export { arrivalLine } from './arrival-line.js';
export { type Fault, type FaultKind, faultProblem } from './fault.js';
export { type LocalHoneyHive, type LocalHoneyHiveOptions, startLocalHoneyHive } from './start.js';
export { type StoredEvent } from './stored-event.js';

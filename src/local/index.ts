export { type Arrival } from './arrival.js';
export { arrivalLine } from './arrival-line.js';
export { sessionTable } from './session-table.js';
export { type LocalHoneyHive, startLocalHoneyHive } from './start.js';
export { type StoredEvent } from './stored-event.js';

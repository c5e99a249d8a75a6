import { diag, trace } from '@opentelemetry/api';
import { saidToEnrich, type SessionEnrichment } from './said.js';
import { sayToListeners } from './session-listeners.js';

/**
 * Adds to the session of the trace that is under way, from anywhere below its root, until that is
 * sent: shortly after the root has ended. Wins over what is read from spans; of two that say the same
 * field the later one counts. Without a trace under way it does nothing. No I/O, never throws.
 */
export function enrichSession(fields: SessionEnrichment): void {
  try {
    const said = saidToEnrich(fields);
    const active = trace.getActiveSpan()?.spanContext();
    if (active === undefined || !trace.isSpanContextValid(active)) {
      diag.warn('HoneyHive enrichSession: no span is active here, so there is no session to add to');
      return;
    }
    sayToListeners(active, said);
  } catch (error) {
    diag.warn('HoneyHive enrichSession: what was said of the session is lost', error);
  }
}

import { trimSession } from './trim.js';
import type { JsonObject } from './session.js';

// What servers and the gateways before them commonly take: nginx by default, then Express.
const COMMON_LIMITS = [1024 * 1024, 100 * 1024];
// For the wrapper of the body.
const MARGIN = 1024;

/**
 * The same session (or event of another session) in fewer bytes, for a server that finds it too large
 * but does not say what it takes: the next common limit, below those half of what it was. `undefined`:
 * it cannot be made smaller.
 */
export function smallerSession(text: string): string | undefined {
  const bytes = Buffer.byteLength(text);
  const limit = COMMON_LIMITS.find((common) => common < bytes);
  try {
    const whole = JSON.parse(text) as JsonObject;
    const event = whole['event'] as JsonObject | undefined;
    const trimmed = trimSession(event ?? whole, limit === undefined ? bytes / 2 : limit - MARGIN, bytes);
    const smaller = JSON.stringify(event === undefined ? trimmed : { event: trimmed });
    return smaller.length < text.length ? smaller : undefined;
  } catch {
    // Nested too deep to be printed.
    return undefined;
  }
}

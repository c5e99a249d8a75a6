/**
 * The least that a processor can do which is to know, when a root ends, what was said below it: one
 * look into a Map at each start and end, each key read, and of a model call the values kept. No rule
 * is applied, nothing is counted, no trace is ever forgotten.
 */
export class LeastProcessor {
  #open = new Map();

  onStart(span) {
    const { traceId } = span.spanContext();
    const trace = this.#open.get(traceId);
    if (trace === undefined) this.#open.set(traceId, { spans: 0, kept: undefined });
    else trace.spans += 1;
  }

  onEnd(span) {
    const { traceId } = span.spanContext();
    if (span.parentSpanContext === undefined) {
      this.#open.delete(traceId);
      return;
    }
    const trace = this.#open.get(traceId);
    trace.spans -= 1;
    if (span.status.code === 0 && span.events.length === 0 && !speaks(span.attributes)) return;
    (trace.kept ??= []).push(valuesOf(span));
  }

  async forceFlush() {}

  async shutdown() {}
}

function speaks(attributes) {
  for (const key in attributes) if (key === 'gen_ai.operation.name') return true;
  return false;
}

function valuesOf({ name, attributes, startTime, endTime }) {
  const values = [];
  for (const key in attributes) values.push(attributes[key]);
  return { name, values, startTime: startTime[0] * 1e3 + startTime[1] / 1e6, endTime: endTime[0] * 1e3 + endTime[1] / 1e6 };
}

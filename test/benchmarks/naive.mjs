import { Pool } from 'undici';

/** What one would write by hand: every span is mapped, printed and sent at once. */
export function naiveExporter(origin, connections) {
  const pool = new Pool(origin, { connections });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer bench-key' };

  async function send(body) {
    const answer = await pool.request({ path: '/session/start', method: 'POST', headers, body });
    await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`the server answered ${answer.statusCode}`);
  }

  return {
    async send(spans) {
      const sessions = spans.map(sessionOf);
      const bodies = sessions.map((session) => JSON.stringify({ session }));
      await Promise.all(bodies.map(send));
    },
    close: () => pool.close(),
  };
}

const millis = ([seconds, nanos]) => Math.round(seconds * 1_000 + nanos / 1e6);

/** Whatever the attributes hold is there, values that hold JSON as what they say, dotted names as objects. */
function sessionOf(span) {
  const metadata = {};
  for (const [key, value] of Object.entries({ ...span.resource.attributes, ...span.attributes })) {
    const names = key.split('.');
    let at = metadata;
    for (const name of names.slice(0, -1)) at = at[name] = typeof at[name] === 'object' ? at[name] : {};
    at[names.at(-1)] = parsed(value);
  }
  const { traceId, spanId } = span.spanContext();
  return { session_name: span.name, start_time: millis(span.startTime), end_time: millis(span.endTime), duration: millis(span.duration), metadata: { ...metadata, trace_id: traceId, span_id: spanId, events: span.events.map(({ name, attributes }) => ({ name, attributes })) } };
}

function parsed(value) {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

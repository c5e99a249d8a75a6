import { Pool } from 'undici';

// What the exporter sends, too: the server must read as much.
const REQUEST = {
  path: '/session/start',
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'user-agent': 'opentelemetry-exporter-honeyhive/0.1.0',
    'hh-client-package': 'opentelemetry-exporter-honeyhive',
    'hh-client-version': '0.1.0',
    'hh-client-language': 'typescript',
    authorization: 'Bearer bench-key',
  },
};

/** What undici itself can do with bodies that are there already, and answers that nobody reads. */
export function bareLoop(origin, connections) {
  const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 20_000, headersTimeout: 0, bodyTimeout: 0 });

  return {
    /** Through `dispatch`: the least that undici asks for. */
    dispatch(bodies) {
      return new Promise((resolve, reject) => {
        let next = 0;
        let missing = bodies.length;
        const handler = {
          onRequestStart() {},
          onResponseStart(_controller, status) {
            if (status !== 200) reject(new Error(`the server answered ${status}`));
          },
          onResponseData() {},
          onResponseEnd() {
            missing -= 1;
            if (missing === 0) resolve();
            else if (next < bodies.length) pool.dispatch({ ...REQUEST, body: bodies[next++] }, handler);
          },
          onResponseError(_controller, error) {
            reject(error);
          },
        };
        while (next < Math.min(connections, bodies.length)) pool.dispatch({ ...REQUEST, body: bodies[next++] }, handler);
      });
    },

    /** Through `request`, reading answers as text: what one would write by hand. */
    async request(bodies) {
      let next = 0;
      const lane = async () => {
        while (next < bodies.length) {
          const { statusCode, body } = await pool.request({ ...REQUEST, body: bodies[next++] });
          await body.text();
          if (statusCode !== 200) throw new Error(`the server answered ${statusCode}`);
        }
      };
      await Promise.all(Array.from({ length: connections }, lane));
    },

    close: () => pool.close(),
  };
}

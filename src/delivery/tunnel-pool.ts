import type { Dispatcher, Pool } from 'undici';

/**
 * A pool for undici's ProxyAgent to ask for tunnels with. When a proxy drops the connection on which
 * CONNECT is asked for, undici takes that for a lost idle connection and asks again without pause or
 * end, even after the request was aborted. With another code it fails the request, as it should.
 *
 * Source: nodejs/undici#3897; in 7.30.2 measured with 3,000 CONNECTs a second.
 *
 * @param PoolClass undici's, which is loaded only when it is needed.
 */
export function tunnelPool(PoolClass: typeof Pool, url: URL, options: Pool.Options): Pool {
  const pool = new PoolClass(url, options);
  const connect = pool.connect.bind(pool);
  const connectOrFail = async (request: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    try {
      return await connect(request);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'UND_ERR_SOCKET') throw error;
      // The code that later versions of undici have for it.
      throw Object.assign(new Error('the proxy closed the connection'), { code: 'UND_ERR_PRX_CONN' });
    }
  };
  pool.connect = connectOrFail;
  return pool;
}

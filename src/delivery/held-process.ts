import type { buildConnector } from 'undici';

/**
 * Connects as `connect` does. undici lets a request keep the process alive until it is answered,
 * which is right for the last session of a script. Where a server is silent or fails, though, each
 * attempt is followed by another one, and a script with many sessions would not end for an hour:
 * while `holds` says no, requests let it end.
 */
export function holdingProcess(connect: buildConnector.connector, holds: () => boolean): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error === null) {
        const ref = socket.ref.bind(socket);
        socket.ref = () => (holds() ? ref() : socket);
        if (!holds()) socket.unref();
      }
      callback(...result);
    });
}

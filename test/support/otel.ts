import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExportResult } from '../../src/otel/core.js';
import type { HoneyHiveSessionExporter } from '../../src/session-exporter.js';
import type { ReadableSpanLike } from '../../src/span/readable-span.js';

/** The result of one `export` call. */
export function exportOf(exporter: HoneyHiveSessionExporter, spans: readonly ReadableSpanLike[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

/** A finished root span, as SDK 2 hands it over. */
export function rootSpan(overrides: Partial<ReadableSpanLike> & { traceId?: string } = {}): ReadableSpanLike {
  const { traceId = 'a'.repeat(32), ...rest } = overrides;
  return {
    name: 'work',
    kind: 0,
    spanContext: () => ({ traceId, spanId: 'b'.repeat(16), traceFlags: 1 }),
    startTime: [1_795_000_000, 0],
    endTime: [1_795_000_001, 500_000],
    duration: [1, 500_000],
    status: { code: 0 },
    attributes: {},
    events: [],
    resource: { attributes: {} },
    droppedAttributesCount: 0,
    ...rest,
  };
}

/** A server that answers as a test wants it to. */
export async function startServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

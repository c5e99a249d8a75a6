import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Delivery } from '../../src/delivery/delivery.js';
import type { DeliverySettings } from '../../src/delivery/settings.js';
import { closeServers, json, serve } from './support/http-server.js';
import { manyPending, pending, settingsWith } from './support/settings.js';

const deliveries: Delivery[] = [];

function deliveryTo(url: string, changes: Partial<DeliverySettings> = {}): Delivery {
  const delivery = new Delivery(settingsWith({ url, ...changes }));
  deliveries.push(delivery);
  return delivery;
}

afterEach(async () => {
  await Promise.all(deliveries.splice(0).map((delivery) => delivery.shutdown(0)));
  await closeServers();
  jest.restoreAllMocks();
});

describe('delivery over HTTP', () => {
  it('brings a thousand sessions over 8 connections, each once', async () => {
    const server = await serve((_, response) => json(response, 200, { session_id: 'x' }));
    const delivery = deliveryTo(server.url, { maxConcurrency: 8 });
    expect(await delivery.deliver(manyPending(1_000))).toMatchObject({ delivered: 1_000 });
    expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1_000);
    expect(server.requests).toHaveLength(1_000);
    expect(server.connections()).toBeLessThanOrEqual(8);
  });

  it('brings all through a server that fails one in five in every way', async () => {
    const server = await serve((request, response, nth) => {
      if (nth % 20 === 4) request.socket.destroy();
      else if (nth % 20 === 8) response.writeHead(500).end();
      else if (nth % 20 === 12) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      else if (nth % 20 === 16) response.writeHead(503, { 'retry-after': '0' }).end();
      else json(response, 200, {});
    });
    // Little of the jitter: the waits are not what is tested.
    const delivery = new Delivery(settingsWith({ url: server.url, maxConcurrency: 8 }), { random: () => 0.1 });
    deliveries.push(delivery);
    const report = await delivery.deliver(manyPending(100));
    expect(report).toMatchObject({ delivered: 100, deferred: 0, rejected: {}, dropped: {} });
  });

  it('reaches a server that comes up later', async () => {
    const first = await serve(() => {});
    const { port } = first;
    await closeServers();
    const delivery = deliveryTo(`http://127.0.0.1:${port}`);
    const report = delivery.deliver(manyPending(20));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(delivery.stats().delivered).toBe(0);
    await serve((_, response) => json(response, 200, {}), port);
    expect(await report).toMatchObject({ delivered: 20, lastError: expect.stringContaining('ECONNREFUSED') });
  });

  it('shuts down in its time though the server never answers, and leaves no connection open', async () => {
    const server = await serve(() => {});
    const delivery = deliveryTo(server.url);
    const report = delivery.deliver(manyPending(10));
    while (server.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    const began = Date.now();
    await delivery.shutdown(100);
    expect(Date.now() - began).toBeLessThan(1_000);
    expect(await report).toMatchObject({ dropped: { shutdown: 10 } });
    while (server.openConnections() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('answers at once when the server asks for more time than an export has, and delivers when that is over', async () => {
    let opens = Infinity;
    const server = await serve((_, response) => (Date.now() < opens ? json(response, 429, {}, { 'retry-after': '1' }) : json(response, 200, {})));
    const delivery = deliveryTo(server.url, { exportTimeoutMillis: 500, maxConcurrency: 1 });
    const report = await delivery.deliver(manyPending(10));
    expect(report).toMatchObject({ delivered: 0, deferred: 10, lastError: expect.stringContaining('429') });
    expect(report.elapsedMillis).toBeLessThan(500);
    expect(server.requests).toHaveLength(1);
    opens = 0;
    while (delivery.stats().queued > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(delivery.stats()).toMatchObject({ accepted: 10, delivered: 10, deferred: 0 });
    expect(server.requests).toHaveLength(11);
  });

  it('delivers all at a flush once a key that was refused works', async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    let works = false;
    const server = await serve((_, response) => json(response, works ? 200 : 403, {}));
    const delivery = deliveryTo(server.url, { maxConcurrency: 1 });
    expect(await delivery.deliver(manyPending(10))).toMatchObject({ deferred: 10 });
    expect(await delivery.flush(1_000)).toBe(false);
    expect(server.requests).toHaveLength(2);
    works = true;
    expect(await delivery.flush(5_000)).toBe(true);
    expect(delivery.stats()).toMatchObject({ delivered: 10, queued: 0, pausedUntil: undefined });
  });

  it('loses no session and says why when the key is refused', async () => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const server = await serve((_, response) => json(response, 401, {}));
    const delivery = deliveryTo(server.url);
    const began = Date.now();
    const report = await delivery.deliver(manyPending(10));
    expect(report).toMatchObject({ deferred: 10, lastError: expect.stringContaining('refused the API key') });
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(JSON.stringify([report, delivery.stats()])).not.toContain('hh_secret');
  });
});

describe('tracing', () => {
  const provider = new NodeTracerProvider();

  beforeAll(() => provider.register());
  afterAll(async () => {
    await provider.shutdown();
    trace.disable();
    context.disable();
  });

  it("is suppressed for our requests and for serialising, first tries, later ones and retries alike, in nobody's trace", async () => {
    const seen: { suppressed: boolean; inTrace: boolean; recording: boolean }[] = [];
    const look = (): void => {
      const span = provider.getTracer('test').startSpan('own request');
      seen.push({
        suppressed: isTracingSuppressed(context.active()),
        inTrace: trace.getSpan(context.active()) !== undefined,
        recording: span.isRecording(),
      });
      span.end();
    };
    subscribe('undici:request:create', look);
    const server = await serve((_, response, nth) => (nth <= 2 ? response.writeHead(500).end() : json(response, 200, {})));
    const delivery = deliveryTo(server.url, { maxConcurrency: 2 });
    const sessions = Array.from({ length: 6 }, (_, index) => ({
      bytes: 1,
      serialize: () => {
        look();
        return JSON.stringify(index);
      },
    }));

    const tracer = provider.getTracer('test');
    await tracer.startActiveSpan('caller', async (span) => {
      expect(span.isRecording()).toBe(true);
      expect(await delivery.deliver(sessions)).toMatchObject({ delivered: 6 });
      void delivery.deliver([pending('flushed')]);
      await delivery.flush(1_000);
      expect(trace.getSpan(context.active())).toBe(span);
      span.end();
    });
    unsubscribe('undici:request:create', look);

    expect(server.requests.length).toBe(9);
    expect(seen).toHaveLength(6 + 9);
    expect(seen.filter(({ suppressed, inTrace, recording }) => !suppressed || inTrace || recording)).toEqual([]);
  });
});

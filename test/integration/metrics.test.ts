import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api';
import { type DataPoint, type Histogram, MeterProvider, MetricReader, type MetricData } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import type { ServerResponse } from 'node:http';
import { type HoneyHiveOptions, HoneyHiveSessionExporter, HoneyHiveSessionProcessor } from '../../src/index.js';
import { makeSpan } from '../span/make-span.js';
import { exportOf, startServer } from '../support/otel.js';

class Reader extends MetricReader {
  protected onShutdown = async (): Promise<void> => {};
  protected onForceFlush = async (): Promise<void> => {};
}

const EXPORTED = 'otel.sdk.exporter.span.exported';
const INFLIGHT = 'otel.sdk.exporter.span.inflight';
const DURATION = 'otel.sdk.exporter.operation.duration';

let reader: Reader;
let meterProvider: MeterProvider;
let server: Awaited<ReturnType<typeof startServer>>;
/** Answers requests by the name of their session. */
let answer: (name: string, response: ServerResponse) => void;
let exporter: HoneyHiveSessionExporter;

const status = (code: number) => (_name: string, response: ServerResponse) => response.writeHead(code, { 'content-type': 'application/json' }).end('{}');

function exporterWith(options: HoneyHiveOptions = {}): HoneyHiveSessionExporter {
  exporter = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: server.url, sessionFilter: 'all', meterProvider, ...options });
  return exporter;
}

async function metric(name: string): Promise<MetricData | undefined> {
  const { resourceMetrics, errors } = await reader.collect();
  expect(errors).toEqual([]);
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics).find(({ descriptor }) => descriptor.name === name);
}

/** The values of a sum by the attribute that tells them apart; '' where it is missing. */
async function byErrorType(name: string): Promise<Record<string, number>> {
  const points = ((await metric(name))?.dataPoints ?? []) as DataPoint<number>[];
  return Object.fromEntries(points.map(({ attributes, value }) => [String(attributes['error.type'] ?? ''), value]));
}

const traceOf = (name: string, children: number): ReturnType<typeof makeSpan>[] => [
  ...Array.from({ length: children }, (_, index) => makeSpan({ trace: name, id: `child${index}`, parent: 'root' })),
  makeSpan({ trace: name, id: 'root', name }),
];

beforeEach(async () => {
  answer = status(200);
  server = await startServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => answer((JSON.parse(body) as { session: { event_name: string } }).session.event_name, response));
  });
  reader = new Reader();
  meterProvider = new MeterProvider({ readers: [reader] });
});
afterEach(async () => {
  await exporter.shutdown();
  await meterProvider.shutdown();
  await server.close();
});

describe('the metrics of an export', () => {
  it('have the names, units and attributes of the semantic convention', async () => {
    await exportOf(exporterWith(), traceOf('a', 2));
    const { port } = new URL(server.url);
    const component = {
      'otel.component.type': 'HoneyHiveSessionExporter',
      'otel.component.name': expect.stringMatching(/^HoneyHiveSessionExporter\/\d+$/),
      'server.address': '127.0.0.1',
      'server.port': Number(port),
    };
    expect(await metric(EXPORTED)).toMatchObject({ descriptor: { type: 'COUNTER', unit: '{span}' }, dataPoints: [{ attributes: component, value: 3 }] });
    expect(await metric(INFLIGHT)).toMatchObject({ descriptor: { type: 'UP_DOWN_COUNTER', unit: '{span}' }, dataPoints: [{ attributes: component, value: 0 }] });
    const duration = await metric(DURATION);
    expect(duration).toMatchObject({ descriptor: { type: 'HISTOGRAM', unit: 's' } });
    expect(duration?.dataPoints).toMatchObject([{ attributes: { ...component, 'http.response.status_code': 200 }, value: { count: 1, buckets: { boundaries: [] } } }]);
    expect((duration!.dataPoints[0]!.value as Histogram).sum).toBeLessThan(10);
    // toMatchObject would let others pass.
    expect(Object.keys((await metric(EXPORTED))!.dataPoints[0]!.attributes)).toHaveLength(4);
  });

  it('number the instances of one type', async () => {
    const names = new Set<unknown>();
    for (let index = 0; index < 2; index++) await exportOf(exporterWith(), traceOf(`trace${index}`, 0)).then(() => exporter.shutdown());
    for (const { attributes } of (await metric(EXPORTED))!.dataPoints) names.add(attributes['otel.component.name']);
    expect(names.size).toBe(2);
  });

  it('count each span once, by what became of its own session', async () => {
    answer = (name, response) => status(name === 'bad' ? 400 : name === 'busy' ? 500 : 200)(name, response);
    const result = await exportOf(exporterWith({ exportTimeoutMillis: 1_000 }), [...traceOf('good', 4), ...traceOf('bad', 1), ...traceOf('busy', 2)]);
    expect(result.code).toBe(1);
    expect(await byErrorType(EXPORTED)).toEqual({ '': 5, 400: 2, 500: 3 });
    expect(await byErrorType(INFLIGHT)).toEqual({ '': 0 });
    expect((await metric(DURATION))!.dataPoints).toMatchObject([{ attributes: { 'error.type': '500', 'http.response.status_code': 500 }, value: { count: 1 } }]);

    // What is delivered after its export was answered has been counted.
    answer = status(200);
    await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ delivered: 2, queued: 0 });
    expect(await byErrorType(EXPORTED)).toEqual({ '': 5, 400: 2, 500: 3 });
  });

  it('count a session that needed several attempts as one success', async () => {
    let requests = 0;
    answer = (name, response) => status((requests += 1) < 3 ? 500 : 200)(name, response);
    await exportOf(exporterWith(), traceOf('a', 1));
    expect(await byErrorType(EXPORTED)).toEqual({ '': 2 });
    expect((await metric(DURATION))!.dataPoints).toMatchObject([{ attributes: { 'http.response.status_code': 200 }, value: { count: 1 } }]);
    expect(requests).toBe(3);
  });

  it('have spans in flight until the answer', async () => {
    const asked = new Promise<() => void>((resolve) => {
      answer = (name, response) => resolve(() => status(200)(name, response));
    });
    const done = exportOf(exporterWith(), traceOf('a', 2));
    expect(await byErrorType(INFLIGHT)).toEqual({ '': 3 });
    expect(await metric(EXPORTED)).toBeUndefined();
    (await asked)();
    await done;
    expect(await byErrorType(INFLIGHT)).toEqual({ '': 0 });
  });

  it('say so when nobody is there, and when nothing is exported at all', async () => {
    const down = new HoneyHiveSessionExporter({ apiKey: 'hh_test', url: 'http://127.0.0.1:1', meterProvider, exportTimeoutMillis: 300, shutdownTimeoutMillis: 50 });
    await exportOf(down, traceOf('a', 0));
    await down.shutdown();
    await exportOf(down, traceOf('b', 1));
    exporter = new HoneyHiveSessionExporter({ url: server.url, meterProvider });
    await exportOf(exporter, traceOf('c', 0));
    expect(await byErrorType(EXPORTED)).toEqual({ network_ECONNREFUSED: 1, ExporterShutdownError: 2, MissingApiKeyError: 1 });
    const [point] = (await metric(DURATION))!.dataPoints;
    expect(point!.attributes).not.toHaveProperty(['http.response.status_code']);
  });

  it('are kept by the processor as well, under its own name', async () => {
    exporterWith();
    const processor = new HoneyHiveSessionProcessor({ apiKey: 'hh_test', url: server.url, sessionFilter: 'all', meterProvider });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    provider.getTracer('app').startSpan('root').end();
    await provider.shutdown();
    expect((await metric(EXPORTED))!.dataPoints).toMatchObject([{ attributes: { 'otel.component.type': 'HoneyHiveSessionProcessor' }, value: 1 }]);
  });
});

describe('a meter', () => {
  const fail = (): never => {
    throw new Error('broken meter');
  };
  const instrument = { add: fail, record: fail };

  it.each([
    ['gives none', { getMeter: fail }],
    ['gives nothing', { getMeter: () => undefined as never }],
    ['throws when used', { getMeter: () => ({ createCounter: () => instrument, createUpDownCounter: () => instrument, createHistogram: () => instrument }) }],
  ])('that %s harms no export', async (_, broken) => {
    expect(await exportOf(exporterWith({ meterProvider: broken }), traceOf('a', 0))).toEqual({ code: 0 });
    await exporter.shutdown();
    expect((await exportOf(exporter, traceOf('b', 0))).code).toBe(1);
  });

  it('is one of the API', () => {
    const ofApi: ApiMeterProvider = meterProvider;
    expect(exporterWith({ meterProvider: ofApi }).stats().accepted).toBe(0);
  });
});

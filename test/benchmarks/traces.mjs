import { setImmediate as turn } from 'node:timers/promises';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { HoneyHiveSessionProcessor } from '../../dist/esm/index.js';
import { atMost } from './bars.mjs';
import { startFastServer } from './fast-server.mjs';
import { micros, ratio } from './report.mjs';
import { interleave, median, ratioOf } from './rounds.mjs';
import { traceMaker } from './trace-maker.mjs';
import { AGENT_TURN, spansOf, WEB_REQUEST } from './trace-shapes.mjs';

/** Requests that end before the event loop goes on. */
const REQUESTS_A_TURN = 10;
const SPANS = 10;
const MOST_MILLIS = 10_000;
const LONG = 'spans of default-10kb';
const SHAPES = { 'web request': WEB_REQUEST, 'turn of an agent': AGENT_TURN, 'spans of default-2.6kb': spansOf('default-2.6kb'), [LONG]: spansOf('default-10kb') };
const MOST_OF = { 'OTLP JSON': 0.5, 'OTLP protobuf': 1, Zipkin: 1 };

export async function section({ quick }) {
  const rows = await traces(quick ? { rounds: 3, warmUpRounds: 1, requests: 100 } : { rounds: 25, warmUpRounds: 10, requests: 500 });
  return {
    title: 'A trace of ten spans, all in, beside exporters of traces',
    text: `A web request with one model call below nine small spans; a turn of an agent with five model calls and four tool calls, each of which repeats the
conversation; and ten spans of the profile default, a chat each. The same spans, made before, go through our processor at its defaults and through each other exporter under a
BatchSpanProcessor of its own, to one server in a process of its own; CPU of all threads of the sending process per trace, from the first
span to the last answer. Ours sends one request per trace, the others send spans by the hundred.`,
    tables: [
      {
        head: ['trace', 'exporter', 'CPU per trace', 'wall per trace', 'requests per trace', 'bytes per trace', 'ours / it, CPU'],
        rows: rows.map((row) => [row.shape, row.name, micros(row.cpu), micros(row.wall), row.sent.requests.toFixed(2), row.sent.bytes.toFixed(0), row.name === 'ours' ? '-' : ratio(row.ratio)]),
      },
    ],
    bars: rows.filter(({ name }) => name !== 'ours').map((row) => atMost(`CPU per ten-span trace, ${row.shape}, against ${row.name}`, micros(row.ours), micros(row.cpu), row.ratio, MOST_OF[row.name])),
  };
}

async function traces({ rounds, warmUpRounds, requests }) {
  const server = await startFastServer([0], 'http-server.mjs');
  const url = server.origin(0);
  const exporters = { 'OTLP JSON': new JsonExporter({ url: `${url}/v1/traces` }), 'OTLP protobuf': new ProtobufExporter({ url: `${url}/v1/traces` }), Zipkin: new ZipkinExporter({ url: `${url}/api/v2/spans` }) };
  const all = { ours: ours(url), ...mapValues(exporters, batching) };
  const contenders = mapValues(all, ({ run }) => run);
  const cases = Object.entries(SHAPES).map(([shape, spans]) => {
    const maker = traceMaker(spans);
    // As many megabytes of all, about.
    const count = shape === LONG ? requests / 4 : requests;
    return { shape, prepare: () => ({ count, requests: Array.from({ length: count }, maker.whole) }) };
  });
  try {
    for (const { prepare } of cases) await interleave({ rounds: warmUpRounds, prepare, contenders });
    const rows = [];
    for (const { shape, prepare } of cases) {
      const sent = await sentBy(contenders, server, prepare);
      const figures = await interleave({ rounds, prepare, contenders });
      for (const name of Object.keys(contenders)) {
        rows.push({ shape, name, ours: median(figures.ours.cpu), cpu: median(figures[name].cpu), wall: median(figures[name].wall), ratio: ratioOf(figures.ours.cpu, figures[name].cpu), sent: sent[name] });
      }
    }
    return rows;
  } finally {
    for (const { close } of Object.values(all)) await close();
    await server.stop();
  }
}

/** Requests and bytes per trace, by contender. */
async function sentBy(contenders, server, prepare) {
  const sent = {};
  for (const [name, run] of Object.entries(contenders)) {
    const work = prepare();
    await server.arrived(0);
    await run(work);
    const { requests, bytes } = await server.arrived(0);
    sent[name] = { requests: requests / work.count, bytes: bytes / work.count };
  }
  return sent;
}

function ours(url) {
  const processor = new HoneyHiveSessionProcessor({ apiKey: 'bench-key', url });
  let delivered = 0;
  return {
    async run(work) {
      await feed(processor, work.requests);
      delivered += work.count;
      if (processor.stats().delivered !== delivered) throw new Error(`${processor.stats().delivered} sessions were delivered, not ${delivered}`);
    },
    close: () => processor.shutdown(),
  };
}

function batching(exporter) {
  let answered = 0;
  let whenAnswered = () => {};
  const counting = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code === 0) answered += spans.length;
        done(result);
        whenAnswered();
      }),
    shutdown: () => exporter.shutdown(),
  };
  // It has nothing to drop, however many spans end at once.
  const processor = new BatchSpanProcessor(counting, { maxQueueSize: 100_000 });
  return {
    async run({ requests, count }) {
      answered = 0;
      await feed(processor, requests);
      // forceFlush does not wait for a batch that is on its way already.
      const all = count * SPANS;
      await new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${answered} spans were taken, not ${all}`)), MOST_MILLIS);
        whenAnswered = () => {
          if (answered < all) return;
          clearTimeout(late);
          resolve();
        };
        whenAnswered();
      });
      whenAnswered = () => {};
    },
    close: () => processor.shutdown(),
  };
}

async function feed(processor, requests) {
  for (let index = 0; index < requests.length; index += 1) {
    const { root, children, below } = requests[index];
    processor.onStart(root, ROOT_CONTEXT);
    for (const child of children) {
      processor.onStart(child, below);
      processor.onEnd(child);
    }
    processor.onEnd(root);
    if (index % REQUESTS_A_TURN === REQUESTS_A_TURN - 1) await turn();
  }
  await processor.forceFlush();
}

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

// A service that exports as fast as it can and writes down, before anything else happens, the id of
// each session whose export answered SUCCESS. It is there to be killed.
//   node service.mjs ACKNOWLEDGED-FILE FIRST-ID    exports until it is killed
//   node service.mjs --drain                       only sends what others left, until its input ends
import { createRequire } from 'node:module';
import { openSync, writeSync } from 'node:fs';

const { HoneyHiveSessionExporter } = createRequire(import.meta.url)('../../dist/cjs/index.js');
const exporter = new HoneyHiveSessionExporter();

const BATCH = 25;
const CONCURRENT_EXPORTS = 16;

if (process.argv[2] === '--drain') {
  const report = setInterval(() => process.stdout.write(`${JSON.stringify(exporter.stats())}\n`), 200);
  process.stdin.resume().on('end', async () => {
    clearInterval(report);
    await exporter.shutdown();
    process.stdout.write(`${JSON.stringify(exporter.stats())}\n`);
  });
} else {
  const acknowledged = openSync(process.argv[2], 'a');
  let next = Number(process.argv[3]);
  const again = () => {
    const spans = Array.from({ length: BATCH }, () => rootSpan((next += 1)));
    exporter.export(spans, ({ code }) => {
      if (code === 0) writeSync(acknowledged, spans.map((span) => `${span.spanContext().traceId}\n`).join(''));
      setImmediate(again);
    });
  };
  for (let index = 0; index < CONCURRENT_EXPORTS; index += 1) again();
  // A service has other things to do; an exporter keeps no process alive.
  setInterval(() => {}, 60_000);
  process.stdout.write('exporting\n');
}

function rootSpan(number) {
  const traceId = number.toString(16).padStart(32, '0');
  const now = Date.now();
  const time = [Math.floor(now / 1000), (now % 1000) * 1e6];
  return {
    name: 'work',
    kind: 0,
    spanContext: () => ({ traceId, spanId: '00000000000000aa', traceFlags: 1 }),
    startTime: time,
    endTime: time,
    duration: [0, 0],
    status: { code: 0 },
    attributes: { 'input.value': `question ${number} ${'x'.repeat(2_000)}`, 'output.value': 'answer' },
    events: [],
    resource: { attributes: {} },
    droppedAttributesCount: 0,
  };
}

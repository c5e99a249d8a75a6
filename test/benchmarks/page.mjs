import { mkdirSync, writeFileSync } from 'node:fs';
import { plot } from './plot.mjs';
import { markdown, table, verdict } from './report.mjs';

const docs = new URL('../../docs/', import.meta.url);
const FOLDER = 'performance';

/**
 * Writes docs/performance.md and its plots.
 *
 * @param others what the summary's rows came to on other Nodes, `[{ version, bars }]`.
 */
export async function writePage({ quick, head, sections, others, foot }) {
  mkdirSync(new URL(FOLDER, docs), { recursive: true });
  for (const { plots = [] } of sections) for (const { name, ...drawn } of plots) writeFileSync(new URL(`${FOLDER}/${name}.svg`, docs), `${await plot(drawn)}\n`);
  const page = ['# Performance', introduction(quick), head, summary(sections, others), REMARKS, ...sections.map(withPlots), foot].join('\n\n');
  writeFileSync(new URL('performance.md', docs), `${page}\n`);
}

function introduction(quick) {
  return `What a session costs beside the least that the same work can cost, and beside what others cost. Every figure on this page was printed by one run of

    npm run bench -- --write${quick ? ' --quick' : ''}      # and writes this page${quick ? '. With --quick, its figures mean little' : ''}

(\`--only NAME\` runs one part, \`--compare REF\` runs the build of another commit in turns with this one.) Compare ratios, not times: another machine has
other times.`;
}

// What the figures do not say by themselves.
const REMARKS = `## What is missed, and where cost grows faster

- **End to end at 0 ms.** A server that answers at once leaves the CPU as the only limit, and then each session costs what the bare loop does not do at all: to be
  taken in, written, waited for among others (survivors of the garbage collector), to have its answer read and compared with what was sent. Of 10 KB each pass over
  the text counts: to tell a chat by it, to look for credentials, for media.
  With any latency that a network has, what is sent next is written while lanes wait for answers.
- **Children.** The least that a processor which follows traces can do (one look into a Map at each start and end, each key read, a model call's values kept, no rule
  applied, nothing bounded) costs about half of what ours does for a child that is not needed, as much as the bar allows for one that is folded, and by itself as much CPU as
  BatchSpanProcessor, fed with spans that are there: that does nothing at a start, and at an end puts the span into an array. Where a tracer makes the spans in the same breath,
  to keep them until they are exported costs the garbage collector something, too ('whole', less the tracer by itself), and the least comes to less than BatchSpanProcessor; ours
  to between one and a half times and more than twice as much. What it adds when it folds is mostly memory that is not in the processor's cache: a digest is some twenty small objects.
- **Ten-span traces.** One POST for each session costs undici alone about as much CPU as half of what OTLP's exporter takes for ten light spans, which go out
  50 traces at a time. The heavier the spans, the less that counts: ours sends what a trace comes to, the others send every span of it.
- **The first 500.** What is beyond undici's share is code that V8 has not compiled yet, and the compiling of it on other threads: without its optimising compiler
  (\`--no-opt\`) these 500 take less CPU, not more. The bare loop is done before V8 has compiled undici's parser for it, ours is not: to rest, both pay for that.
- **Attributes.** Past 128 of them (OpenTelemetry's default limit), what spans of one kind have in common is no longer kept, and past 4,096 different names no more
  than those in use; both bound memory.
- **Bodies.** Chats and JSON above 64 KB are parsed and printed again: the patterns that tell them by their text remember a place for each part.`;

/** What the bars are, and whether they were met: on this Node, and on others. */
function summary(sections, others) {
  const bars = sections.flatMap((section) => section.bars);
  const elsewhere = ({ row }) =>
    others.map(({ bars }) => {
      const same = bars.find((bar) => bar.row[0] === row[0] && bar.row[4] === row[4]);
      if (same === undefined) return '-';
      const [, ours, , ratio] = same.row;
      return `${ratio === '-' ? ours : ratio.replace(/ .*/, '')}${same.met === false ? ' (not met)' : ''}`;
    });
  const head = ['row', 'ours', 'alternative', 'ratio', 'bar', 'verdict', ...others.map(({ version }) => `Node ${version}`)];
  return `## Summary\n\n${table(head, bars.map((bar) => [...bar.row, verdict(bar), ...elsewhere(bar)]))}`;
}

function withPlots(section) {
  const images = (section.plots ?? []).map((drawn) => `![µs per session over ${drawn.title}](${FOLDER}/${drawn.name}.svg)`);
  return [markdown(section), ...images].join('\n\n');
}

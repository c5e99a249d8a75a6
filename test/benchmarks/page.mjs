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
  const page = ['# Performance', introduction(quick), head, summary(sections, others), ...sections.map(withPlots), foot].join('\n\n');
  writeFileSync(new URL('performance.md', docs), `${page}\n`);
}

function introduction(quick) {
  return `What a session costs beside the least that the same work can cost, and beside what others cost. Every figure on this page was printed by one run of

    npm run bench -- --write${quick ? ' --quick' : ''}      # and writes this page${quick ? '. With --quick, its figures mean little' : ''}

(\`--only NAME\` runs one part, \`--compare REF\` runs the build of another commit in turns with this one.) Compare ratios, not times: another machine has
other times.`;
}

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

// What the exporter costs beside the least that the same work can cost.
//   npm run bench [-- [--quick] [--only NAME] [--compare REF]]
// Ratios are printed and judged, but never fail the run: what a machine is busy with is no bug.
import { readdirSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { load, machine, markdown, summaryTable } from './report.mjs';
import { runSection } from './run-section.mjs';
import { SECTIONS } from './sections.mjs';
import { buildOf } from './worktree.mjs';

const root = new URL('../../', import.meta.url);
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: Object.keys(SECTIONS) }, compare: { type: 'string' } },
});
const unknown = options.only.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0) fail(`--only ${unknown.join()}: there is ${Object.keys(SECTIONS).join(', ')}`);
checkBuild();
forgetSettings();

console.log(`# Bench${options.quick ? ' (--quick: a smoke run, its figures mean little)' : ''}

${machine()}; ${load()}

Every round runs all contenders of a row, beginning with another one each time, on new spans of SDK 2
that none has seen. Figures are medians over rounds, ratios medians of the rounds' own, with the least
and the largest in brackets. Profiles: plain = a root with HoneyHive's attributes as JSON, redaction off; default
= a GenAI chat, all options at their defaults, redaction of credentials among them.
`);
if (options.compare !== undefined) {
  await compare(options.compare);
  process.exit();
}
const bars = [];
for (const name of options.only) {
  try {
    const section = await runSection(SECTIONS[name], options);
    console.log(`${markdown(section)}\n`);
    bars.push(...section.bars);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
console.log(`## Summary\n\n${summaryTable(bars)}\n\n${load()} at the end; took ${Math.round(performance.now() / 1000)} s`);

async function compare(ref) {
  const { commit, url } = buildOf(ref);
  process.env.BENCH_OLD_ROOT = url;
  const section = await runSection('compare-builds.mjs', options);
  console.log(`${markdown({ ...section, title: `${section.title}: ${commit.slice(0, 12)}` })}\n\n${load()} at the end; took ${Math.round(performance.now() / 1000)} s`);
}

/** What is measured is what was built: an old build would measure an old program. */
function checkBuild() {
  const built = statSync(new URL('dist/esm/index.js', root), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) fail('dist/ is missing: npm run build');
  const src = readdirSync(new URL('src', root), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  if (src.some((entry) => statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).mtimeMs > built)) {
    console.error('warning: src/ has changed since dist/ was built; run npm run build for current figures\n');
  }
}

/** The settings of whoever runs this are none of the bench's: another limit, or a proxy, would change what is measured. */
function forgetSettings() {
  for (const name of Object.keys(process.env)) {
    if (/^(HH|OTEL)_|_PROXY$/i.test(name)) delete process.env[name];
  }
}

function fail(why) {
  console.error(why);
  process.exit(1);
}

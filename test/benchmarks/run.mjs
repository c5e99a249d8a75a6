// What the exporter costs beside the least that the same work can cost.
// --write: again on other Nodes, and into docs/performance.md.
// Ratios are printed and judged, but never fail the run: what a machine is busy with is no bug.
import { readdirSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { load, machine, markdown, summaryTable } from './report.mjs';
import { runSection } from './run-section.mjs';
import { JUDGED, SECTIONS } from './sections.mjs';
import { buildOf } from './worktree.mjs';

const USAGE = 'npm run bench [-- [--quick] [--only NAME] [--compare REF] [--write]]';
const root = new URL('../../', import.meta.url);
const options = parsed();
const unknown = options.only.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0) fail(`--only ${unknown.join()}: there is ${Object.keys(SECTIONS).join(', ')}`);
checkBuild();
forgetSettings();

const head = `${machine()}; ${load()}

Every round runs all contenders of a row, beginning with another one each time, on new spans of SDK 2
that none has seen. Figures are medians over rounds, ratios medians of the rounds' own, with the least
and the largest in brackets. Profiles: plain = a root with HoneyHive's attributes as JSON, redaction off; default
= a GenAI chat, all options at their defaults, redaction of credentials among them.`;

console.log(`# Bench${options.quick ? ' (--quick: a smoke run, its figures mean little)' : ''}\n\n${head}\n`);
if (options.compare !== undefined) {
  await compare(options.compare);
  process.exit();
}
const sections = await run(options.only, process.execPath, (section, seconds) => console.log(`${markdown(section)}\n\n(${seconds} s)\n`));
const others = options.write ? await onOtherNodes() : [];
const foot = () => `${load()} at the end; took ${Math.round(performance.now() / 1000)} s`;
console.log(`## Summary\n\n${summaryTable(sections.flatMap(({ bars }) => bars))}\n\n${foot()}`);
if (options.write) {
  const { writePage } = await import('./page.mjs');
  await writePage({ quick: options.quick, head, sections, others, foot: foot() });
}

function parsed() {
  const only = Object.keys(SECTIONS);
  try {
    return parseArgs({
      options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: only }, compare: { type: 'string' }, write: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    return fail(`${error.message}\n${USAGE}\nNAME: ${only.join(', ')}`);
  }
}

async function run(names, execPath, onSection = () => {}) {
  const sections = [];
  for (const name of names) {
    try {
      const start = performance.now();
      const section = await runSection(SECTIONS[name], { quick: options.quick, execPath });
      onSection(section, Math.round((performance.now() - start) / 1_000));
      sections.push(section);
    } catch (error) {
      console.error(error);
      process.exitCode = 1;
    }
  }
  return sections;
}

/** @returns `[{ version, bars }]`. */
async function onOtherNodes() {
  const { runtimes } = await import('../compatibility/workshop.mjs');
  const others = [];
  for (const [name, path] of Object.entries(runtimes()).filter(([name]) => /^Node (22|24)$/.test(name))) {
    console.log(`${name}: ${JUDGED.join(', ')} ...`);
    const sections = await run(JUDGED.filter((part) => options.only.includes(part)), path);
    others.push({ version: name.replace('Node ', ''), bars: sections.flatMap(({ bars }) => bars) });
  }
  return others;
}

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

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as inert from '../src/inert.js';
import * as real from '../src/index.js';

const methods = (of: { prototype: object }): string[] => {
  const names = new Set<string>();
  for (let at = of.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].sort();
};

describe('the entry for where there is no Node', () => {
  it('has all that the package has', () => {
    expect(Object.keys(inert).sort()).toEqual(Object.keys(real).sort());
    expect(methods(inert.HoneyHiveSessionExporter)).toEqual(methods(real.HoneyHiveSessionExporter));
    expect(methods(inert.HoneyHiveSessionProcessor)).toEqual(methods(real.HoneyHiveSessionProcessor));
  });

  it('tells the same figures, all of them nothing', async () => {
    const processor = new real.HoneyHiveSessionProcessor({ apiKey: 'k' });
    expect(Object.keys(new inert.HoneyHiveSessionProcessor().stats()).sort()).toEqual(Object.keys(processor.stats()).sort());
    await processor.shutdown();
  });

  it('does nothing', async () => {
    const done = jest.fn();
    new inert.HoneyHiveSessionExporter().export([], done);
    expect(done.mock.calls).toEqual([[{ code: 0 }]]);
    expect(inert.withSession({}, () => 7)).toBe(7);
    expect([inert.enrichSession(), inert.currentSessionId(), inert.registerHoneyHive().attached]).toEqual([undefined, undefined, false]);
    await inert.registerHoneyHive().shutdown();
  });

  it('loads nothing at all', () => {
    const text = readFileSync('dist/esm/inert.js', 'utf8');
    expect(readdirSync('dist/esm')).toContain('inert.js');
    expect(text).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b/);
  });

  // npm test builds before it tests.
  it.each(['edge-light', 'workerd', 'browser'])('is what %s gets, by import and by require', (condition) => {
    const script = `console.log([${['', '/register'].map((entry) => `await import('opentelemetry-exporter-honeyhive${entry}'), module.createRequire('${process.cwd()}/x')('opentelemetry-exporter-honeyhive${entry}')`).join()}].map((found) => found.registerHoneyHive().attached).join())`;
    const program = `import module from 'node:module'; ${script}`;
    const output = execFileSync(process.execPath, ['--conditions', condition, '--input-type=module', '-e', program], { encoding: 'utf8', timeout: 20_000, env: { PATH: process.env['PATH'] } });
    expect(output.trim()).toBe('false,false,false,false');
  });
});

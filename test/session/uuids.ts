import { execFileSync } from 'node:child_process';

const SCRIPT = `
import { v5 } from 'uuid';
let input = '';
for await (const chunk of process.stdin) input += chunk;
console.log(JSON.stringify(JSON.parse(input).map((text) => v5(text, v5.URL))));
`;

/**
 * The UUIDv5 of each text in the URL namespace, as the `uuid` package computes it. In a process of
 * its own: that package has only ES modules, and Jest runs tests as CommonJS.
 */
export function uuidsOf(texts: readonly string[]): string[] {
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT], { input: JSON.stringify(texts), encoding: 'utf8' })) as string[];
}

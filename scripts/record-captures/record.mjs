// npm install && npm run record: writes test/fixtures/captures/own-*.json from the real libraries. Each
// scenario runs in a process of its own, so that no instrumentation sees another one's work.
import { execFileSync } from 'node:child_process';

for (const scenario of ['ai-sdk', 'langgraph', 'indexed-prompts', 'logfire']) {
  execFileSync(process.execPath, [new URL(`${scenario}.mjs`, import.meta.url).pathname], { stdio: 'inherit' });
}

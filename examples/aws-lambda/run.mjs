// The whole example: a stand-in for OpenAI, a way to HoneyHive that can be cut, and a function that
// is invoked four times. HH_API_KEY and HH_API_URL come from the environment.

import { startModel } from '../express-openai/model.js';
import { startEnvironment } from './environment.mjs';
import { startNetwork } from './network.mjs';

const model = await startModel();
const network = await startNetwork(process.env.HH_API_URL);
const environment = await startEnvironment({ HH_API_URL: network.url, OPENAI_BASE_URL: model.url });

async function invoke(way, event) {
  const began = performance.now();
  const answer = await environment.invoke(event);
  console.log(`HoneyHive ${way}: ${event.user} got ${JSON.stringify(answer)} after ${Math.round(performance.now() - began)} ms`);
}

try {
  await invoke('is silent', { user: 'grace', question: 'How long do refunds take?' });
  await network.close();
  await invoke('is down', { user: 'ada', question: 'Hello, my name is Ada.' });
  await network.open();
  await invoke('is up', { user: 'linus', question: 'What can you do for me?' });
  await invoke('is up', { user: 'edsger', question: 'Summarise all 5000 reviews.' });
} finally {
  environment.end();
  await network.close();
  await model.close();
}

import { readFacts } from '../../src/conventions/read-facts.js';
import { isSideJob } from '../../src/trace/side-job.js';

const asked = (name: string, attributes: Record<string, unknown> = {}): boolean => isSideJob({ name, facts: readFacts({ 'gen_ai.request.model': 'm', ...attributes }) });

const TITLE = 'Write a title for this chat.';
const ANSWER = 'You answer questions about parcels.';

describe('a side job', () => {
  it('is known by its name, however often it was asked before', () => {
    for (const name of ['generateTitle', 'chat', 'generateTitle', 'moderate', 'chat', 'chat']) expect([name, asked(name)]).toEqual([name, name !== 'chat']);
  });

  it('is known by its instructions, whatever those of the call before were', () => {
    for (const told of [TITLE, ANSWER, TITLE, TITLE, ANSWER, ANSWER]) {
      expect(asked('chat', { 'gen_ai.system_instructions': told })).toBe(told === TITLE);
      expect(asked('chat', { 'gen_ai.prompt': told })).toBe(told === TITLE);
      expect(asked('chat', { 'gen_ai.prompt': told, 'gen_ai.system_instructions': ANSWER })).toBe(told === TITLE);
    }
  });

  it('is known by the start of its instructions alone', () => {
    expect(asked('chat', { 'gen_ai.prompt': `${'x '.repeat(295)}${TITLE}` })).toBe(false);
    expect(asked('chat', { 'gen_ai.prompt': `${'x '.repeat(250)}${TITLE}` })).toBe(true);
  });
});

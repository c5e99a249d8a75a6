// A LangGraph agent with one tool, under OpenInference's instrumentation of LangChain.
import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain';
import * as callbacks from '@langchain/core/callbacks/manager';
import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { modelServer, provider, record } from './recorder.mjs';

const instrumentation = new LangChainInstrumentation({ tracerProvider: provider });
instrumentation.manuallyInstrument(callbacks);

const server = await modelServer([
  { tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'getWeather', arguments: '{"city":"Paris"}' } }] },
  { content: 'It is 18C in Paris.' },
]);
const getWeather = tool(async ({ city }) => JSON.stringify({ city, tempC: 18 }), { name: 'getWeather', description: 'The weather of a city', schema: z.object({ city: z.string() }) });
const model = new ChatOpenAI({ model: 'gpt-4o', temperature: 0.2, apiKey: 'none', configuration: { baseURL: server.url } }).bindTools([getWeather]);

const graph = new StateGraph(MessagesAnnotation)
  .addNode('agent', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addNode('tools', async ({ messages }) => {
    const [call] = messages.at(-1).tool_calls;
    return { messages: [new ToolMessage({ content: await getWeather.invoke(call.args), tool_call_id: call.id, name: call.name })] };
  })
  .addEdge(START, 'agent')
  .addConditionalEdges('agent', ({ messages }) => (messages.at(-1) instanceof AIMessage && messages.at(-1).tool_calls.length > 0 ? 'tools' : END), ['tools', END])
  .addEdge('tools', 'agent')
  .compile();

await record('own-langgraph-agent', () => graph.invoke({ messages: [new HumanMessage('Weather in Paris?')] }, { configurable: { thread_id: 'chat_9001' }, metadata: { thread_id: 'chat_9001' } }), [
  { op: 'has', f: 'inputs.chat_history', v: 'Weather in Paris?' },
  { op: 'eq', f: 'outputs.content', v: 'It is 18C in Paris.' },
  { op: 'has', f: 'config', v: 'gpt-4o' },
  { op: 'has', f: 'metadata.tools', v: 'getWeather' },
  { op: 'eq', f: 'metadata.conversation_id', v: 'chat_9001' },
  { op: 'eq', f: 'metadata.usage.input_tokens', v: 54 },
  { op: 'absent', f: 'metadata.error' },
]);
server.close();

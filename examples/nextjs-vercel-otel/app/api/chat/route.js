import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';

// Reads OPENAI_API_KEY and OPENAI_BASE_URL.
const openai = createOpenAI();

export async function POST(request) {
  const { conversation, question } = await request.json();
  let failure;
  const { textStream } = streamText({
    model: openai.chat('gpt-4o-mini'),
    prompt: question,
    maxRetries: 0,
    onError: ({ error }) => {
      failure = error;
    },
    experimental_telemetry: {
      isEnabled: true,
      functionId: 'chat',
      metadata: { userId: request.headers.get('x-user-id'), sessionId: conversation },
    },
  });
  // Whether the model answers at all is known with the first piece. A status of 500 or more is what
  // makes the request's span a failed one.
  const [beginning, answer] = textStream.tee();
  const { done } = await beginning.getReader().read();
  if (done && failure) return Response.json({ error: failure.message }, { status: 502 });
  return new Response(answer.pipeThrough(new TextEncoderStream()));
}

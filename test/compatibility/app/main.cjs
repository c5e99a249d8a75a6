// An application that knows nothing of this repository: sets up tracing in the way that it is
// told, answers one question, and prints the ids of its root span and what it ran on.

const PACKAGE = 'opentelemetry-exporter-honeyhive';

/** Each sets up tracing, and answers how to end it; one that receives the session itself gives it then. */
const ways = {
  async SimpleSpanProcessor({ load, sdk, provide }) {
    const { HoneyHiveSessionExporter } = await load(PACKAGE);
    const { SimpleSpanProcessor } = await load(sdk);
    return provide([new SimpleSpanProcessor(argument(sdk, new HoneyHiveSessionExporter()))]);
  },
  async BatchSpanProcessor({ load, sdk, provide }) {
    const { HoneyHiveSessionExporter } = await load(PACKAGE);
    const { BatchSpanProcessor } = await load(sdk);
    return provide([new BatchSpanProcessor(argument(sdk, new HoneyHiveSessionExporter()))]);
  },
  async HoneyHiveSessionProcessor({ load, provide }) {
    const { HoneyHiveSessionProcessor } = await load(PACKAGE);
    return provide([new HoneyHiveSessionProcessor()]);
  },
  async registerHoneyHive({ load, provide }) {
    const { registerHoneyHive } = await load(PACKAGE);
    const end = await provide([]);
    const registration = registerHoneyHive();
    if (!registration.attached) throw new Error('not attached');
    return () => registration.shutdown().then(end);
  },
  async testing({ load, provide }) {
    const { startHoneyHive } = await load(`${PACKAGE}/testing`);
    const { HoneyHiveSessionProcessor } = await load(PACKAGE);
    const hive = await startHoneyHive();
    const end = await provide([new HoneyHiveSessionProcessor({ url: hive.url, apiKey: hive.apiKey })]);
    return async () => {
      const [session] = await hive.sessions({ count: 1, timeout: 10_000 });
      await end();
      await hive.close();
      return session;
    };
  },
  // Nothing of it is in the application.
  async preload() {
    return async () => {};
  },
  async '@vercel/otel'({ load }) {
    const { HoneyHiveSessionProcessor } = await load(PACKAGE);
    const { registerOTel } = await load('@vercel/otel');
    const processor = new HoneyHiveSessionProcessor();
    registerOTel({ serviceName: 'compatibility', spanProcessors: ['auto', processor] });
    return () => processor.shutdown();
  },
};

/** SDK 3's own processors take an object. */
function argument(sdk, exporter) {
  return sdk === '@opentelemetry/sdk-trace' ? { exporter } : exporter;
}

exports.main = async (load) => {
  const [, , way, sdk, question] = process.argv;
  const { context, SpanKind, trace } = await load('@opentelemetry/api');
  const provide = async (spanProcessors) => {
    const { BasicTracerProvider, TracerProvider = BasicTracerProvider } = await load(sdk);
    const provider = new TracerProvider({ spanProcessors });
    trace.setGlobalTracerProvider(provider);
    return async () => {
      await provider.forceFlush();
      await provider.shutdown();
    };
  };
  const end = await ways[way]({ load, sdk, provide });

  const tracer = trace.getTracer('application');
  const root = tracer.startSpan('answer', { kind: SpanKind.SERVER, attributes: { 'user.id': 'ada' } });
  const below = trace.setSpan(context.active(), root);
  const tool = tracer.startSpan('look up', { attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'clock' } }, below);
  tool.end();
  const model = tracer.startSpan('chat', { kind: SpanKind.CLIENT, attributes: chat(question) }, below);
  model.end();
  root.end();
  const session = await end();
  const { traceId, spanId } = root.spanContext();
  const { bun, deno, node } = process.versions;
  console.log(JSON.stringify({ traceId, spanId, session, runtime: bun ? 'Bun' : deno ? 'Deno' : `Node ${parseInt(node, 10)}` }));
};

function chat(question) {
  const message = (role, content) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-5',
    'gen_ai.input.messages': message('user', question),
    'gen_ai.output.messages': message('assistant', 'Ten past four.'),
    'gen_ai.usage.input_tokens': 9,
    'gen_ai.usage.output_tokens': 5,
  };
}

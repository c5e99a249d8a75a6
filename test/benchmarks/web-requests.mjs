import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { SPANS } from './fold.mjs';

const ROOT = { 'http.request.method': 'POST', 'http.route': '/chat', 'url.path': '/chat', 'url.scheme': 'https', 'server.address': 'shop.example', 'http.response.status_code': 200 };
const RESOURCE = { 'service.name': 'shop', 'service.version': '4.17.2', 'deployment.environment.name': 'production' };
const CONTENT = 'x'.repeat(388);
let calls = 0;

/** What the children say, by index. */
export const CHILDREN = SPANS.length;
/** Instrumentations of Express, pg and redis: no session says anything of them. */
export const isUnneeded = (index) => /^(middleware|request handler|redis|pg)/.test(SPANS[index][0]);
export const isModelCall = (index) => SPANS[index][0].startsWith('chat');

/** Makes the spans of web requests: real ones, of SDK 2. */
export function webRequests(spanProcessors = []) {
  const tracer = new BasicTracerProvider({ resource: resourceFromAttributes(RESOURCE), spanProcessors }).getTracer('bench');

  /** @returns a root that has started, and the context below it. */
  function startRoot() {
    const root = tracer.startSpan('POST /chat', { kind: SpanKind.SERVER, attributes: ROOT, root: true }, ROOT_CONTEXT);
    return { root, below: trace.setSpan(ROOT_CONTEXT, root) };
  }

  /** @returns a child that has ended. */
  function child(index, { below }) {
    const [name, kind, attributes] = SPANS[index];
    const span = tracer.startSpan(name, { kind, attributes: isModelCall(index) ? withOwnContent(attributes) : attributes }, below);
    span.end();
    return span;
  }

  /** @returns `{ root, children, below }`, all ended; of the children those that `isKept`, by index. */
  function request(isKept = () => true) {
    const started = startRoot();
    const children = SPANS.flatMap((_, index) => (isKept(index) ? [child(index, started)] : []));
    started.root.end();
    return { ...started, children };
  }

  return { startRoot, child, request };
}

/** Every call has texts of its own, always of the same length. */
function withOwnContent(attributes) {
  calls += 1;
  const number = String(calls).padStart(12, '0');
  return { ...attributes, 'gen_ai.input.messages': number + CONTENT, 'gen_ai.output.messages': CONTENT + number };
}

import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

const RESOURCE = { 'service.name': 'shop', 'service.version': '4.17.2', 'deployment.environment.name': 'production' };
const NUMBER = '{{n}}';
let made = 0;

/**
 * Makes traces of real spans of SDK 2. In texts, `{{n}}` becomes a number of eight digits, another one for every span.
 *
 * @param options of the tracer provider.
 * @param shape `{ root, children }`, spans as `[name, kind, attributes]`; the children are direct ones, in the order in which they end.
 */
export function traceMaker(shape, options = {}) {
  const tracer = new BasicTracerProvider({ resource: resourceFromAttributes(RESOURCE), ...options }).getTracer('bench');
  const start = ([name, kind, attributes], options, context) => tracer.startSpan(name, { kind, attributes: withNumber(attributes), ...options }, context);

  /** @returns a root that has started, and the context below it. */
  function startRoot() {
    const root = start(shape.root, { root: true }, ROOT_CONTEXT);
    return { root, below: trace.setSpan(ROOT_CONTEXT, root) };
  }

  /** @returns a child that has ended. */
  function child(index, { below }) {
    const span = start(shape.children[index], {}, below);
    span.end();
    return span;
  }

  /** @returns `{ root, children, below }`, all ended. */
  function whole() {
    const started = startRoot();
    const children = shape.children.map((_, index) => child(index, started));
    started.root.end();
    return { ...started, children };
  }

  return { startRoot, child, whole };
}

function withNumber(attributes) {
  let own = attributes;
  for (const key in attributes) {
    const value = attributes[key];
    if (typeof value !== 'string' || !value.includes(NUMBER)) continue;
    if (own === attributes) own = { ...attributes };
    own[key] = flat(value.replaceAll(NUMBER, String(made++).padStart(8, '0')));
  }
  return own;
}

/** As JSON.stringify gives texts to instrumentations: one that is put together of parts is copied by whoever looks at it first. */
const flat = (text) => Buffer.from(text).toString();

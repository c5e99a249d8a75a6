/** Exporters and processors of this package, those of its other copy (ESM or CommonJS) included. */
const OWN: unique symbol = Symbol.for('opentelemetry-exporter-honeyhive.own') as never;

function own(): WeakSet<object> {
  const holder = globalThis as { [OWN]?: WeakSet<object> };
  return (holder[OWN] ??= new WeakSet());
}

export function markAsOwn(one: object): void {
  own().add(one);
}

export function isOwn(one: unknown): one is object {
  return typeof one === 'object' && one !== null && own().has(one);
}

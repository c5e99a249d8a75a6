import { setImmediate as turn } from 'node:timers/promises';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import * as built from '../../dist/esm/index.js';

/** Our exporter as a BatchSpanProcessor uses it: batch after batch, each waited for. */
export function exporterOn(options) {
  const exporter = new built.HoneyHiveSessionExporter(options);
  const exported = (batch) => new Promise((resolve, reject) => {
    exporter.export(batch, ({ code, error }) => (code === 0 ? resolve() : reject(error)));
  });
  return {
    async sendInBatches(batches) {
      for (const batch of batches) await exported(batch);
    },
    exported,
    close: () => exporter.shutdown(),
  };
}

/**
 * Our processor, for which roots start and end.
 *
 * @param rootsATurn how many end before the event loop goes on.
 * @param build whose processor it is.
 */
export function processorOn(options, rootsATurn = 64, build = built) {
  const processor = new build.HoneyHiveSessionProcessor(options);
  return {
    async send(roots) {
      for (let index = 0; index < roots.length; index += 1) {
        processor.onStart(roots[index], ROOT_CONTEXT);
        processor.onEnd(roots[index]);
        if (index % rootsATurn === rootsATurn - 1) await turn();
      }
      await processor.forceFlush();
    },
    close: () => processor.shutdown(),
  };
}

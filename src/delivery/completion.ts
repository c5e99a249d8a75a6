import { isDeepStrictEqual } from 'node:util';
import { isEmpty, type JsonRecord } from './stored-event.js';

/**
 * What an update must say so that a session which existed before ours has all that ours says.
 *
 * An update cannot set `inputs`: they go to `metadata.inputs`. Of several roots that share a session
 * the last to end gives outputs and end, also when it arrives first; an earlier one's outputs go to
 * `metadata.outputs`.
 *
 * Source: HoneyHive data plane API 1.9.0, `PUT /v1/events/{id}`; python-sdk CHANGELOG 1.0.0rc (inputs).
 *
 * @param sentEnd When the last root ended whose outputs were sent, where `stored` may be too old to tell.
 */
export function completionOf(own: JsonRecord, stored: JsonRecord, sentEnd: number = -Infinity): JsonRecord {
  const end = Number(own['end_time']);
  const isLast = !(sentEnd > end) && (isEmpty(stored['outputs']) || !(Number(stored['end_time']) > end));
  const metadata: Record<string, unknown> = { ...objectOf(own['metadata']) };
  if (!isEmpty(own['inputs']) && !isDeepStrictEqual(own['inputs'], stored['inputs'])) metadata['inputs'] = own['inputs'];
  if (!isLast && !isEmpty(own['outputs'])) metadata['outputs'] = own['outputs'];

  const update: Record<string, unknown> = { metadata };
  const config = isLast ? objectOf(own['config']) : { ...objectOf(own['config']), ...objectOf(stored['config']) };
  if (!isEmpty(config)) update['config'] = config;
  if (!isEmpty(own['user_properties'])) update['user_properties'] = own['user_properties'];
  if (!isLast) return update;
  if (!isEmpty(own['outputs'])) update['outputs'] = own['outputs'];
  update['end_time'] = own['end_time'];
  update['duration'] = durationOf(own, stored);
  return update;
}

/** A session that began before our root lasts longer than it. */
function durationOf(own: JsonRecord, stored: JsonRecord): unknown {
  const began = Number(stored['start_time']);
  return began < Number(own['start_time']) ? Number(own['end_time']) - began : own['duration'];
}

function objectOf(value: unknown): JsonRecord {
  return isEmpty(value) ? {} : (value as JsonRecord);
}

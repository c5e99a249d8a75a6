import type { BatchReport } from './delivery/delivery-stats.js';
import { type ExportResult, ExportResultCode } from './otel/core.js';

/**
 * The one result of a batch. SUCCESS: the server took every session of it, the application
 * declined it, or the outbox holds it. Anything else is FAILED with an error that counts what happened, by reason.
 */
export function resultOf(report: BatchReport): ExportResult {
  const failures: string[] = [
    ...Object.entries(report.rejected).map(([reason, count]) => `${count} rejected (${reason})`),
    ...Object.entries(report.dropped).map(([reason, count]) => `${count} dropped (${reason})`),
  ];
  if (report.incomplete > 0) failures.push(`${report.incomplete} of them without the update that belongs to it`);
  if (report.deferred > 0) failures.push(`${report.deferred} still queued and tried again`);
  if (failures.length === 0) return { code: ExportResultCode.SUCCESS };
  const last = report.lastError === undefined ? '' : `; last error: ${report.lastError}`;
  return failed('SessionExportError', `${report.delivered} sessions delivered, ${failures.join(', ')}${last}`);
}

/** FAILED, for a reason whose name is one of few: the SDK uses it as a metric attribute. */
export function failed(name: string, message: string): ExportResult {
  const error = new Error(message);
  error.name = name;
  return { code: ExportResultCode.FAILED, error };
}

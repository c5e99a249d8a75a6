import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { estimateBytes, type Facts } from '../conventions/facts.js';
import { readFacts } from '../conventions/read-facts.js';
import { nameFromSpan } from '../session/naming.js';
import type { SessionFacts } from '../session/session-facts.js';
import { type Failure, failureOf, statusReason } from '../span/failure.js';
import { type ReadableSpanLike, parentOf, resourceAttributesOf } from '../span/readable-span.js';
import { exactTimesOf, timingOf } from '../span/time.js';
import { isSilentSpan } from './silent-span.js';
import { OpenTraces, type TraceBounds, type TraceCounts } from './open-traces.js';
import { type FilterReason, filterReason, type SessionFilter } from './session-filter.js';

/** How finished spans are taken in. */
export interface IntakeSettings extends TraceBounds {
  sessionFilter: SessionFilter;
  /** `false`: nothing is kept of what was said, asked and answered. */
  captureContent: boolean;
  /** Names a session after its root span; an answer that is no text, or an error, counts for nothing. */
  sessionName: ((root: ReadableSpanLike) => string | undefined) | undefined;
  /** Spans carry the session's id by our own doing: it says nothing of them. */
  stampSpans?: boolean;
}

const SESSION_ID = 'honeyhive.session_id';

// Names, ids, times, the objects around them and its place in the queue. Measured: test/faults/memory.slow.ts.
const BASE_BYTES = 3072;
// A digest's own objects, and what it does not count: ids, names of tools.
const DIGEST_BYTES = 1024;

/** What is known of the other spans of a root's trace. */
export interface TakeOptions {
  /** Span ids of other roots, which take their own subtrees. */
  otherRoots: ReadonlySet<string>;
  /** What is left in the trace under parents that are unknown belongs to this root. Default: if it has no parent. */
  takesRest?: boolean | undefined;
  /** Ended spans below it that were only counted. Default: none. */
  silentBelow?: number | undefined;
  /** What the application has said of this session in code, under the names of HoneyHive's attributes. */
  said?: ReadonlyMap<string, unknown> | undefined;
  /** The session's id, where it was decided before. */
  sessionId?: string | undefined;
}

/** A root is a session, or is none for a reason. */
export type Taken = { facts: SessionFacts; /** Held by its values, estimated. */ bytes: number } | { filtered: FilterReason };

/**
 * Takes finished spans in: children are folded into the digest of their trace, roots become the
 * facts of a session. Nothing of a span is changed, and nothing of it is kept but values.
 */
export class SessionIntake {
  readonly #settings: IntakeSettings;
  readonly #traces: OpenTraces;

  constructor(settings: IntakeSettings, now?: () => number) {
    this.#settings = settings;
    this.#traces = new OpenTraces(settings, now);
  }

  /** Adds spans that were only counted below one that may still be open. */
  addSilent(traceId: string, parentSpanId: string, spans: number): void {
    this.#traces.addSilent(traceId, parentSpanId, spans);
  }

  /**
   * Folds a span that is no root of a session.
   *
   * @param silentBelow ended spans below it that were only counted.
   * @param isSilent it has nothing to say, where that is known.
   */
  fold(span: ReadableSpanLike, silentBelow: number = 0, isSilent: boolean = isSilentSpan(span, this.#settings.stampSpans ? SESSION_ID : undefined)): void {
    const { traceId, spanId } = span.spanContext();
    // A custom root rule may leave out a span without a parent: it then stands beside the others.
    const parentSpanId = parentOf(span)?.spanId ?? '';
    if (isSilent && this.#traces.foldSilent(traceId, spanId, parentSpanId, 1 + silentBelow)) return;
    const facts = readFacts(this.#settings.stampSpans ? withoutId(span.attributes) : span.attributes, span.events, false, this.#settings.captureContent);
    const { startTime, endTime } = exactTimesOf(span);
    this.#traces.fold(traceId, parentSpanId, { spanId, name: span.name, startTime, endTime, facts, failure: this.#failureIn(span, facts) }, silentBelow);
  }

  /** Takes a root; the spans below it that have ended must have been folded before. */
  take(root: ReadableSpanLike, { otherRoots, takesRest, silentBelow = 0, said, sessionId }: TakeOptions): Taken {
    const { traceId, spanId } = root.spanContext();
    const hasParent = parentOf(root) !== undefined;
    const below = this.#traces.take({ traceId, spanId, endsTrace: !hasParent, takesRest: takesRest ?? !hasParent, silentBelow }, otherRoots);
    const attributes = sessionId !== undefined && root.attributes[SESSION_ID] === sessionId ? withoutId(root.attributes) : root.attributes;
    const facts = readFacts(attributes, root.events, true, this.#settings.captureContent, said);
    const failure = this.#failureIn(root, facts);

    const filtered = filterReason(
      root,
      {
        spans: below.spans + 1,
        modelCalls: Math.max(facts.work?.model === true ? 1 : 0, below.modelCalls),
        toolCalls: Math.max(facts.work?.tool === true ? 1 : 0, below.toolCalls),
        failedSpans: below.failedSpans + (failure === undefined ? 0 : 1),
        ai: below.ai || facts.ai,
        marked: below.marked || facts.marked,
      },
      this.#settings.sessionFilter,
    );
    if (filtered !== undefined) return { filtered };

    const timing = timingOf(root);
    return {
      facts: {
        root: {
          startTime: timing.startTime,
          endTime: timing.endTime,
          duration: timing.duration,
          traceId,
          spanId,
          hasParent,
          sessionId,
          name: root.name,
          kind: SpanKind[root.kind] ?? 'INTERNAL',
          failure,
          statusReason: failure === undefined ? undefined : statusReason(root.attributes),
          facts,
          resource: resourceAttributesOf(root),
          droppedAttributes: root.droppedAttributesCount,
          givenName: this.#givenName(root),
          fallbackName: nameFromSpan(root.name, root.attributes, below.agentName),
        },
        below,
      },
      bytes: BASE_BYTES + facts.bytes + (failure === undefined ? 0 : estimateBytes(failure)) + below.bytes + (below.spans > 0 ? DIGEST_BYTES : 0),
    };
  }

  /** Messages and stacks quote content; types do not. */
  #failureIn(span: ReadableSpanLike, facts: Facts): Failure | undefined {
    if (span.status.code !== SpanStatusCode.ERROR && !facts.mayFail && !facts.hasError && span.events.length === 0) return undefined;
    const failure = failureIn(span, facts);
    if (failure === undefined || this.#settings.captureContent) return failure;
    return failure.type === undefined ? {} : { type: failure.type };
  }

  /** Traces for which this holds are not forgotten for age. */
  keepTracesThat(areOpen: (traceId: string) => boolean): void {
    this.#traces.keepTracesThat(areOpen);
  }

  counts(): TraceCounts {
    return this.#traces.counts();
  }

  #givenName(root: ReadableSpanLike): string | undefined {
    try {
      const name = this.#settings.sessionName?.(root);
      return typeof name === 'string' && name.trim() !== '' ? name : undefined;
    } catch {
      return undefined;
    }
  }
}

function withoutId(attributes: ReadableSpanLike['attributes']): ReadableSpanLike['attributes'] {
  const others: Record<string, unknown> = { ...attributes };
  delete others[SESSION_ID];
  return others;
}

/** Why a span failed: what HoneyHive's own attributes say goes before its status and events. */
function failureIn(span: ReadableSpanLike, facts: Facts): Failure | undefined {
  const failure = failureOf(span);
  const message = facts.text('error');
  if (failure === undefined && message === undefined) return undefined;
  const type = facts.text('error_type');
  const said: Failure = { ...failure };
  if (message !== undefined) said.message = message;
  if (type !== undefined) said.type = type;
  return said;
}

import { type Speaker, toText } from '../conventions/claim.js';
import { agentNameOf, type Facts } from '../conventions/facts.js';
import { configOf, sameCall, withLooseInstructions } from './config.js';
import { answerOf, inputsOf, outputsOf, traceContent } from './content/content.js';
import { addEntries, wholeBucket } from './content/fields.js';
import { isEmpty, type ParseJson, parseJson } from './content/json.js';
import { nest } from './content/nest.js';
import { describedClaims, describedFields } from './described.js';
import { sessionIdOf } from './identity.js';
import { ChatText, JsonText } from './json-text.js';
import { type MetadataDraft, metadataOf } from './metadata.js';
import { environmentOf } from './resource.js';
import type { Reason, SessionFacts } from './session-facts.js';
import { identityOf, otherIdsOf } from './session-identity.js';
import type { Json, JsonObject, Session } from './session.js';

/** What the configuration says about every session. */
export interface SessionSettings {
  /** For roots that do not name one. */
  sessionName: string | undefined;
  source: string | undefined;
  /** `NODE_ENV`, for processes whose resource names no environment. */
  nodeEnvironment: string | undefined;
  /** Only old self-hosted servers need it. */
  project: string | undefined;
  /** `conversation`: roots of one conversation share a session. */
  sessionScope: 'trace' | 'conversation';
  /** `false`: the facts hold no content, and what objects hold beside settings is left out. */
  captureContent: boolean;
}

/** A field of a session that holds an object. */
export interface Bucket {
  name: string;
  content: JsonObject | JsonText;
}

/** A session that is about to be printed. `event_name` is `session_name`. */
export interface SessionDraft {
  fields: Required<Pick<Session, 'session_id' | 'session_name' | 'source' | 'start_time' | 'end_time' | 'duration'>> & Pick<Session, 'project'>;
  /** Scores and feedback, which stand first: whoever sends the session must find and part them. */
  scores: Bucket[];
  /** None is empty. */
  buckets: Bucket[];
  metadata: MetadataDraft;
}

/**
 * Writes down what is known of a session. Pure: the same facts and settings always give the same
 * session, and nothing that it is given is changed.
 */
export function buildSession(facts: SessionFacts, settings: SessionSettings, parse: ParseJson = parseJson): SessionDraft {
  const { root, below } = facts;
  const own = root.facts;
  const identity = identityOf(own, below.identity);

  // The root's own word goes before that of the outermost AI span below it.
  const { calls } = below;
  const speakers = calls.length === 0 ? [own] : [own, ...sameCall(calls)];
  const agentName = agentNameOf(own, root.name) ?? below.agentName;
  const explicitId = identity.text('session_id');
  const conversationId = identity.text('conversation_id');
  const name = identity.text('session_name') ?? root.givenName ?? settings.sessionName ?? betterName(own) ?? root.fallbackName;

  const inputs = contentFrom('inputs', own, below.input, identity, parse);
  const outputs = contentFrom('outputs', own, below.output, identity, parse);
  const hasChat = inputs instanceof JsonText ? inputs instanceof ChatText : inputs?.['chat_history'] !== undefined;
  let config = configOf(sameCall(speakers), parse, settings.captureContent);
  if (settings.captureContent && !hasChat) config = withLooseInstructions(config, speakers, parse);

  const otherIds = otherIdsOf(own, below.otherIds, identity);
  const sessionId = sessionIdFor(facts, settings, explicitId, conversationId);
  if (explicitId !== undefined && sessionId !== explicitId.toLowerCase()) {
    // An id that is no UUID is hashed: its text must stay findable.
    otherIds.unshift(['honeyhive.session_id', explicitId]);
  }
  const metadata = metadataOf(
    {
      facts,
      speakers,
      failure: failureOf(facts),
      conversationId,
      agentName,
      // The kind of the outermost AI span, which is the one whose word stands for the whole.
      operationName: own.text('work') ?? workBelow(facts),
      otherIds,
    },
    parse,
  );

  const fields: SessionDraft['fields'] = {
    session_id: sessionId,
    session_name: name,
    source: identity.text('source') ?? settings.source ?? environmentOf(root.resource) ?? settings.nodeEnvironment ?? 'unknown',
    start_time: root.startTime,
    end_time: root.endTime,
    duration: root.duration,
  };
  if (settings.project !== undefined) fields.project = settings.project;
  const buckets: Bucket[] = [];
  addBucket(buckets, 'config', printedByItself(config));
  addBucket(buckets, 'inputs', inputs);
  addBucket(buckets, 'outputs', outputs);
  addBucket(buckets, 'user_properties', userPropertiesOf(identity, parse));
  const scores: Bucket[] = [];
  // Only HoneyHive's own attributes give any.
  if (speakers.some(({ marked }) => marked)) for (const bucket of SCORES) addBucket(scores, bucket, scoresOf(bucket, speakers, parse));
  return { fields, scores, buckets, metadata };
}

const SCORES = ['metrics', 'feedback'] as const;

function scoresOf(bucket: string, speakers: readonly Facts[], parse: ParseJson): JsonObject | JsonText | undefined {
  const claims = describedClaims(bucket, speakers);
  return claims.length === 0 ? undefined : (wholeBucket(claims, parse) ?? describedFields(bucket, claims, parse));
}

/** Whoever prints a session puts texts before objects: this one is in the same place whether or not a plan has printed it. */
function printedByItself(config: JsonObject | JsonText): JsonObject | JsonText {
  return config instanceof JsonText || isEmpty(config) ? config : new JsonText(JSON.stringify(config), config);
}

function addBucket(buckets: Bucket[], name: string, content: JsonObject | JsonText | undefined): void {
  if (content !== undefined && (content instanceof JsonText || !isEmpty(content))) buckets.push({ name, content });
}

/** The root's own word, then what any span says of the whole trace, then the outermost AI span below. */
function contentFrom(direction: 'inputs' | 'outputs', own: Facts, below: Facts | undefined, identity: Speaker, parse: ParseJson): JsonObject | JsonText | undefined {
  const read = direction === 'inputs' ? inputsOf : outputsOf;
  const readBelow = direction === 'inputs' ? inputsOf : answerOf;
  // What a root that does no AI work itself was handed (a request's data) says less than the chat below it.
  const mine = own.work === undefined ? undefined : read(own, parse);
  if (mine !== undefined) return mine;
  const ofTrace = identity.claim(`trace_${direction}`);
  return (ofTrace && traceContent(ofTrace, direction, parse)) ?? (below && readBelow(below, parse)) ?? (own.work === undefined ? read(own, parse) : undefined);
}

/** A name that the root's attributes give it; an agent's root is named after the agent. */
function betterName(own: Facts): string | undefined {
  return own.text('name') ?? (own.work?.agent === true ? own.text('agent_name') : undefined);
}

function workBelow({ below }: SessionFacts): string | undefined {
  const work = below.output?.text('work') ?? below.input?.text('work');
  return work ?? below.calls.find((call) => call.text('work') !== undefined)?.text('work');
}

function sessionIdFor({ root }: SessionFacts, settings: SessionSettings, explicit: string | undefined, conversation: string | undefined): string {
  const { traceId, spanId, hasParent, sessionId } = root;
  if (sessionId !== undefined) return sessionId;
  return sessionIdOf({ traceId, spanId, hasParent, explicit, conversation: settings.sessionScope === 'conversation' ? conversation : undefined });
}

function userPropertiesOf(identity: Speaker, parse: ParseJson): JsonObject | JsonText | undefined {
  const claims = identity.claimsIn('user_properties');
  if (claims.length === 0) return undefined;
  const whole = wholeBucket(claims, parse);
  if (whole !== undefined) return whole;
  const entries: [string, Json][] = [];
  for (const claim of claims) {
    for (const { plan, value } of claim) {
      const field = plan.target.slice('user_properties.'.length);
      addEntries(entries, { plan, value: plan.form === 'text' ? toText(value) : value }, field === '' ? plan.path : field, parse);
    }
  }
  return nest(entries);
}

/** A failed root that gives no reason failed for what failed below it, or by its status. */
function failureOf({ root, below }: SessionFacts): Reason | undefined {
  if (root.failure === undefined) return undefined;
  const cause = root.failure.message === undefined && below.failure?.message !== undefined ? below.failure : undefined;
  const failure: Reason = { ...root.failure, ...cause };
  failure.message ??= root.statusReason ?? failure.type ?? 'failed without a message';
  return failure;
}

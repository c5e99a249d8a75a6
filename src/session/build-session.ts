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
import type { Reason, RootFacts, SessionFacts } from './session-facts.js';
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

/** A field of a session that holds an object, unless that is empty. */
export type Bucket = JsonObject | JsonText | undefined;

/** Names of the fields that hold objects, as they are printed behind other fields. */
export const SCORES: readonly string[] = [',"metrics":', ',"feedback":'];
export const BUCKETS: readonly string[] = [',"config":', ',"inputs":', ',"outputs":', ',"user_properties":'];

/** A session that is about to be printed. `event_name` is `session_name`; the times are those of the root. */
export interface SessionDraft extends Required<Pick<Session, 'session_id' | 'session_name' | 'source'>> {
  root: RootFacts;
  project: string | undefined;
  /** In the order of `SCORES`, which stand first: whoever sends the session must find and part them. */
  scores: Bucket[];
  /** In the order of `BUCKETS`. */
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

  return {
    root,
    session_id: sessionId,
    session_name: name,
    source: identity.text('source') ?? settings.source ?? environmentOf(root.resource) ?? settings.nodeEnvironment ?? 'unknown',
    project: settings.project,
    // Only HoneyHive's own attributes give any.
    scores: speakers.some(({ marked }) => marked) ? [scoresOf('metrics', speakers, parse), scoresOf('feedback', speakers, parse)] : [],
    buckets: [printedByItself(config), unlessEmpty(inputs), unlessEmpty(outputs), unlessEmpty(userPropertiesOf(identity, parse))],
    metadata,
  };
}

function scoresOf(bucket: string, speakers: readonly Facts[], parse: ParseJson): Bucket {
  const claims = describedClaims(bucket, speakers);
  return claims.length === 0 ? undefined : (wholeBucket(claims, parse) ?? printedByItself(describedFields(bucket, claims, parse)));
}

/** Whoever prints a session puts texts before objects: this one is in the same place whether or not a plan has printed it. */
function printedByItself(content: Bucket): Bucket {
  const object = unlessEmpty(content);
  return object === undefined || object instanceof JsonText ? object : new JsonText(JSON.stringify(object), object);
}

function unlessEmpty(content: Bucket): Bucket {
  return content === undefined || content instanceof JsonText || !isEmpty(content) ? content : undefined;
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

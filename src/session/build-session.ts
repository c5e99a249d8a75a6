import { agentNameOf, type Claim, claimedText, claimsOn, type Facts, toText } from '../conventions/facts.js';
import { addLooseInstructions, configOf, sameCall } from './config.js';
import { inputsOf, outputsOf, wholeText } from './content/content.js';
import { entriesOf, wholeBucket } from './content/fields.js';
import { type ParseJson, parseJson } from './content/json.js';
import { nest } from './content/nest.js';
import { sessionIdOf } from './identity.js';
import { JsonText } from './json-text.js';
import { metadataOf } from './metadata.js';
import { environmentOf } from './resource.js';
import type { Reason, SessionFacts } from './session-facts.js';
import type { JsonObject, Session } from './session.js';

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
}

/** A session that is about to be printed. */
export interface SessionDraft extends Omit<Session, 'inputs' | 'outputs'> {
  inputs?: JsonObject | JsonText;
  outputs?: JsonObject | JsonText;
}

/**
 * Writes down what is known of a session. Pure: the same facts and settings always give the same
 * session, and nothing that it is given is changed.
 */
export function buildSession(facts: SessionFacts, settings: SessionSettings, parse: ParseJson = parseJson): SessionDraft {
  const { root, below } = facts;
  const own = root.facts;
  const said = identityReader(own, below.identity);

  // The root's own word goes before that of the outermost AI span below it.
  const speakers = [own, ...below.calls];
  const agentName = agentNameOf(own, root.name) ?? below.agentName;
  const explicitId = said('session_id');
  const conversationId = said('conversation_id');
  const name = said('session_name') ?? root.givenName ?? settings.sessionName ?? root.fallbackName;

  const inputs = wholeText(own, 'inputs', parse) ?? inputsOf(own, parse) ?? (below.input && inputsOf(below.input, parse));
  const outputs = wholeText(own, 'outputs', parse) ?? outputsOf(own, parse) ?? (below.output && outputsOf(below.output, parse));
  const config = configOf(sameCall(own, below.calls), parse);
  if (inputs === undefined || inputs instanceof JsonText || inputs['chat_history'] === undefined) addLooseInstructions(config, speakers, parse);

  const otherIds = [...own.otherIds, ...below.otherIds, ...losers(own, below.identity)];
  const sessionId = sessionIdFor(facts, settings, explicitId, conversationId);
  if (explicitId !== undefined && sessionId !== explicitId.toLowerCase()) {
    // An id that is no UUID is hashed: its text must stay findable.
    otherIds.push(['honeyhive.session_id', explicitId]);
  }
  const metadata = metadataOf(
    {
      facts,
      speakers,
      failure: failureOf(facts),
      conversationId,
      agentName,
      // The kind of the outermost AI span, which is the one whose word stands for the whole.
      operationName: claimedText(own, 'work') ?? [below.output, below.input, ...below.calls].map((span) => span && claimedText(span, 'work')).find(Boolean),
      otherIds,
    },
    parse,
  );

  const session: SessionDraft = {
    session_id: sessionId,
    session_name: name,
    event_name: name,
    source: said('source') ?? settings.source ?? environmentOf(root.resource) ?? settings.nodeEnvironment ?? 'unknown',
    start_time: root.startTime,
    end_time: root.endTime,
    duration: root.duration,
    metadata,
  };
  const userProperties = userPropertiesOf(own, below.identity, parse);
  if (says(config)) session.config = config;
  if (inputs !== undefined && says(inputs)) session.inputs = inputs;
  if (outputs !== undefined && says(outputs)) session.outputs = outputs;
  if (says(userProperties)) session.user_properties = userProperties;
  if (settings.project !== undefined) session.project = settings.project;
  return session;
}

function sessionIdFor({ root }: SessionFacts, settings: SessionSettings, explicit: string | undefined, conversation: string | undefined): string {
  const { traceId, spanId, hasParent } = root;
  return sessionIdOf({ traceId, spanId, hasParent, explicit, conversation: settings.sessionScope === 'conversation' ? conversation : undefined });
}

type Identity = ReadonlyMap<string, Claim>;

/** The claim that decides: the root's own, unless it is a mere hint and a descendant states it. */
function decidingClaim(own: Facts, below: Identity, target: string): Claim | undefined {
  const mine = own.claims.get(target);
  const theirs = below.get(target);
  if (mine === undefined || (mine.hint && theirs !== undefined && !theirs.hint)) return theirs ?? mine;
  return mine;
}

function identityReader(own: Facts, below: Identity): (target: string) => string | undefined {
  return (target) => {
    for (const part of decidingClaim(own, below, target)?.parts ?? []) {
      const text = toText(part.value);
      if (text !== undefined) return text;
    }
    return undefined;
  };
}

/** Identifiers that the root gives only as a hint while a descendant states another one. */
function losers(own: Facts, below: Identity): [string, unknown][] {
  const lost: [string, unknown][] = [];
  for (const [target, claim] of own.claims) {
    if (!claim.hint || decidingClaim(own, below, target) === claim) continue;
    for (const { key, value } of claim.parts) lost.push([key, value]);
  }
  return lost;
}

function userPropertiesOf(own: Facts, below: Identity, parse: ParseJson): JsonObject {
  const claims = new Map(claimsOn('user_properties', below));
  for (const [target] of claimsOn('user_properties', own.claims)) claims.set(target, decidingClaim(own, below, target)!);
  if (claims.size === 0) return {};
  const whole = wholeBucket([...claims], parse);
  if (whole !== undefined) return whole;
  return nest(
    claimsOn('user_properties', claims).flatMap(([target, { parts }]) => {
      const field = target.slice('user_properties.'.length);
      return parts.flatMap((part) => {
        if (field === '') return entriesOf(part, parse);
        const value = part.form === 'text' ? toText(part.value) : part.value;
        return entriesOf({ ...part, path: field, value }, parse);
      });
    }),
  );
}

/** A failed root that gives no reason failed for what failed below it, or by its status. */
function failureOf({ root, below }: SessionFacts): Reason | undefined {
  if (root.failure === undefined) return undefined;
  const cause = root.failure.message === undefined && below.failure?.message !== undefined ? below.failure : undefined;
  const failure: Reason = { ...root.failure, ...cause };
  failure.message ??= root.statusReason ?? failure.type ?? 'failed without a message';
  return failure;
}

function says(fields: JsonObject | JsonText): boolean {
  return fields instanceof JsonText || Object.keys(fields).length > 0;
}

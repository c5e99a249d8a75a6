import { agentNameOf, type Claim, claimedText, claimsOn, type Facts, toText } from '../conventions/facts.js';
import { addLooseInstructions, configOf } from './config.js';
import { inputsOf, outputsOf } from './content/content.js';
import { entriesOf } from './content/fields.js';
import { type ParseJson, parseJson } from './content/json.js';
import { nest } from './content/nest.js';
import { sessionIdOf } from './identity.js';
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

/**
 * Writes down what is known of a session. Pure: the same facts and settings always give the same
 * session, and nothing that it is given is changed.
 */
export function buildSession(facts: SessionFacts, settings: SessionSettings, parse: ParseJson = parseJson): Session {
  const { root, below } = facts;
  const own = root.facts;
  const said = identityReader(own, below.identity);

  // The root's own word goes before that of the outermost AI span below it.
  const speakers = [own, ...below.calls.filter((call) => call !== own)];
  const agentName = agentNameOf(own, root.name) ?? below.agentName;
  const explicitId = said('session_id');
  const conversationId = said('conversation_id');
  const name = said('session_name') ?? root.givenName ?? settings.sessionName ?? root.fallbackName;

  const inputs = inputsOf(own.claims.has('inputs') ? own : (below.input ?? own), parse);
  const outputs = outputsOf(own.claims.has('outputs') ? own : (below.output ?? own), parse);
  const config = configOf(speakers, parse);
  if (inputs?.['chat_history'] === undefined) addLooseInstructions(config, speakers, parse);

  const otherIds = [...own.otherIds, ...below.otherIds, ...losers(own, below.identity)];
  if (explicitId !== undefined && sessionIdFor(facts, settings, explicitId, conversationId) !== explicitId.toLowerCase()) {
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
      operationName: [own, below.output, below.input, ...below.calls].map((span) => span && claimedText(span, 'work')).find(Boolean),
      otherIds,
    },
    parse,
  );

  const session: Session = {
    session_id: sessionIdFor(facts, settings, explicitId, conversationId),
    session_name: name,
    event_name: name,
    source: said('source') ?? settings.source ?? environmentOf(root.resource) ?? settings.nodeEnvironment ?? 'unknown',
    start_time: root.startTime,
    end_time: root.endTime,
    duration: root.duration,
    ...nonEmpty('config', config),
    ...nonEmpty('inputs', inputs),
    ...nonEmpty('outputs', outputs),
    metadata,
    ...nonEmpty('user_properties', userPropertiesOf(own, below.identity, parse)),
  };
  if (settings.project !== undefined) session.project = settings.project;
  return session;
}

function sessionIdFor({ root }: SessionFacts, settings: SessionSettings, explicit: string | undefined, conversation: string | undefined): string {
  return sessionIdOf({ ...root, explicit, conversation: settings.sessionScope === 'conversation' ? conversation : undefined });
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
  return [...own.claims].flatMap(([target, claim]): [string, unknown][] => {
    const lost = claim.hint && decidingClaim(own, below, target) !== claim;
    return lost ? claim.parts.map((part) => [part.key, part.value]) : [];
  });
}

function userPropertiesOf(own: Facts, below: Identity, parse: ParseJson): JsonObject {
  const targets = new Set([...own.claims.keys(), ...below.keys()]);
  const claims = new Map([...targets].map((target): [string, Claim] => [target, decidingClaim(own, below, target)!]));
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

function nonEmpty<K extends string>(name: K, fields: JsonObject | undefined): { [P in K]?: JsonObject } {
  return fields === undefined || Object.keys(fields).length === 0 ? {} : ({ [name]: fields } as { [P in K]: JsonObject });
}

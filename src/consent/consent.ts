import { isDeepStrictEqual } from 'node:util';
import { TOPICS, type Topic } from '../contacts/contact-shape.js';

/** What a person agreed to, and how each act changes it. Pure.
 *
 *  The rules: nothing but the person's own act lifts a stop. A list can say "in" only where nothing was ever said. Meta's own control
 *  gives back what it took and no more. Acts are told apart by the time they were made, not the time they came: a consent older than a
 *  stop does not lift it, and a stop older than the person's own later consent does not take that back. At the same moment the one that
 *  came later counts (Meta's times are whole seconds). */

/** Who said it: the person here, a list of the company's, or Meta on the person's behalf. */
export type Speaker = 'person' | 'import' | 'platform';

export type TopicConsent =
  | { readonly state: 'none' }
  | { readonly state: 'in'; readonly since: number; readonly by: 'person' | 'import' }
  /** `had`: Meta's stop took a consent that was given by them, and Meta's resume gives it back. */
  | {
      readonly state: 'out';
      readonly since: number;
      readonly by: 'person' | 'platform';
      readonly had?: 'person' | 'import';
    };

/** The last stop in our own chat: what it took can be given back for a while. `topic` null: it stopped everything. */
export type LastStop = {
  readonly topic: Topic | null;
  readonly at: number;
  readonly took: Readonly<Partial<Record<Topic, TopicConsent>>>;
};

export type ConsentState = {
  readonly topics: Readonly<Record<Topic, TopicConsent>>;
  /** Since when everything is stopped, until the person opts in to something again. */
  readonly stoppedAll: number | null;
  readonly lastStop: LastStop | null;
};

export type Act =
  | { readonly act: 'optIn'; readonly topic: Topic; readonly at: number; readonly by: Speaker }
  /** The person takes their last stop back. */
  | { readonly act: 'undo'; readonly topic: Topic | null; readonly at: number }
  /** `topic` null: everything; only the person says that. */
  | {
      readonly act: 'optOut';
      readonly topic: Topic | null;
      readonly at: number;
      readonly by: Exclude<Speaker, 'import'>;
    }
  | { readonly act: 'erased'; readonly at: number }
  | { readonly act: 'merged'; readonly at: number; readonly other: ConsentState }
  /** Changes nothing: a reason for a stop, the closing word of a chain. */
  | { readonly act: 'nothing' };

const NONE: TopicConsent = { state: 'none' };

/** Of somebody who never said anything. */
export const NOTHING_SAID: ConsentState = {
  topics: { maintenance: NONE, news: NONE, offers: NONE, service: NONE },
  stoppedAll: null,
  lastStop: null,
};

/** How long a stop can be taken back by one tap. */
export const UNDO_MS = 24 * 3_600_000;

export function applyAct(state: ConsentState, act: Act): ConsentState {
  switch (act.act) {
    case 'optIn':
      return optIn(state, act.topic, act.at, act.by);
    case 'undo':
      return undo(state, act.topic, act.at);
    case 'optOut':
      return optOut(state, act.topic === null ? TOPICS : [act.topic], act);
    case 'erased':
      return everythingOut(act.at);
    case 'merged':
      return strictest(state, act.other);
    case 'nothing':
      return state;
  }
}

/** Of what stood before an erasure nothing is left, and nothing of it can come back. */
function everythingOut(since: number): ConsentState {
  const out: TopicConsent = { state: 'out', since, by: 'person' };
  return { topics: { maintenance: out, news: out, offers: out, service: out }, stoppedAll: since, lastStop: null };
}

/** Whether an act would change anything. */
export const changes = (state: ConsentState, act: Act): boolean => !isDeepStrictEqual(applyAct(state, act), state);

function optIn(state: ConsentState, topic: Topic, at: number, by: Speaker): ConsentState {
  const now = state.topics[topic];
  switch (by) {
    case 'person': {
      if (now.state === 'out' && at < now.since) return state;
      if (now.state === 'in' && now.by === 'person' && at <= now.since) return state;
      // A case that they open is answered; it does not speak for the rest.
      const lifts = topic !== 'service' && state.stoppedAll !== null && at >= state.stoppedAll;
      return { ...withTopic(state, topic, { state: 'in', since: at, by }), ...(lifts ? { stoppedAll: null } : {}) };
    }
    case 'import':
      return now.state === 'none' && state.stoppedAll === null
        ? withTopic(state, topic, { state: 'in', since: at, by })
        : state;
    case 'platform':
      return now.state === 'out' && now.by === 'platform' && now.had !== undefined && at >= now.since
        ? withTopic(state, topic, { state: 'in', since: at, by: now.had })
        : state;
  }
}

function undo(state: ConsentState, topic: Topic | null, at: number): ConsentState {
  const { lastStop } = state;
  if (!lastStop || lastStop.topic !== topic || at < lastStop.at || at - lastStop.at > UNDO_MS) return state;
  let next: ConsentState = { ...state, lastStop: null, stoppedAll: topic === null ? null : state.stoppedAll };
  for (const one of TOPICS) {
    const before = lastStop.took[one];
    const now = state.topics[one];
    // What was said of the topic after the stop stands.
    if (!before || now.state !== 'out' || now.since !== lastStop.at) continue;
    next = withTopic(next, one, before.state === 'in' ? { state: 'in', since: at, by: 'person' } : before);
  }
  return next;
}

function optOut(state: ConsentState, topics: readonly Topic[], act: Extract<Act, { act: 'optOut' }>): ConsentState {
  const took: Partial<Record<Topic, TopicConsent>> = {};
  let next = state;
  let isOutdated = false;
  for (const topic of topics) {
    const now = state.topics[topic];
    if (now.state === 'in' && now.by === 'person' && act.at < now.since) {
      isOutdated ||= topic !== 'service';
      continue;
    }
    const after = stopped(now, act.by, act.at);
    if (isDeepStrictEqual(after, now)) continue;
    if (now.state !== 'out' || (now.by === 'platform' && after.by === 'person')) took[topic] = now;
    next = withTopic(next, topic, after);
  }
  if (act.by === 'platform') return next;
  // Their own later consent has ended what this stop would have begun.
  if (act.topic === null && !isOutdated) next = { ...next, stoppedAll: Math.max(state.stoppedAll ?? act.at, act.at) };
  return { ...next, lastStop: lastStopAfter(state, { topic: act.topic, at: act.at, took }) };
}

/** Said again it takes nothing more: what can be taken back is what the first word took, but for what was stopped by itself since. */
function lastStopAfter({ topics, lastStop: before }: ConsentState, stop: LastStop): LastStop | null {
  if (Object.keys(stop.took).length > 0) return stop;
  if (before?.topic !== stop.topic || stop.at < before.at) return before;
  if (stop.at - before.at > UNDO_MS) return null;
  const isStill = (topic: Topic) => topics[topic].state === 'out' && topics[topic].since === before.at;
  const took = Object.entries(before.took).filter(([topic]) => isStill(topic as Topic));
  return { ...before, at: stop.at, took: Object.fromEntries(took) };
}

type Out = Extract<TopicConsent, { state: 'out' }>;

function stopped(now: TopicConsent, by: 'person' | 'platform', at: number): Out {
  if (now.state === 'out') {
    const since = Math.max(now.since, at);
    // The stricter of two stops stands: what the person said here is not lifted by Meta's resume.
    return by === 'person' && now.by === 'platform' ? { state: 'out', since, by } : { ...now, since };
  }
  return { state: 'out', since: at, by, ...(by === 'platform' && now.state === 'in' ? { had: now.by } : {}) };
}

const withTopic = (state: ConsentState, topic: Topic, consent: TopicConsent): ConsentState => ({
  ...state,
  topics: { ...state.topics, [topic]: consent },
});

/** Of two people who are one: a stop of either stands; a consent of either does where the other said nothing. What could be taken back
 *  belonged to one of them alone, so it cannot any more. */
function strictest(one: ConsentState, other: ConsentState): ConsentState {
  const pick = (topic: Topic): TopicConsent => stricter(one.topics[topic], other.topics[topic]);
  const stops = [one.stoppedAll, other.stoppedAll].filter((at) => at !== null);
  return {
    topics: { maintenance: pick('maintenance'), news: pick('news'), offers: pick('offers'), service: pick('service') },
    stoppedAll: stops.length === 0 ? null : Math.max(...stops),
    lastStop: null,
  };
}

function stricter(one: TopicConsent, other: TopicConsent): TopicConsent {
  if (one.state === 'none') return other;
  if (other.state === 'none') return one;
  if (one.state === 'out' && other.state === 'out') {
    const since = Math.max(one.since, other.since);
    if (one.by === 'person' || other.by === 'person') return { state: 'out', since, by: 'person' };
    return { ...one, ...((one.had ?? other.had) ? { had: one.had ?? (other.had as 'person') } : {}), since };
  }
  if (one.state === 'out') return one;
  if (other.state === 'out') return other;
  return one.by === other.by ? (one.since <= other.since ? one : other) : one.by === 'person' ? one : other;
}

/** What a sender asks of a person: their guard, or nothing where they never said anything. `service` ends by itself. */
export type Consenting = {
  readonly topics: ConsentState['topics'];
  /** Cases and call-backs that are open. */
  readonly serviceOpen: readonly string[];
  /** 30 days after the last one closed. */
  readonly serviceUntil: number | null;
};

/** Whether something business-initiated about the topic may leave now: the only thing that senders ask. */
export function maySend(person: Consenting | undefined, topic: Topic, now: number): boolean {
  if (person?.topics[topic].state !== 'in') return false;
  if (topic !== 'service') return true;
  return person.serviceOpen.length > 0 || (person.serviceUntil !== null && now < person.serviceUntil);
}

/** Why it may not. */
export const refusalOf = (person: Consenting | undefined, topic: Topic): 'stopped' | 'noConsent' =>
  person?.topics[topic].state === 'out' ? 'stopped' : 'noConsent';

import type { CallbackChange } from '../callbacks/callback-change.js';
import type { CaseChange } from '../cases/case-change.js';
import { TOPICS, type Topic } from '../contacts/contact-shape.js';
import type { ContactId } from '../contacts/identity.js';
import type { Op } from '../storage/engine.js';
import type { ConsentChange, ConsentView } from './consent-change.js';
import type { GuardRow } from './consent-tables.js';
import type { Evidence } from './ledger-entry.js';
import { Chain, stateOf, type Ledger, type Statement } from './ledger.js';

/** What a turn decides about consent, as entries of the ledger. All of a turn is one chain and one write of the guard, compared and set:
 *  whatever else was decided for the person meanwhile conflicts with it. */
export type TurnConsent = {
  readonly ledger: Ledger;
  readonly contactId: ContactId;
  /** As it was read for the turn. */
  readonly guard: GuardRow | undefined;
  /** HMAC of the wamid of an input. */
  readonly messageOf: (inputId: string) => string | undefined;
  readonly now: number;
};

type Change = ConsentChange | CaseChange | CallbackChange;

export function consentOps(changes: readonly Change[], turn: TurnConsent): Op[] {
  const chain = new Chain(turn.ledger, turn.contactId, turn.guard);
  changes.forEach((change, index) => {
    switch (change.kind) {
      case 'case.open':
        chain.say(serviceStatement(change, changes.slice(index + 1), turn.now));
        chain.openService(change.caseId);
        break;
      case 'case.close':
        chain.closeService(change.caseId, change.at);
        break;
      case 'callback.order':
      case 'callback.move': // they ask for it anew
        chain.say(serviceStatement(change, changes.slice(index + 1), turn.now));
        chain.openService(change.callbackId);
        break;
      case 'callback.cancel':
        chain.closeService(change.callbackId, change.at);
        break;
      default:
        chain.say(statementOf(change, turn));
    }
  });
  return chain.ops();
}

/** Opening a case or ordering a call-back is itself the opt-in to `service`. A stop that was said after it in the same turn must not seem older: the platform's
 *  clock and ours differ. */
function serviceStatement(
  change: Extract<Change, { kind: 'case.open' | 'callback.order' | 'callback.move' }>,
  later: readonly Change[],
  now: number,
): Statement {
  const at = Math.min(change.at, ...later.map((one) => one.at));
  const source = change.kind === 'case.open' ? 'case' : 'callback';
  return { act: 'optIn', topic: 'service', at, evidence: { channel: 'chat', source, recordedAt: now } };
}

function statementOf(change: ConsentChange, { messageOf, now }: TurnConsent): Statement {
  const message = messageOf(change.inputId);
  const evidence: Evidence = { channel: 'chat', recordedAt: now, ...(message === undefined ? {} : { message }) };
  const { at } = change;
  switch (change.kind) {
    case 'consent.stopAll':
      return { act: 'optOut', topic: null, at, evidence };
    case 'consent.stop':
      return { act: 'optOut', topic: change.topic, at, evidence };
    case 'consent.optIn': {
      const { wording, source } = change;
      const where = source === undefined ? {} : { source };
      return { act: 'optIn', topic: change.topic, at, evidence: { ...evidence, wording, ...where } };
    }
    case 'consent.undo':
      return { act: 'optIn', topic: change.topic, at, evidence: { ...evidence, undo: true } };
    case 'consent.reason':
      return { act: 'reason', topic: change.topic, at, evidence: { ...evidence, reason: change.reason } };
  }
}

/** What the conversation may know. */
export function viewOf(guard: GuardRow | undefined): ConsentView {
  const { topics, lastStop } = stateOf(guard);
  const shown = Object.fromEntries(TOPICS.map((topic) => [topic, topics[topic].state])) as ConsentView['topics'];
  if (!lastStop) return { topics: shown };
  const isStill = (topic: Topic) => topics[topic].state === 'out' && topics[topic].since === lastStop.at;
  const back = TOPICS.flatMap((topic) => {
    const before = lastStop.took[topic]?.state;
    return before !== undefined && isStill(topic) ? [[topic, before] as const] : [];
  });
  return { topics: shown, undo: { topic: lastStop.topic, at: lastStop.at, back: Object.fromEntries(back) } };
}

/** Two people are one: both chains are written, even those of people who never said anything, so that nothing can be said under the old
 *  id meanwhile. */
export function mergeConsentOps(
  ledger: Ledger,
  guards: ReadonlyMap<ContactId, GuardRow>,
  ids: { readonly survivor: ContactId; readonly loser: ContactId },
  at: number,
): Op[] {
  const survivor = new Chain(ledger, ids.survivor, guards.get(ids.survivor));
  const loser = new Chain(ledger, ids.loser, guards.get(ids.loser));
  survivor.merge(loser, at);
  return [...survivor.ops(), ...loser.ops()];
}

import { Chain, type Ledger } from '../consent/ledger.js';
import { MARKETING_MESSAGES, platformStatements } from '../consent/platform-stop.js';
import type { PersonKey } from '../contacts/identity.js';
import { resolveSender, type Birth } from '../contacts/people.js';
import type { Decision } from './decide-turn.js';
import type { BatchFacts, Waiting } from './turn-facts.js';
import { handledOnly, handledOp, stillThere } from './turn-ops.js';
import type { PreferenceUpdate } from './update.js';

/** Meta's own stop and resume: a turn without a reply. What Meta says of somebody whom we do not know makes no person of them. */
export function decidePreference(
  ledger: Ledger,
  key: PersonKey,
  waiting: Waiting,
  { sender, category, value }: PreferenceUpdate,
  facts: BatchFacts,
  birth: Birth,
): Decision {
  const resolution = resolveSender(sender, facts.known, birth);
  if (resolution?.kind === 'merge') return resolution;
  if (!resolution || resolution.isNew || category !== MARKETING_MESSAGES) return handledOnly(key, waiting);
  const { contact, ops } = resolution;
  if (contact.personKey !== key) return { kind: 'rekey', rows: [waiting], personKey: contact.personKey };
  const chain = new Chain(ledger, contact.id, facts.guards.get(contact.id));
  for (const statement of platformStatements(value, birth.at, facts.marketed, birth.now)) chain.say(statement);
  return {
    kind: 'commit',
    ops: [...(ops.length > 0 ? ops : [stillThere(contact)]), ...chain.ops(), handledOp(waiting)],
    personKey: contact.personKey,
  };
}

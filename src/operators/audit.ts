import type { ContactId } from '../contacts/identity.js';
import { insert, type Op } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import type { Operator } from './operator.js';
import { audit } from './operator-tables.js';

/** What the record says of an act. `before` and `after` hold only what changed; where that is about a person, `contactId` is theirs,
 *  so that an erasure finds it. */
export type Act = {
  readonly action: string;
  readonly target: string;
  readonly contactId?: ContactId;
  readonly before?: unknown;
  readonly after?: unknown;
};

/** The entry as a write, to be committed together with the act's effect. */
export const auditEntry = (operator: Operator, act: Act, now: number): Op =>
  insert(audit, {
    id: timeId(now),
    at: now,
    operator: operator.id,
    action: act.action,
    target: act.target,
    contactId: act.contactId ?? null,
    before: act.before ?? null,
    after: act.after ?? null,
  });

import type { ContactId } from '../contacts/identity.js';
import { insert, set, type Op } from '../storage/engine.js';
import type { CaseChange } from './case-change.js';
import { cases, type CaseRow } from './case-table.js';

/** The writes of a case change. `standing` is the case as it was read; closing one that somebody else closed meanwhile conflicts. */
export function caseOps(
  change: CaseChange,
  contactId: ContactId,
  phoneNumberId: string,
  standing: CaseRow | undefined,
): Op[] {
  switch (change.kind) {
    case 'case.open':
      return [
        insert(cases, {
          id: change.caseId,
          phoneNumberId,
          contactId,
          state: 'waiting',
          reason: change.reason,
          openedAt: change.at,
          promisedAt: change.promisedAt,
          owner: null,
          repliedAt: null,
          closedAt: null,
          closedBy: null,
          version: 1,
        }),
      ];
    case 'case.close':
      if (standing?.id !== change.caseId) return [];
      return [
        set(
          cases,
          change.caseId,
          { state: 'closed', closedAt: change.at, closedBy: change.by, version: standing.version + 1 },
          { version: standing.version },
        ),
      ];
  }
}

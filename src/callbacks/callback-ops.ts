import type { ContactId } from '../contacts/identity.js';
import { insert, set, type Op } from '../storage/engine.js';
import type { CallbackChange } from './callback-change.js';
import { callbacks, dueKeyOf, isActive, type CallbackRow, type CallbackState } from './callback-table.js';

/** The writes of all that a turn decides about call-backs. `standing` are the call-backs that are still to be made, as they were read: if
 *  somebody else dealt with one meanwhile, it conflicts. One that is ordered and cancelled in the same turn is entered as cancelled. */
export function callbackOps(
  changes: readonly CallbackChange[],
  contactId: ContactId,
  phoneNumberId: string,
  standing: readonly CallbackRow[],
): Op[] {
  const rows = new Map<string, CallbackRow>(standing.map((row) => [row.id, row]));
  for (const change of changes) {
    const before = rows.get(change.callbackId);
    if (change.kind === 'callback.order') rows.set(change.callbackId, ordered(change, contactId, phoneNumberId));
    else if (before)
      rows.set(before.id, change.kind === 'callback.move' ? moved(before, change) : inState(before, 'cancelled'));
  }
  return [...rows.values()].flatMap((row): Op[] => {
    const before = standing.find(({ id }) => id === row.id);
    if (row === before) return [];
    return before ? [changeOp(before, row)] : [insert(callbacks, row)];
  });
}

/** The row in another state. */
export const inState = (row: CallbackRow, state: CallbackState): CallbackRow => ({
  ...row,
  state,
  active: isActive(state),
});

/** Compares and sets: whoever else has dealt with it meanwhile conflicts. */
export function changeOp(before: CallbackRow, after: CallbackRow): Op {
  const { phone, startsAt, endsAt, timeZone, state, active, dueKey } = after;
  const patch = { phone, startsAt, endsAt, timeZone, state, active, dueKey, version: before.version + 1 };
  return set(callbacks, before.id, patch, { version: before.version });
}

function ordered(
  { callbackId: id, at, phone, startsAt, endsAt, timeZone }: Extract<CallbackChange, { kind: 'callback.order' }>,
  contactId: ContactId,
  phoneNumberId: string,
): CallbackRow {
  return {
    id,
    phoneNumberId,
    contactId,
    phone,
    startsAt,
    endsAt,
    timeZone,
    state: 'new',
    active: true,
    orderedAt: at,
    dueKey: dueKeyOf(startsAt, id),
    version: 1,
  };
}

const moved = (
  row: CallbackRow,
  { phone, startsAt, endsAt, timeZone }: Extract<CallbackChange, { kind: 'callback.move' }>,
): CallbackRow => ({
  ...inState(row, 'new'),
  phone,
  startsAt,
  endsAt,
  timeZone,
  dueKey: dueKeyOf(startsAt, row.id),
});

import type { ContactId } from '../contacts/identity.js';
import { dueKeyOf, isActive, type CallbackRow } from './callback-table.js';

/** A call-back of an hour, for tests. */
export function aCallback(id: string, contactId: string, more: Partial<CallbackRow> = {}): CallbackRow {
  const { startsAt = 1_000_000, state = 'new' } = more;
  return {
    id,
    phoneNumberId: '1000',
    contactId: contactId as ContactId,
    phone: '79161234567',
    startsAt,
    endsAt: startsAt + 3_600_000,
    timeZone: 'Europe/Moscow',
    state,
    active: isActive(state),
    orderedAt: 1_000,
    dueKey: dueKeyOf(startsAt, id),
    version: 1,
    ...more,
  };
}

import type { Emulator } from '../emulator.js';
import { newUserId, newWamid } from '../ids.js';
import { messagesChange } from '../webhook/payloads.js';
import { digitsOf, spelledIdentity, visiblePhone, type Person } from './people.js';

/** The person opens the chat: everything delivered is read, the badge goes. @returns how many messages became read */
export function openChat(emulator: Emulator, person: Person): number {
  let read = 0;
  for (const message of emulator.threads.of(person.id)) {
    if (message.direction !== 'out' || message.state !== 'delivered') continue;
    emulator.statuses.read(message, person);
    read += 1;
  }
  person.unread = 0;
  emulator.events.emit('person', { id: person.id, unread: 0 });
  emulator.snapshot.touch();
  return read;
}

/** The person moves to another number: a `system` message, and the BSUID changes too (reference §3.1, §3.7).
 *  @param userId the new BSUID; made when absent @returns the message, or a sentence that says why not */
export function changeNumber(
  emulator: Emulator,
  person: Person,
  phone: string,
  userId: string | undefined,
): Record<string, unknown> | string {
  const before = { phone: visiblePhone(person), userId: person.userId, name: person.name };
  const next = userId ?? (person.userId ? newUserId(person.userId.slice(0, 2)) : null);
  const wrong = emulator.people.patch(person, { phone, userId: next });
  if (wrong) return wrong;
  return postSystem(emulator, person, {
    ...(before.phone ? { from: before.phone } : {}),
    system: {
      type: 'user_changed_number',
      body: `User ${before.name} changed from ${before.phone ?? before.userId} to ${digitsOf(phone)}`,
      wa_id: digitsOf(phone),
      ...(before.userId && next ? { previous_user_id: before.userId, user_id: next } : {}),
    },
  });
}

/** The person's BSUID is made anew; the usual form when the phone is hidden (reference §3.7). */
export function changeUserId(
  emulator: Emulator,
  person: Person,
  userId: string | undefined,
): Record<string, unknown> | string {
  const previous = person.userId;
  if (!previous) return 'that person has no userId to change';
  const next = userId ?? newUserId(previous.slice(0, 2));
  const wrong = emulator.people.patch(person, { userId: next });
  if (wrong) return wrong;
  const body = `User ${person.name} changed from ${previous} to ${next}`;
  return postSystem(emulator, person, {
    system: { type: 'user_changed_user_id', body, previous_user_id: previous, user_id: next },
  });
}

/** System messages carry no `contacts` (reference §1.5). */
function postSystem(emulator: Emulator, person: Person, rest: Record<string, unknown>): Record<string, unknown> {
  const id = newWamid(spelledIdentity(person), 'in');
  const message = { id, timestamp: String(emulator.clock.nowSeconds()), type: 'system', ...rest };
  const text = String((rest['system'] as { body: string }).body).slice(0, 200);
  emulator.journal.add({ event: 'inbound', person: person.id, wamid: id, type: 'system', text });
  emulator.webhooks.enqueue(messagesChange(emulator.number, { messages: [message] }), [id]);
  emulator.events.emit('people', {});
  emulator.snapshot.touch();
  return message;
}

import type { Emulator } from '../emulator.js';
import { newUserId, newWamid } from '../ids.js';
import { messagesChange } from '../webhook/payloads.js';
import { lookAtQuality } from '../rules/standing.js';
import { digitsOf, spelledIdentity, visiblePhone, type BlockReason, type Person } from './people.js';

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

/** The person blocks the business, and may report it along with that. From then on nothing is delivered to them; the
 *  business is told nothing, but its quality suffers (seed text; reference §7.4). */
export function block(emulator: Emulator, person: Person, reason: BlockReason, report: boolean): void {
  const last = emulator.threads.of(person.id).findLast((each) => each.direction === 'out' && each.state !== 'failed');
  if (!person.blocks) emulator.feedback.note('block', last?.templateId);
  if (report) emulator.feedback.note('report', last?.templateId);
  person.blocks = reason;
  afterFeedback(emulator, person, last?.templateId);
}

/** The person reports the business, and may go on talking to it. */
export function report(emulator: Emulator, person: Person): void {
  const last = emulator.threads.of(person.id).findLast((each) => each.direction === 'out' && each.state !== 'failed');
  emulator.feedback.note('report', last?.templateId);
  afterFeedback(emulator, person, last?.templateId);
}

export function unblock(emulator: Emulator, person: Person): void {
  person.blocks = null;
  afterFeedback(emulator, person);
}

// Only the template it is about is looked at: a crowd that blocks must not cost a look at thousands.
function afterFeedback(emulator: Emulator, person: Person, templateId = ''): void {
  lookAtQuality(emulator, templateId);
  emulator.events.emit('person', { id: person.id, blocks: person.blocks });
  emulator.snapshot.touch();
}

/** The person rates a message by stars, in the app (seed text): anonymous, so nothing but the count is kept, and the business
 *  hears nothing. @param stars 1 to 5 */
export function rate(emulator: Emulator, stars: number): void {
  const { stars: counts } = emulator.feedback;
  counts[stars - 1] = (counts[stars - 1] ?? 0) + 1;
}

/** The telephone is switched on or off. @returns how many messages had waited for it */
export function switchPhone(emulator: Emulator, person: Person, on: boolean): number {
  const was = person.autoDeliver;
  person.autoDeliver = on;
  emulator.events.emit('person', { id: person.id, autoDeliver: on });
  emulator.snapshot.touch();
  return on && !was ? emulator.statuses.turnOn(person) : 0;
}

/** System messages carry no `contacts` (reference §1.5). */
function postSystem(emulator: Emulator, person: Person, rest: Record<string, unknown>): Record<string, unknown> {
  const id = newWamid(spelledIdentity(person), 'in');
  const message = { id, timestamp: String(emulator.clock.nowSeconds()), type: 'system', ...rest };
  const text = String((rest['system'] as { body: string }).body).slice(0, 200);
  emulator.journal.add({ event: 'inbound', person: person.id, wamid: id, type: 'system', text });
  const label = `${person.id} in ${(person.written += 1)}`;
  emulator.webhooks.enqueue(messagesChange(emulator.number, { messages: [message] }), [id], { label });
  emulator.events.emit('people', {});
  emulator.snapshot.touch();
  return message;
}

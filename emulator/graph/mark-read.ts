import type { Emulator } from '../emulator.js';
import { graphError, type GraphError } from '../graph-errors.js';
import { RATES } from '../limits.js';

/** `status: read` with an optional typing indicator (reference §6.4): marks that message and all earlier ones of the thread. */
export function markRead(
  emulator: Emulator,
  body: Record<string, unknown>,
): { readonly personId?: string; readonly error?: GraphError } {
  if (body['messaging_product'] !== 'whatsapp')
    return { error: graphError(100, 'The parameter messaging_product is required.') };
  if (body['status'] !== 'read') return { error: graphError(100, 'Param status must be one of {read}.') };
  const id = body['message_id'];
  if (typeof id !== 'string' || id === '')
    return { error: graphError(131008, 'The parameter message_id is required.') };
  const typing = body['typing_indicator'];
  if (typing !== undefined && (typing as { type?: unknown } | null)?.type !== 'text') {
    return { error: graphError(131009, "typing_indicator.type must be 'text'.") };
  }
  const message = emulator.threads.get(id);
  const person = message && emulator.people.get(message.personId);
  if (!message || !person || message.direction !== 'in') {
    return { error: graphError(100, `Invalid message id ${id}: there is no such inbound message.`) };
  }
  if (emulator.clock.now() - message.at > RATES.messageLifeMs) {
    return { error: graphError(131009, 'Messages older than 30 days cannot be marked as read.') };
  }
  const ids: string[] = [];
  for (const each of emulator.threads.of(person.id)) {
    if (each.direction !== 'in' || each.at > message.at || each.state === 'read') continue;
    emulator.threads.advance(each, 'read');
    ids.push(each.id);
  }
  if (emulator.events.watched) emulator.events.emit('seen', { personId: person.id, ids });
  if (typing !== undefined) {
    person.typingUntil = emulator.clock.now() + RATES.typingMs;
    emulator.events.emit('typing', { personId: person.id, ms: RATES.typingMs });
  }
  emulator.snapshot.touch();
  return { personId: person.id };
}

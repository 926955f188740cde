import type { Emulator } from '../emulator.js';
import { graphError, type GraphError } from '../graph-errors.js';
import type { Person } from '../phone/people.js';
import { contactOf, valueOf } from '../webhook/payloads.js';
import { countryOf, NO_MARKETING_CAP } from './countries.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface MarketingSettings {
  /** the cap on marketing that one person gets (reference §7.3) */
  cap: boolean;
  /** how many in 24 hours; Meta keeps its own number to itself */
  perDay: number;
  /** marketing to numbers of the United States is not delivered, as since 2025-04-01 (reference §0.3) */
  usPaused: boolean;
}

/** Why a marketing template that was accepted will not be delivered to this person (reference §7.3, §8.4).
 *  @param inWindow the person has written in the last 24 hours: the cap does not hold then */
export function whyNoMarketing(emulator: Emulator, person: Person, inWindow: boolean): GraphError | undefined {
  const { marketing } = emulator.settings;
  if (person.marketingStopped) {
    return graphError(131050, 'The user has chosen to stop receiving marketing messages from this business.');
  }
  const country = countryOf(person);
  const healthy = 'In order to maintain a healthy ecosystem engagement, the message failed to be delivered.';
  if (marketing.usPaused && country === 'US') return graphError(131049, healthy);
  if (!marketing.cap || inWindow || NO_MARKETING_CAP.has(country)) return undefined;
  const now = emulator.clock.now();
  const lately = (person.marketingAt ?? []).filter((at) => now - at < DAY_MS);
  if (lately.length >= marketing.perDay) return graphError(131049, healthy);
  person.marketingAt = [...lately, now];
  return undefined;
}

/** The person uses WhatsApp's own switch: "Stop offers and announcements", or the way back (reference §5, §8.4). */
export function preferMarketing(emulator: Emulator, person: Person, value: 'stop' | 'resume'): Record<string, unknown> {
  person.marketingStopped = value === 'stop';
  const contact = contactOf(person);
  const preference = {
    ...(contact['wa_id'] ? { wa_id: contact['wa_id'] } : {}),
    ...(person.userId ? { user_id: person.userId } : {}),
    ...(person.parentUserId ? { parent_user_id: person.parentUserId } : {}),
    detail: `User requested to ${value} marketing messages`,
    category: 'marketing_messages',
    value,
    timestamp: emulator.clock.nowSeconds(),
  };
  const field = 'user_preferences';
  const body = valueOf(emulator.number, { contacts: [contact], user_preferences: [preference] });
  emulator.webhooks.enqueue({ field, value: body }, [`preference:${person.id}:${value}`], {
    label: `${person.id} preference ${preference.timestamp}`,
  });
  emulator.snapshot.touch();
  emulator.events.emit('person', { id: person.id, marketingStopped: person.marketingStopped });
  return preference;
}

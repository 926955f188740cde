import type { Emulator } from '../emulator.js';
import { digitsOf, type Person } from '../phone/people.js';

/** Whom a request is for (reference §3.5): `to`, a phone, wins over `recipient`, a BSUID. */
export interface Recipient {
  readonly by: 'phone' | 'userId' | 'nobody';
  /** as the caller wrote it */
  readonly input: string;
  readonly person: Person | undefined;
}

export function recipientOf(emulator: Emulator, body: Record<string, unknown>): Recipient {
  const { to, recipient } = body;
  if (typeof to === 'string' && to !== '')
    return { by: 'phone', input: to, person: emulator.people.withPhone(digitsOf(to)) };
  if (typeof recipient === 'string' && recipient !== '') {
    return { by: 'userId', input: recipient, person: emulator.people.withUserId(recipient) };
  }
  return { by: 'nobody', input: '', person: undefined };
}

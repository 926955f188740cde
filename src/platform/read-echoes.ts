import { z } from 'zod';
import { PhoneDigits, UserId, type Sender } from '../contacts/identity.js';

/** To whom a colleague wrote from the phone app of our number (`smb_message_echoes`, reference §5). Pure. */

const digits = z
  .string()
  .transform((text) => text.replace(/^\+/, ''))
  .pipe(PhoneDigits);
const Echo = z.object({ to: digits.optional().catch(undefined), to_user_id: UserId.optional().catch(undefined) });
const Value = z.object({ message_echoes: z.array(z.unknown()).max(1_000) });

/** @returns each person once; nobody for a shape that is not known */
export function readEchoes(value: unknown): Sender[] {
  const people = new Map<string, Sender>();
  for (const item of Value.safeParse(value).data?.message_echoes ?? []) {
    const echo = Echo.safeParse(item).data;
    const person: Sender = {
      ...(echo?.to ? { phone: echo.to } : {}),
      ...(echo?.to_user_id ? { userId: echo.to_user_id } : {}),
    };
    if (person.phone ?? person.userId) people.set(`${person.userId} ${person.phone}`, person);
  }
  return [...people.values()];
}

import { z } from 'zod';

/** Meta's id of one of our business numbers (not the number itself). Opaque: used in Graph paths and in every key of ours. */
export const PhoneNumberId = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/)
  .brand<'PhoneNumberId'>();
export type PhoneNumberId = z.infer<typeof PhoneNumberId>;

/** Meta's id of a message. Opaque, compared and stored, never taken apart; it spells the phone number, so it never enters a log. */
export const Wamid = z.string().min(1).max(1024).brand<'Wamid'>();
export type Wamid = z.infer<typeof Wamid>;

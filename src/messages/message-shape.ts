import { z } from 'zod';
import { SHOWN_STATES } from './shown-state.js';
import type { ThreadMessage } from './thread.js';

/** A message as the API shows it (INTERFACE "Others"). */
export const Message = z
  .object({
    id: z.string().meta({ example: '0mk1f8x2m0aQ7dR2' }),
    contactId: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    type: z.string().meta({ example: 'text' }),
    text: z.string().nullable().meta({ description: 'Null once its retention is over.', example: 'Здравствуйте!' }),
    state: z.enum(SHOWN_STATES),
    at: z.iso.datetime(),
  })
  .meta({ id: 'Message' });

/** @param contactId who the person is now, after all merges */
export const shownMessage = (message: ThreadMessage, contactId: string): z.output<typeof Message> => ({
  id: message.id,
  contactId,
  direction: message.direction,
  type: message.type,
  text: message.text,
  state: message.state,
  at: new Date(message.at).toISOString(),
});

import { z } from 'zod';
import { SHOWN_STATES } from './shown-state.js';
import { SAID_BY, type ThreadMessage } from './thread.js';

/** A message as the API shows it (INTERFACE "Others"). */
export const Message = z
  .object({
    id: z.string().meta({ example: '0mk1f8x2m0aQ7dR2' }),
    contactId: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    by: z.enum(SAID_BY).meta({ description: 'Who said it.' }),
    type: z.string().meta({ example: 'text' }),
    text: z.string().nullable().meta({ description: 'Null once its retention is over.', example: 'Здравствуйте!' }),
    state: z.enum(SHOWN_STATES),
    reason: z.string().optional().meta({ description: 'Why it was refused, or waits.', example: 'stopped' }),
    at: z.iso.datetime(),
  })
  .meta({ id: 'Message' });

/** @param contactId who the person is now, after all merges */
export const shownMessage = (message: ThreadMessage, contactId: string): z.output<typeof Message> => ({
  id: message.id,
  contactId,
  direction: message.direction,
  by: message.by,
  type: message.type,
  text: message.text,
  state: message.state,
  ...(message.reason === null ? {} : { reason: message.reason }),
  at: new Date(message.at).toISOString(),
});

import {
  ButtonReplySchema,
  ContactPhoneSchema,
  ContactSchema,
  ContextSchema,
  ErrorObjectSchema,
  ListReplySchema,
  LocationSchema,
  MediaObjectSchema,
  MessageSchema,
  MetadataSchema,
  ReactionSchema,
  StatusSchema,
  SystemMessageSchema,
  TextMessageSchema,
} from 'whatsapp-cloud-api-types';
import { z } from 'zod';
import { loosen } from './loosen.js';

/* The shapes of webhook items, taken from whatsapp-cloud-api-types 1.0.1 where it holds and extended where it does not: it knows
 * no BSUIDs, no callback data, no `nfm_reply`, no preferences, and wants members that Meta leaves out (reference §3.4). */

const text = z.string().optional();

export const Metadata = loosen(MetadataSchema.partial());

export const Contact = loosen(
  ContactSchema.extend({
    profile: z.object({ name: text, username: text }).optional(),
    wa_id: text,
    user_id: text,
    parent_user_id: text,
  }),
);

export const MessageHead = loosen(
  MessageSchema.pick({ id: true, group_id: true }).extend({
    type: text,
    timestamp: text,
    from: text,
    from_user_id: text,
    from_parent_user_id: text,
    context: ContextSchema.pick({ id: true }).optional(),
  }),
);

export const Status = loosen(
  StatusSchema.pick({ id: true }).extend({
    status: z.string(),
    timestamp: text,
    recipient_id: text,
    recipient_type: text,
    recipient_user_id: text,
    recipient_participant_id: text,
    participant_recipient_id: text, // so in some samples (reference §3.4)
    recipient_participant_user_id: text,
    biz_opaque_callback_data: text,
    pricing: z.object({ category: text, type: text }).optional(),
  }),
);

export const Preference = loosen(
  z.object({
    wa_id: text,
    user_id: text,
    parent_user_id: text,
    category: z.string(),
    value: z.string(),
    timestamp: text,
  }),
);

export const ErrorItem = loosen(ErrorObjectSchema.extend({ error_data: z.object({ details: text }).optional() }));

export const System = loosen(
  SystemMessageSchema.pick({ body: true, type: true, wa_id: true, new_wa_id: true }).extend({
    user_id: text,
    parent_user_id: text,
    previous_wa_id: text,
    previous_user_id: text,
    previous_parent_user_id: text,
  }),
);

const Change = z.object({ previous: text, current: text }).optional();
export const UserIdUpdate = loosen(z.object({ wa_id: text, user_id: Change, parent_user_id: Change, timestamp: text }));

export const Text = loosen(TextMessageSchema);
export const Button = loosen(z.object({ text, payload: text }));
export const ButtonReply = loosen(ButtonReplySchema);
export const ListReply = loosen(ListReplySchema);
export const FlowReply = loosen(z.object({ name: text, body: text, response_json: text }));
export const Media = loosen(MediaObjectSchema);
export const Location = loosen(LocationSchema.extend({ latitude: z.number(), longitude: z.number() }));
export const Reaction = loosen(ReactionSchema.extend({ emoji: text }));
export const Card = loosen(z.object({ origin: text, phones: z.array(ContactPhoneSchema).optional() }));
export const Original = loosen(z.object({ original_message_id: z.string() }));
export const Unsupported = loosen(z.object({ type: text }));

import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import type { Session } from '../conversation/session.js';
import { mediaOp } from '../media/media-ops.js';
import { inboundText, inboundType } from '../messages/inbound-text.js';
import { conversationId, conversations, inboundMessages, type ConversationRow } from '../messages/message-tables.js';
import { insert, set, type Op } from '../storage/engine.js';
import type { TurnDeps } from './decide-turn.js';
import type { MessageUpdate } from './update.js';

/** What a turn writes because somebody was heard, whatever is made of it: the person, the conversation, the thread. */

/** What their words say of the person. The language that they speak or chose is the contact's: what we write first is in it; a guess by their
 *  country is not. Whoever writes after they were blocked by us is blocked no more. */
export function withWhatTheySaid(
  contact: ContactRow,
  { language: spoken, languageFrom }: Session,
  { sites, wroteAt }: { readonly sites: readonly string[]; readonly wroteAt: number },
): { contact: ContactRow; ops: Op[] } {
  const isTheirs = languageFrom === 'words' || languageFrom === 'chosen';
  const language = isTheirs ? spoken : contact.language;
  const blockedAt = (contact.blockedAt ?? Infinity) < wroteAt ? null : contact.blockedAt;
  if (contact.language === language && contact.sites === sites && contact.blockedAt === blockedAt)
    return { contact, ops: [] };
  const said = { language, sites, blockedAt, version: contact.version + 1 };
  return {
    contact: { ...contact, ...said },
    ops: [set(contacts, contact.id, said, { version: contact.version })],
  };
}

/** The conversation is compared and set by every turn: whatever else is decided for the person meanwhile conflicts with it. */
export function conversationOps(
  before: ConversationRow | undefined,
  after: { contact: ContactRow; phoneNumberId: string; session: Session; lastInboundAt: number },
): Op[] {
  const { contact, phoneNumberId, session, lastInboundAt } = after;
  const id = conversationId(phoneNumberId, contact.personKey);
  if (before)
    return [
      set(conversations, id, { session, lastInboundAt, version: before.version + 1 }, { version: before.version }),
    ];
  return [
    insert(conversations, {
      id,
      phoneNumberId,
      personKey: contact.personKey,
      contactId: contact.id,
      session,
      lastInboundAt,
      version: 1,
    }),
  ];
}

/** The message in the thread; a file that came with it to a case is fetched. */
export function messageOps(
  deps: TurnDeps,
  at: number,
  update: MessageUpdate,
  contactId: ContactId,
  caseId: string | undefined,
  now: number,
): Op[] {
  const { content, phoneNumberId, wamid } = update;
  const id = deps.newId(at);
  const message = { id, phoneNumberId, contactId, at };
  const type = inboundType(content);
  const kept = insert(inboundMessages, { ...message, type, text: inboundText(content), wamid }, 'keep');
  if (content.type !== 'media' || caseId === undefined) return [kept];
  return [kept, mediaOp(content, { ...message, caseId }, now)];
}

import { identities } from '../contacts/contact-tables.js';
import { idsOf, survivorsOf } from '../contacts/find-contacts.js';
import { identitiesOf, identityKey, type ContactId, type Sender } from '../contacts/identity.js';
import { conversationId, conversations, type ConversationRow } from '../messages/message-tables.js';
import { dueOp } from '../schedule/due-table.js';
import { insert, set, type Engine, type Op } from '../storage/engine.js';
import { CASE_DUE } from './act-on-case.js';
import { cases, type CaseRow } from './case-table.js';
import { quietUntil } from './quiet.js';

const TRIES = 3;

/** A colleague wrote to the person past us, from the phone app: a human has the conversation. That is a case that is open, as after an
 *  agent's first reply: the bot is silent, the console shows it, and it ends as every case does. Nothing for somebody who never wrote to
 *  us. @throws StoreUnavailable */
export async function colleagueWrote(
  deps: { readonly engine: Engine; readonly phoneNumberId: string; readonly newId: (at: number) => string },
  person: Sender,
  now: number,
): Promise<void> {
  const { engine, phoneNumberId } = deps;
  const rows = await engine.getMany(identities, identitiesOf(person).map(identityKey));
  const contactId = rows.find(({ former }) => !former)?.contactId;
  if (contactId === undefined) return;
  const contact = (await survivorsOf(engine, [contactId])).get(contactId);
  if (!contact) return;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const [open, conversation] = await Promise.all([
      engine.find(cases, {
        where: { contactId: { in: [...idsOf(contact)] }, state: { in: ['waiting', 'open'] } },
        orderBy: [['id', 'asc']],
        limit: 1,
      }),
      engine.get(conversations, conversationId(phoneNumberId, contact.personKey)),
    ]);
    const ops = caseOps(open[0], { contactId: contact.id, phoneNumberId, id: deps.newId(now), conversation, now });
    if ((await engine.commit([...ops, ...stillAs(conversation)], contact.personKey)) === 'committed') return;
  }
}

function caseOps(
  open: CaseRow | undefined,
  fresh: {
    readonly id: string;
    readonly contactId: ContactId;
    readonly phoneNumberId: string;
    readonly conversation: ConversationRow | undefined;
    readonly now: number;
  },
): Op[] {
  const { id, contactId, phoneNumberId, conversation, now } = fresh;
  const quiet = quietUntil({ lastInboundAt: conversation?.lastInboundAt ?? now, repliedAt: now });
  if (open)
    return [
      set(cases, open.id, { state: 'open', repliedAt: now, version: open.version + 1 }, { version: open.version }),
      ...(open.state === 'waiting' ? [dueOp(CASE_DUE, open.id, quiet)] : []),
    ];
  return [
    insert(cases, {
      ...{ id, phoneNumberId, contactId, state: 'open', reason: 'phoneApp', openedAt: now, promisedAt: now },
      ...{ owner: null, repliedAt: now, closedAt: null, closedBy: null, version: 1 },
    }),
    dueOp(CASE_DUE, id, quiet),
  ];
}

/** A turn that runs meanwhile conflicts, and decides anew whether the bot may still speak. */
const stillAs = (conversation: ConversationRow | undefined): Op[] =>
  conversation
    ? [set(conversations, conversation.id, { version: conversation.version + 1 }, { version: conversation.version })]
    : [];

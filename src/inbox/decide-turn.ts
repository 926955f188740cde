import { caseOps } from '../cases/case-ops.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { resolveChange, resolveSender, underAnotherKey, type Birth, type Resolution } from '../contacts/people.js';
import type { Facts, Input, Session } from '../conversation/session.js';
import type { Turn } from '../conversation/turn.js';
import { replyRow } from '../delivery/reply-row.js';
import { conversationId, conversations, inboundMessages, type ConversationRow } from '../messages/message-tables.js';
import { inboundText } from '../messages/inbound-text.js';
import { opensWindow, windowUntil } from '../messages/window.js';
import { insert, set, type Op } from '../storage/engine.js';
import { inbox } from './inbox-tables.js';
import type { BatchFacts, Waiting } from './turn-facts.js';
import type { MessageUpdate } from './update.js';

/** One turn: the waiting rows of one person and what is known, to a list of writes. Decides and touches nothing. */

export type TurnDeps = {
  readonly advance: (session: Session | undefined, inputs: readonly Input[], facts: Facts, now: number) => Turn;
  /** What the engine may know of the world, but the case and the country, which belong to the person. */
  readonly worldFacts: (now: number) => Omit<Facts, 'openCase' | 'country' | 'nextId'>;
  readonly countryOf: (contact: ContactRow) => string | undefined;
  /** HMAC of a free text in its comparable form. */
  readonly textHash: (body: string) => string;
  readonly newId: (now: number) => string;
  readonly pepper: Buffer;
};

export type Decision =
  /** All of it in one commit. `awaits`: the reply's outbox row, whose fate the next turn waits for. */
  | {
      readonly kind: 'commit';
      readonly ops: readonly Op[];
      readonly rows: readonly Waiting[];
      readonly serial: PersonKey;
      readonly awaits: string | undefined;
    }
  /** These rows belong under another key: the person is known by it. */
  | { readonly kind: 'rekey'; readonly rows: readonly Waiting[]; readonly personKey: PersonKey }
  /** First make one person of two, then ask again. */
  | { readonly kind: 'merge'; readonly survivor: ContactRow; readonly loser: ContactRow };

/** Inputs of one turn at the most. */
export const TURN_INPUTS = 20;

/** @param rows all that waits of the person, in the platform's order; the first ones of one kind and number are taken
 *  @param keyTaken somebody else's contact has this key already: a new one gets the key given */
export function decideTurn(
  deps: TurnDeps,
  key: PersonKey,
  rows: readonly Waiting[],
  facts: BatchFacts,
  now: number,
  keyTaken?: PersonKey,
): Decision | undefined {
  const alias = facts.aliases.get(key);
  if (alias) return { kind: 'rekey', rows, personKey: alias };
  const first = rows[0];
  if (!first) return undefined;
  if (first.update.kind === 'identityChange') return decideChange(deps, key, first, facts, now, keyTaken);
  const taken = rows
    .filter((waiting, index) =>
      rows
        .slice(0, index + 1)
        .every(({ update, row }) => update.kind === 'message' && row.phoneNumberId === first.row.phoneNumberId),
    )
    .slice(0, TURN_INPUTS);
  if (taken.length === 0) return handledOnly(first, key);
  // The last message says who they are by now; a batch that speaks of two people (a recycled number) is taken apart.
  const last = taken.at(-1)?.update as MessageUpdate;
  const birth = birthOf(deps, now);
  const resolution = named(resolveSender(last.sender, facts.known, birth), keyTaken);
  if (!resolution) return undefined;
  if (resolution.kind === 'merge') return resolution;
  const same = taken.filter(({ update }) => resolvesTo(update as MessageUpdate, resolution, facts, birth));
  if (!resolution.isNew && resolution.contact.personKey !== key)
    return { kind: 'rekey', rows: same, personKey: resolution.contact.personKey };
  return decideMessages(deps, resolution, same, facts, now);
}

const birthOf = (deps: TurnDeps, now: number): Birth => ({
  now,
  newId: () => deps.newId(now) as ContactId,
  pepper: deps.pepper,
  language: null,
});

const named = (resolution: Resolution | undefined, keyTaken: PersonKey | undefined): Resolution | undefined =>
  resolution?.kind === 'contact' && resolution.isNew && keyTaken ? underAnotherKey(resolution, keyTaken) : resolution;

function resolvesTo(
  update: MessageUpdate,
  resolution: Extract<Resolution, { kind: 'contact' }>,
  facts: BatchFacts,
  birth: Birth,
): boolean {
  const other = resolveSender(update.sender, facts.known, birth);
  if (other?.kind !== 'contact') return false;
  if (other.isNew !== resolution.isNew) return false;
  return other.isNew ? sameStranger(other.contact, resolution.contact) : other.contact.id === resolution.contact.id;
}

const sameStranger = (one: ContactRow, other: ContactRow): boolean =>
  one.identities.some((identity) =>
    other.identities.some((theirs) => theirs.kind === identity.kind && theirs.value === identity.value),
  );

const handledOp = ({ row }: Waiting): Op => set(inbox, row.id, { state: 'handled', raw: null }, { state: 'waiting' });

function handledOnly(waiting: Waiting, key: PersonKey): Decision {
  return { kind: 'commit', ops: [handledOp(waiting)], rows: [waiting], serial: key, awaits: undefined };
}

function decideChange(
  deps: TurnDeps,
  key: PersonKey,
  waiting: Waiting,
  facts: BatchFacts,
  now: number,
  keyTaken: PersonKey | undefined,
): Decision {
  if (waiting.update.kind !== 'identityChange') return handledOnly(waiting, key);
  const { before, after } = waiting.update;
  const resolution = named(resolveChange(before, after, facts.known, birthOf(deps, now)), keyTaken);
  if (!resolution) return handledOnly(waiting, key);
  if (resolution.kind === 'merge') return resolution;
  const { contact, ops } = resolution;
  return {
    kind: 'commit',
    ops: [...ops, handledOp(waiting)],
    rows: [waiting],
    serial: contact.personKey,
    awaits: undefined,
  };
}

function decideMessages(
  deps: TurnDeps,
  { contact, isNew, ops: contactOps }: Extract<Resolution, { kind: 'contact' }>,
  rows: readonly Waiting[],
  facts: BatchFacts,
  now: number,
): Decision {
  const messages = rows.map(({ update }) => update as MessageUpdate);
  const phoneNumberId = messages[0]?.phoneNumberId ?? ('' as never);
  const before = isNew ? undefined : facts.conversations.get(conversationId(phoneNumberId, contact.personKey));
  const openCase = isNew ? undefined : facts.openCases.get(contact.id);
  const country = deps.countryOf(contact);
  const turn = deps.advance(
    before?.session ?? undefined,
    rows.map(({ row, update }): Input => {
      const { content } = update as MessageUpdate;
      return {
        id: row.id,
        at: row.at,
        content,
        ...(content.type === 'text' ? { textHash: deps.textHash(content.body) } : {}),
      };
    }),
    {
      ...deps.worldFacts(now),
      nextId: () => deps.newId(now),
      ...(country === undefined ? {} : { country }),
      ...(openCase && openCase.state !== 'closed'
        ? {
            openCase: {
              id: openCase.id,
              state: openCase.state,
              openedAt: openCase.openedAt,
              promisedAt: openCase.promisedAt,
            },
          }
        : {}),
    },
    now,
  );
  const opening = rows.filter(({ update }) => opensWindow((update as MessageUpdate).content)).map(({ row }) => row.at);
  const lastInboundAt = Math.max(before?.lastInboundAt ?? 0, ...opening);
  const replies = turn.replies.map((reply) =>
    replyRow({
      reply,
      contact,
      phoneNumberId,
      now,
      uselessAfter: windowUntil(lastInboundAt),
      id: deps.newId(now),
      answers: messages.at(-1)?.wamid ?? null,
    }),
  );
  const last = replies.at(-1);
  const ops: Op[] = [
    ...contactOps,
    ...conversationOps(before, { contact, phoneNumberId, session: turn.session, lastInboundAt }),
    ...rows.flatMap(({ row, update }): Op[] => [
      handledOp({ row, update }),
      threadOp(deps, row.at, update as MessageUpdate, contact.id),
    ]),
    ...turn.changes.flatMap((change) => caseOps(change, contact.id, phoneNumberId, openCase)),
    ...replies.map((reply) => reply.op),
  ];
  return { kind: 'commit', ops, rows, serial: contact.personKey, awaits: last?.id };
}

/** The conversation is compared and set by every turn: whatever else is decided for the person meanwhile conflicts with it. */
function conversationOps(
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

function threadOp(deps: TurnDeps, at: number, update: MessageUpdate, contactId: ContactId): Op {
  const { content, phoneNumberId, wamid } = update;
  const type = content.type === 'media' ? content.mediaType : content.type;
  return insert(
    inboundMessages,
    { id: deps.newId(at), phoneNumberId, contactId, type, text: inboundText(content), wamid, at },
    'keep',
  );
}

import { unansweredOps } from '../answers/unanswered-ops.js';
import type { CallbackChange } from '../callbacks/callback-change.js';
import { callbackOps } from '../callbacks/callback-ops.js';
import type { CallbackRow } from '../callbacks/callback-table.js';
import { caseOps } from '../cases/case-ops.js';
import type { CaseRow } from '../cases/case-table.js';
import { consentOps, viewOf } from '../consent/consent-ops.js';
import type { Ledger } from '../consent/ledger.js';
import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import { erasureOp } from '../contacts/erasure-ops.js';
import { identitiesOf, identityKey, type ContactId, type PersonKey, type Sender } from '../contacts/identity.js';
import { resolveChange, resolveSender, type Birth, type Merge, type Resolution } from '../contacts/people.js';
import type { Facts, Input, PersonalFact, Session, StandingCallback } from '../conversation/session.js';
import type { ConversationChange, Turn } from '../conversation/turn.js';
import type { EntryChange } from '../entry/entry-change.js';
import { comeBy } from '../entry/entry-ops.js';
import { hashed } from '../keys.js';
import { replyRow } from '../delivery/reply-row.js';
import { mediaOp } from '../media/media-ops.js';
import { conversationId, conversations, inboundMessages, type ConversationRow } from '../messages/message-tables.js';
import { inboundText, inboundType } from '../messages/inbound-text.js';
import { opensWindow, windowUntil } from '../messages/window.js';
import { ratingFacts } from '../ratings/rating-facts.js';
import { ratingOps } from '../ratings/rating-ops.js';
import { insert, set, type Op } from '../storage/engine.js';
import { decidePreference } from './decide-preference.js';
import type { BatchFacts, Waiting } from './turn-facts.js';
import { handledOnly, handledOp, stillThere } from './turn-ops.js';
import type { Content, IdentityChangeUpdate, MessageUpdate } from './update.js';

/** One turn: the waiting rows of one person and what is known, to a list of writes. Decides and touches nothing. */

export type TurnDeps = {
  readonly advance: (session: Session | undefined, inputs: readonly Input[], facts: Facts, now: number) => Turn;
  /** What the engine may know of the world, but the case and the country, which belong to the person. */
  readonly worldFacts: (now: number) => Omit<Facts, PersonalFact>;
  /** Whether what comes after this input is another turn's. */
  readonly endsTurn?: (content: Content) => boolean;
  readonly countryOf: (contact: ContactRow) => string | undefined;
  /** HMAC of a free text in its comparable form. */
  readonly textHash: (body: string) => string;
  readonly newId: (now: number) => string;
  readonly pepper: Buffer;
  readonly ledger: Ledger;
};

export type Decision =
  /** All of it in one commit. `awaits`: the reply's outbox row, whose fate the next turn waits for. `born`: the contact that it makes. */
  | {
      readonly kind: 'commit';
      readonly ops: readonly Op[];
      readonly personKey: PersonKey;
      readonly awaits?: string;
      readonly born?: ContactRow;
    }
  /** These rows belong under another key: the person is known by it. */
  | { readonly kind: 'rekey'; readonly rows: readonly Waiting[]; readonly personKey: PersonKey }
  /** Everything about the person is being erased: what they write now is heard when that is done, as a stranger's. */
  | { readonly kind: 'rest'; readonly until: number }
  /** First make one person of two, then ask again. */
  | Merge;

/** Inputs of one turn at the most. */
export const TURN_INPUTS = 20;

/** An erasure takes less than a second. Where it is hindered, nobody waits for it longer than this. */
const ERASURE_PATIENCE_MS = 30_000;
const ERASURE_PAUSE_MS = 200;

type Found = Extract<Resolution, { kind: 'contact' }>;

/** @param rows what waits of the person, at least one, in the platform's order; the first ones of one kind and number are taken
 *  @param keyTaken somebody else's contact has the key already that a new one would get */
export function decideTurn(
  deps: TurnDeps,
  key: PersonKey,
  rows: readonly [Waiting, ...Waiting[]],
  facts: BatchFacts,
  now: number,
  keyTaken = false,
): Decision {
  const alias = facts.aliases.get(key);
  if (alias) return { kind: 'rekey', rows, personKey: alias };
  const [first] = rows;
  const birthAt = (at: number): Birth => ({
    now,
    // No clock of the platform's is ahead of what has happened.
    at: Math.min(at, now),
    newId: () => deps.newId(now) as ContactId,
    pepper: deps.pepper,
    language: null,
    keyTaken,
  });
  switch (first.update.kind) {
    case 'message':
      break;
    case 'identityChange':
      return decideChange(key, first, first.update, facts, birthAt(first.row.at));
    case 'preference':
      return decidePreference(deps.ledger, key, first, first.update, facts, birthAt(first.row.at));
  }
  const { taken, sender } = sameSender(rows, facts, birthAt, deps.endsTurn);
  const last = taken.at(-1) ?? first;
  const resolution = resolveSender(sender, facts.known, birthAt(last.row.at));
  if (!resolution) return handledOnly(key, first);
  if (resolution.kind === 'merge') return resolution;
  if (!resolution.isNew && resolution.contact.personKey !== key)
    return { kind: 'rekey', rows: taken, personKey: resolution.contact.personKey };
  const erasedAt = erasedAtOf(resolution, first, facts);
  if (erasedAt !== undefined && now - erasedAt < ERASURE_PATIENCE_MS)
    return { kind: 'rest', until: now + ERASURE_PAUSE_MS };
  return decideMessages(deps, resolution, taken, facts, now);
}

const erasedAtOf = ({ contact, isNew }: Found, { row }: Waiting, facts: BatchFacts): number | undefined =>
  isNew
    ? undefined
    : facts.conversations.get(conversationId(row.phoneNumberId ?? '', contact.personKey))?.session?.erasedAt;

/** The first messages that are of the same person and number as the very first: a batch that speaks of two people (a recycled number) is
 *  taken apart, in its order. All that they say of their sender is put together, the last word counts. */
function sameSender(
  rows: readonly [Waiting, ...Waiting[]],
  facts: BatchFacts,
  birthAt: (at: number) => Birth,
  endsTurn: TurnDeps['endsTurn'],
): { taken: readonly Waiting[]; sender: Sender } {
  const [first] = rows;
  const taken: Waiting[] = [];
  let sender: Sender = {};
  let owner: Found | undefined;
  for (const waiting of rows.slice(0, TURN_INPUTS)) {
    const { row, update } = waiting;
    if (update.kind !== 'message' || row.phoneNumberId !== first.row.phoneNumberId) break;
    const resolution = resolveSender(update.sender, facts.known, birthAt(row.at));
    const found = resolution?.kind === 'contact' ? resolution : undefined;
    if (taken.length > 0 && !(owner && found && isSamePerson(owner, found, sender))) break;
    owner = found;
    taken.push(waiting);
    sender = { ...sender, ...update.sender };
    if (endsTurn?.(update.content)) break;
  }
  return { taken, sender };
}

/** Two people we have not met are one if an identity of theirs is. */
function isSamePerson(owner: Found, other: Found, sender: Sender): boolean {
  if (!owner.isNew || !other.isNew) return owner.contact.id === other.contact.id;
  const ofOwner = new Set(identitiesOf(sender).map(identityKey));
  return other.contact.identities.some((identity) => ofOwner.has(identityKey(identity)));
}

function decideChange(
  key: PersonKey,
  waiting: Waiting,
  { before, after }: IdentityChangeUpdate,
  facts: BatchFacts,
  birth: Birth,
): Decision {
  const resolution = resolveChange(before, after, facts.known, birth);
  if (!resolution) return handledOnly(key, waiting);
  if (resolution.kind === 'merge') return resolution;
  const { contact, ops } = resolution;
  return { kind: 'commit', ops: [...ops, handledOp(waiting)], personKey: contact.personKey };
}

function decideMessages(
  deps: TurnDeps,
  { contact, isNew, ops: contactOps }: Found,
  rows: readonly Waiting[],
  facts: BatchFacts,
  now: number,
): Decision {
  const messages = rows.map(({ update }) => update as MessageUpdate);
  const phoneNumberId = messages[0]?.phoneNumberId ?? ('' as never);
  const before = isNew ? undefined : facts.conversations.get(conversationId(phoneNumberId, contact.personKey));
  const openCases = isNew ? [] : (facts.openCases.get(contact.id) ?? []);
  const openCase = openCases.at(-1);
  const standing = isNew ? [] : (facts.standingCallbacks.get(contact.id) ?? []);
  const [callback] = standing;
  const guard = isNew ? undefined : facts.guards.get(contact.id);
  // No message was written after now, whatever the platform's clock says: a window would never close.
  const opening = rows
    .filter(({ update }) => opensWindow((update as MessageUpdate).content))
    .map(({ row }) => Math.min(row.at, now));
  const lastInboundAt = Math.max(before?.lastInboundAt ?? 0, ...opening);
  const world = deps.worldFacts(now);
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
      ...world,
      windowUntil: windowUntil(lastInboundAt),
      consent: viewOf(guard),
      ratings: ratingFacts(facts.ratings, now),
      nextId: () => deps.newId(now),
      // Read from the number: asked only where a guess is needed.
      get country() {
        return deps.countryOf(contact);
      },
      ...knownOf(contact),
      ...(callback ? { callback: standingOf(callback) } : {}),
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
  const changes = turn.changes.flatMap((change) => alsoOthers(change, openCases, standing));
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
  const caseId = caseAfter(openCase, changes);
  const came = comeBy(contact, changes.filter(isEntry), facts.entrySites, () => deps.newId(now));
  const wroteAt = Math.max(...rows.map(({ row }) => row.at));
  const spoken = withWhatTheySaid(contact, turn.session, { sites: came.sites, wroteAt });
  const ops: Op[] = [
    ...contactOps,
    ...(spoken.ops.length > 0 || before || contactOps.length > 0 ? spoken.ops : [stillThere(contact)]),
    ...came.ops,
    ...conversationOps(before, { contact, phoneNumberId, session: turn.session, lastInboundAt }),
    ...rows.flatMap(({ row, update }): Op[] => [
      handledOp({ row, update }),
      ...messageOps(deps, row.at, update as MessageUpdate, contact.id, caseId, now),
    ]),
    ...changes.flatMap((change) => {
      switch (change.kind) {
        case 'question.unanswered':
          return unansweredOps(change, world.timeZone, deps.newId);
        case 'rating.tap':
          return ratingOps(change, contact.id, now);
        case 'case.open':
        case 'case.close':
          return caseOps(
            change,
            contact.id,
            phoneNumberId,
            openCases.find(({ id }) => id === change.caseId),
          );
        case 'data.erase': {
          const { language } = turn.session;
          const sayUntil = windowUntil(lastInboundAt);
          return [erasureOp(change, { contactId: contact.id, phoneNumberId, language, sayUntil })];
        }
        default:
          return [];
      }
    }),
    ...callbackOps(changes.filter(isAboutCallback), contact.id, phoneNumberId, standing),
    ...consentOps(
      changes.filter(
        (change) =>
          change.kind !== 'question.unanswered' &&
          change.kind !== 'data.erase' &&
          change.kind !== 'rating.tap' &&
          change.kind !== 'entry.came',
      ),
      {
        ledger: deps.ledger,
        contactId: contact.id,
        guard,
        messageOf: (inputId) => wamidHash(deps.pepper, rows, inputId),
        now,
      },
    ),
    ...replies.map((reply) => reply.op),
  ];
  return {
    kind: 'commit',
    ops,
    personKey: contact.personKey,
    ...(last ? { awaits: last.id } : {}),
    ...(isNew ? { born: spoken.contact } : {}),
  };
}

const isEntry = (change: ConversationChange): change is EntryChange => change.kind === 'entry.came';

const isAboutCallback = (change: ConversationChange): change is CallbackChange => 'callbackId' in change;

/** What the engine may know of the person as such. */
function knownOf({ identities, timeZone }: ContactRow): Pick<Facts, 'phone' | 'ownTimeZone'> {
  const phone = identities.find(({ kind }) => kind === 'phone')?.value;
  return { ...(phone === undefined ? {} : { phone }), ...(timeZone === null ? {} : { ownTimeZone: timeZone }) };
}

const standingOf = ({ id, phone, startsAt, endsAt, timeZone }: CallbackRow): StandingCallback => ({
  id,
  phone,
  startsAt,
  endsAt,
  timeZone,
});

function wamidHash(pepper: Buffer, rows: readonly Waiting[], inputId: string): string | undefined {
  const update = rows.find(({ row }) => row.id === inputId)?.update;
  return update?.kind === 'message' ? hashed(pepper, `wamid:${update.wamid}`) : undefined;
}

/** What their words say of the person. The language that they speak or chose is the contact's: what we write first is in it; a guess by their
 *  country is not. Whoever writes after they were blocked by us is blocked no more. */
function withWhatTheySaid(
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

/** The message in the thread; a file that came with it to a case is fetched. */
function messageOps(
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

/** Whoever takes the conversation back takes all of it, and whoever cancels is not called at all: of two people who became one there may be
 *  two cases, and two call-backs. */
function alsoOthers(
  change: ConversationChange,
  openCases: readonly CaseRow[],
  standing: readonly CallbackRow[],
): readonly ConversationChange[] {
  const isAmong = (rows: readonly { readonly id: string }[], id: string) => rows.some((row) => row.id === id);
  if (change.kind === 'case.close' && isAmong(openCases, change.caseId))
    return openCases.map(({ id }) => ({ ...change, caseId: id }));
  if (change.kind === 'callback.cancel' && isAmong(standing, change.callbackId))
    return standing.map(({ id }) => ({ ...change, callbackId: id }));
  return [change];
}

/** The case that a turn leaves the person with. */
function caseAfter(openCase: CaseRow | undefined, changes: readonly ConversationChange[]): string | undefined {
  let id = openCase?.id;
  for (const change of changes) {
    if (change.kind === 'case.open') id = change.caseId;
    else if (change.kind === 'case.close' && change.caseId === id) id = undefined;
  }
  return id;
}

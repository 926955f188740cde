import { unansweredOps } from '../answers/unanswered-ops.js';
import type { CallbackChange } from '../callbacks/callback-change.js';
import { callbackOps } from '../callbacks/callback-ops.js';
import type { CallbackRow } from '../callbacks/callback-table.js';
import { caseOps } from '../cases/case-ops.js';
import type { CaseRow } from '../cases/case-table.js';
import { consentOps, viewOf } from '../consent/consent-ops.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { erasureOp } from '../contacts/erasure-ops.js';
import type { Facts, Input, StandingCallback } from '../conversation/session.js';
import type { ConversationChange } from '../conversation/turn.js';
import { replyRow } from '../delivery/reply-row.js';
import type { EntryChange } from '../entry/entry-change.js';
import { comeBy } from '../entry/entry-ops.js';
import { hashed } from '../keys.js';
import { conversationId } from '../messages/message-tables.js';
import { opensWindow, windowUntil } from '../messages/window.js';
import { ratingFacts } from '../ratings/rating-facts.js';
import { ratingOps } from '../ratings/rating-ops.js';
import type { Op } from '../storage/engine.js';
import type { Decision, TurnDeps } from './decide-turn.js';
import { conversationOps, messageOps, withWhatTheySaid } from './heard-ops.js';
import type { Found } from './same-sender.js';
import type { BatchFacts, Waiting } from './turn-facts.js';
import { handledOp, stillThere } from './turn-ops.js';
import type { MessageUpdate } from './update.js';

/** A turn over messages: what the conversation makes of them, and all that is written for it. */

export function decideMessages(
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

import type { Session } from '../conversation/session.js';
import { conversations, type ConversationRow } from '../messages/message-tables.js';
import { insert, set, type Op } from '../storage/engine.js';
import { aliases, contacts, identities, type ContactRow, type IdentityRow } from './contact-tables.js';
import { identityKey, type Identity } from './identity.js';
import { formerOp } from './people.js';

/** Two contacts are one person: one commit that compares and sets both, with both persons' sessions (a turn of either that runs
 *  elsewhere conflicts and starts again), leaves an alias under the loser's key, and moves what waits (DESIGN §2 "Keys"). What lies
 *  behind stays where it is: the survivor's `mergedIds` make it theirs. */
export type MergeInput = {
  readonly survivor: ContactRow;
  readonly loser: ContactRow;
  /** The loser's, the standing ones first. Any that are left out still find the survivor, through the loser's `mergedInto`. */
  readonly loserIdentities: readonly IdentityRow[];
  /** Of both, on any number of ours. */
  readonly conversations: readonly ConversationRow[];
  /** When it was said that they are one, by Meta's clock. */
  readonly at: number;
};

export function mergeOps({ survivor, loser, loserIdentities, conversations: rows, at }: MergeInput): Op[] {
  const standing = standingOf(survivor, loser);
  const stands = (id: string) => standing.some((identity) => identityKey(identity) === id);
  const ops: Op[] = [
    set(
      contacts,
      survivor.id,
      {
        identities: standing,
        mergedIds: [...new Set([...survivor.mergedIds, loser.id, ...loser.mergedIds])],
        tags: [...new Set([...survivor.tags, ...loser.tags])],
        sites: [...new Set([...survivor.sites, ...loser.sites])],
        name: survivor.name ?? loser.name,
        language: survivor.language ?? loser.language,
        timeZone: survivor.timeZone ?? loser.timeZone,
        blockedAt: survivor.blockedAt ?? loser.blockedAt,
        version: survivor.version + 1,
      },
      { version: survivor.version },
    ),
    set(
      contacts,
      loser.id,
      { identities: [], mergedIds: [], mergedInto: survivor.id, version: loser.version + 1 },
      { version: loser.version },
    ),
    insert(aliases, { id: loser.personKey, personKey: survivor.personKey, contactId: survivor.id, since: at }, 'keep'),
  ];
  for (const identity of survivor.identities)
    if (!stands(identityKey(identity))) ops.push(formerOp(identity, survivor.id, at));
  for (const { id, contactId, former, since } of loserIdentities) {
    const isFormer = !stands(id);
    const moved = { contactId: survivor.id, personKey: survivor.personKey, former: isFormer };
    ops.push(set(identities, id, { ...moved, since: isFormer === former ? since : at }, { contactId, former }));
  }
  return [...ops, ...conversationOps(survivor, loser, rows)];
}

/** One of each kind. Of two the one of the contact that we met later: it is what the person has now. */
function standingOf(survivor: ContactRow, loser: ContactRow): Identity[] {
  const [later, earlier] = survivor.createdAt > loser.createdAt ? [survivor, loser] : [loser, survivor];
  const has = (kind: string) => later.identities.some((identity) => identity.kind === kind);
  return [...later.identities, ...earlier.identities.filter((identity) => !has(identity.kind))];
}

/** The survivor's conversation goes on; where there is none, the loser's does under the survivor's key. */
function conversationOps(survivor: ContactRow, loser: ContactRow, rows: readonly ConversationRow[]): Op[] {
  const ops: Op[] = [];
  for (const theirs of rows.filter((row) => row.personKey === loser.personKey)) {
    const ours = rows.find((row) => row.personKey === survivor.personKey && row.phoneNumberId === theirs.phoneNumberId);
    const left = { contactId: survivor.id, session: null, version: theirs.version + 1 };
    ops.push(set(conversations, theirs.id, left, { version: theirs.version }));
    if (ours) {
      const joined = {
        session: joinedSession(ours.session, theirs.session),
        lastInboundAt: Math.max(ours.lastInboundAt, theirs.lastInboundAt),
        version: ours.version + 1,
      };
      ops.push(set(conversations, ours.id, joined, { version: ours.version }));
    } else {
      const id = `${theirs.phoneNumberId}:${survivor.personKey}`;
      ops.push(
        insert(conversations, { ...theirs, id, personKey: survivor.personKey, contactId: survivor.id, version: 1 }),
      );
    }
  }
  return ops;
}

/** The survivor's goes on. What holds for a person however they are called is taken from both: when they were last asked for stars, and that
 *  everything is to go. */
function joinedSession(ours: Session | null, theirs: Session | null): Session | null {
  if (!ours || !theirs) return ours ?? theirs;
  const askedToRateAt = latest(ours.askedToRateAt, theirs.askedToRateAt);
  const erasedAt = latest(ours.erasedAt, theirs.erasedAt);
  return {
    ...ours,
    ...(askedToRateAt !== undefined && { askedToRateAt }),
    ...(erasedAt !== undefined && { erasedAt }),
  };
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

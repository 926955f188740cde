import { conversations, type ConversationRow } from '../messages/message-tables.js';
import { insert, put, set, type Op } from '../storage/engine.js';
import { aliases, contacts, identities, type ContactRow, type IdentityRow } from './contact-tables.js';

/** Two contacts are one person: one commit that compares and sets both, with both persons' sessions (a turn of either that runs
 *  elsewhere conflicts and starts again), leaves an alias under the loser's key, and moves what waits (DESIGN §2 "Keys"). What lies
 *  behind stays where it is: the survivor's `mergedIds` make it theirs. */
export type MergeInput = {
  readonly survivor: ContactRow;
  readonly loser: ContactRow;
  readonly loserIdentities: readonly IdentityRow[];
  /** Of both, on any number of ours. */
  readonly conversations: readonly ConversationRow[];
  readonly now: number;
};

export function mergeOps({ survivor, loser, loserIdentities, conversations: rows, now }: MergeInput): Op[] {
  const has = (kind: string) => survivor.identities.some((identity) => identity.kind === kind);
  const brought = loser.identities.filter((identity) => !has(identity.kind));
  const ops: Op[] = [
    set(
      contacts,
      survivor.id,
      {
        identities: [...survivor.identities, ...brought],
        mergedIds: [...new Set([...survivor.mergedIds, loser.id, ...loser.mergedIds])],
        tags: [...new Set([...survivor.tags, ...loser.tags])],
        sites: [...new Set([...survivor.sites, ...loser.sites])],
        name: survivor.name ?? loser.name,
        language: survivor.language ?? loser.language,
        timeZone: survivor.timeZone ?? loser.timeZone,
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
    insert(aliases, { id: loser.personKey, personKey: survivor.personKey, contactId: survivor.id, since: now }, 'keep'),
  ];
  for (const row of loserIdentities) {
    const standing = brought.some((identity) => `${identity.kind}:${identity.value}` === row.id);
    ops.push(put(identities, { ...row, contactId: survivor.id, personKey: survivor.personKey, former: !standing }));
  }
  for (const theirs of rows.filter((row) => row.personKey === loser.personKey)) {
    const ours = rows.find((row) => row.personKey === survivor.personKey && row.phoneNumberId === theirs.phoneNumberId);
    ops.push(
      set(
        conversations,
        theirs.id,
        { contactId: survivor.id, session: null, version: theirs.version + 1 },
        { version: theirs.version },
      ),
    );
    if (ours) {
      const lastInboundAt = Math.max(ours.lastInboundAt, theirs.lastInboundAt);
      ops.push(set(conversations, ours.id, { lastInboundAt, version: ours.version + 1 }, { version: ours.version }));
    } else {
      ops.push(
        insert(conversations, {
          ...theirs,
          id: `${theirs.phoneNumberId}:${survivor.personKey}`,
          personKey: survivor.personKey,
          contactId: survivor.id,
          version: 1,
        }),
      );
    }
  }
  return ops;
}

import { randomUUID } from 'node:crypto';
import { identities, type IdentityRow } from '../contacts/contact-tables.js';
import { identitiesOf, identityKey, type PersonKey, type Sender } from '../contacts/identity.js';
import { partitionOf, personKeyOf } from '../contacts/person-key.js';
import { readCallbackData } from '../delivery/callback-data.js';
import { hashed } from '../keys.js';
import { statusEvents, type StatusRow } from '../messages/message-tables.js';
import type { Engine } from '../storage/engine.js';
import { inbox, type InboxRow, type InboxState } from './inbox-tables.js';
import type { StatusUpdate, Update } from './update.js';

/** What one POST of the platform came to, ready to be made durable. */
export type Post = { readonly updates: readonly Update[]; readonly receivedAt: number };

export type AppendDeps = {
  readonly engine: Engine;
  readonly pepper: Buffer;
  /** The numbers that are ours: what comes for others is kept, counted and never answered. */
  readonly isOurs: (phoneNumberId: string) => boolean;
  /** Told after the rows are durable: wakes turns and folder, counts inbound messages against the number's rate. */
  readonly onAppended: (appended: { readonly personRows: number; readonly statusRows: number }) => void;
};

/** The door's one write (DESIGN §2 "Append"): idempotent, append-only, durable once it resolves. */
export function createAppend(deps: AppendDeps): (post: Post) => Promise<void> {
  let counter = 0;
  const nextArrival = (receivedAt: number): number => receivedAt * 1_000 + (counter = (counter + 1) % 1_000);

  return async ({ updates, receivedAt }) => {
    const statuses: StatusRow[] = [];
    const others: Exclude<Update, StatusUpdate>[] = [];
    for (const update of updates) {
      if (update.kind === 'status') statuses.push(statusRow(deps.pepper, update, nextArrival(receivedAt), receivedAt));
      else others.push(update);
    }
    const rows = others.length > 0 ? await inboxRows(deps, others, receivedAt, nextArrival) : [];
    await Promise.all([
      statuses.length > 0 ? deps.engine.append(statusEvents, statuses) : 0,
      rows.length > 0 ? deps.engine.append(inbox, rows) : 0,
    ]);
    deps.onAppended({ personRows: rows.filter((row) => row.state === 'waiting').length, statusRows: statuses.length });
  };
}

function statusRow(pepper: Buffer, update: StatusUpdate, arrival: number, receivedAt: number): StatusRow {
  return {
    id: hashed(pepper, update.dedupeKey),
    phoneNumberId: update.phoneNumberId,
    outboxId: readCallbackData(update.callbackData)?.outboxId ?? null,
    wamidHash: hashed(pepper, `wamid:${update.wamid}`),
    status: update.status,
    at: update.at ?? receivedAt,
    errorCode: update.errors[0]?.code ?? null,
    category: update.pricing?.category ?? null,
    arrival,
    state: 'new',
  };
}

async function inboxRows(
  deps: AppendDeps,
  updates: readonly Exclude<Update, StatusUpdate>[],
  receivedAt: number,
  nextArrival: (receivedAt: number) => number,
): Promise<InboxRow[]> {
  const postId = randomUUID();
  const known = await knownIdentities(deps.engine, updates);
  const prepared = updates.map((update) => ({
    update,
    personKey: orderingKey(deps.pepper, update, known),
    ...destinyOf(update, deps.isOurs),
  }));
  const postRows = new Map<PersonKey, number>();
  for (const { personKey, state } of prepared)
    if (personKey && state === 'waiting') postRows.set(personKey, (postRows.get(personKey) ?? 0) + 1);
  return prepared.map(({ update, personKey, state, reason }) => ({
    id: hashed(deps.pepper, update.dedupeKey),
    phoneNumberId: update.phoneNumberId ?? null,
    kind: update.kind,
    state: personKey ? state : 'kept',
    personKey: personKey ?? null,
    partition: personKey ? partitionOf(personKey) : 0,
    postId,
    postRows: (personKey && postRows.get(personKey)) ?? 1,
    at: update.at ?? receivedAt,
    arrival: nextArrival(receivedAt),
    tries: 0,
    notBefore: 0,
    reason,
    raw: update.raw,
  }));
}

/** Whether anything will act on the update. */
function destinyOf(
  update: Exclude<Update, StatusUpdate>,
  isOurs: (phoneNumberId: string) => boolean,
): { state: InboxState; reason: string | null } {
  if (update.phoneNumberId !== undefined && !isOurs(update.phoneNumberId))
    return { state: 'kept', reason: 'foreignNumber' };
  switch (update.kind) {
    case 'message':
      return update.groupId === undefined ? { state: 'waiting', reason: null } : { state: 'kept', reason: 'group' };
    case 'identityChange':
      return { state: 'waiting', reason: null };
    // Kept whole until somebody acts on them: Meta's own stop and resume belong to the consent ledger, the account's fields to `platform`.
    case 'preference':
    case 'account':
    case 'bystander':
    case 'error':
    case 'unknown':
      return { state: 'kept', reason: update.kind };
  }
}

/** Whose update it is; for a change of identity, who the person was before. */
export const senderOf = (update: Exclude<Update, StatusUpdate>): Sender | undefined => {
  switch (update.kind) {
    case 'message':
    case 'preference':
      return update.sender;
    case 'identityChange':
      return update.before;
    default:
      return undefined;
  }
};

async function knownIdentities(
  engine: Engine,
  updates: readonly Exclude<Update, StatusUpdate>[],
): Promise<Map<string, IdentityRow>> {
  const keys = new Set<string>();
  for (const update of updates)
    for (const identity of identitiesOf(senderOf(update) ?? {})) keys.add(identityKey(identity));
  const rows = await engine.getMany(identities, [...keys]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The person's key as far as it is known now; the turn asks again (contacts/people.ts). */
function orderingKey(
  pepper: Buffer,
  update: Exclude<Update, StatusUpdate>,
  known: ReadonlyMap<string, IdentityRow>,
): PersonKey | undefined {
  const sender = senderOf(update);
  if (!sender) return undefined;
  for (const identity of identitiesOf(sender)) {
    const row = known.get(identityKey(identity));
    if (row) return row.personKey;
  }
  return personKeyOf(pepper, sender);
}

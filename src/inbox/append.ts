import { randomUUID } from 'node:crypto';
import { identities, type IdentityRow } from '../contacts/contact-tables.js';
import { identitiesOf, identityKey, type PersonKey, type Sender } from '../contacts/identity.js';
import { partitionOf, personKeyOf } from '../contacts/person-key.js';
import { readCallbackData } from '../delivery/callback-data.js';
import { hashed } from '../keys.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { statusEvents, type StatusRow } from '../messages/message-tables.js';
import { patchAtOnce } from '../messages/patch-at-once.js';
import { SLICE, slices, type Engine, type PatchOrRow } from '../storage/engine.js';
import { ArrivalOrder } from './arrival-order.js';
import type { AnyRow, Table } from '../storage/table.js';
import type { FreshUpdates } from './fresh-updates.js';
import { inbox, type InboxRow, type InboxState } from './inbox-tables.js';
import type { StatusUpdate, Update } from './update.js';

/** What one POST of the platform came to, ready to be made durable. */
export type Post = { readonly updates: readonly Update[]; readonly receivedAt: number };

export type AppendDeps = {
  readonly engine: Engine;
  readonly pepper: Buffer;
  /** The numbers that are ours: what comes for others is kept, counted and never answered. */
  readonly isOurs: (phoneNumberId: string) => boolean;
  /** Told of what waits for a turn. */
  readonly fresh?: FreshUpdates;
  /** Told after the rows are durable: wakes turns and folder, counts inbound messages against the number's rate. Rows that were known
   *  before count for nothing. */
  readonly onAppended: (appended: Appended) => void;
};

export type Appended = {
  readonly personRows: number;
  /** Statuses that wait for the folder. */
  readonly statusRows: number;
  /** Statuses that stand at their messages already. */
  readonly statusesAtOnce: number;
};

/** The door's one write (DESIGN §2 "Append"): idempotent, append-only, durable once it resolves. A POST of more rows than a slice goes in
 *  several appends: cut off in between, it fails as a whole and is delivered again. */
export function createAppend(deps: AppendDeps): (post: Post) => Promise<void> {
  const order = new ArrivalOrder();
  return async ({ updates, receivedAt }) => {
    const statuses: StatusUpdate[] = [];
    const others: Exclude<Update, StatusUpdate>[] = [];
    for (const update of updates)
      if (update.kind === 'status') statuses.push(update);
      else others.push(update);
    if (others.length === 0) {
      deps.onAppended({ personRows: 0, ...(await appendStatuses(deps, statuses, receivedAt, order)) });
      return;
    }
    const rows = await inboxRows(deps, others, receivedAt, order);
    const waiting = rows.filter((row) => row.state === 'waiting');
    const kept = rows.filter((row) => row.state !== 'waiting');
    const [statusCounts, personRows] = await Promise.all([
      appendStatuses(deps, statuses, receivedAt, order),
      appendAll(deps.engine, inbox, waiting),
      appendAll(deps.engine, inbox, kept),
    ]);
    deps.onAppended({ personRows, ...statusCounts });
  };
}

/** Where one process writes, a status goes straight into its message if it can; else it waits for the folder (ADR 7). */
async function appendStatuses(
  { engine, pepper }: AppendDeps,
  updates: readonly StatusUpdate[],
  receivedAt: number,
  order: ArrivalOrder,
): Promise<Omit<Appended, 'personRows'>> {
  const items = updates.map((update) => statusItem(pepper, update, receivedAt, order));
  if (!engine.patchOrAppend) {
    const rows = items.map(({ row }) => row());
    return { statusRows: await appendAll(engine, statusEvents, rows), statusesAtOnce: 0 };
  }
  const counts = { statusRows: 0, statusesAtOnce: 0 };
  for (const slice of slices(items)) {
    const { patched, added } = await engine.patchOrAppend(outbox, statusEvents, slice);
    counts.statusesAtOnce += patched;
    counts.statusRows += added;
  }
  return counts;
}

/** @returns how many were new */
async function appendAll<Row extends AnyRow>(engine: Engine, table: Table<Row>, rows: readonly Row[]): Promise<number> {
  if (rows.length === 0) return 0;
  if (rows.length <= SLICE) return engine.append(table, rows);
  const added = await Promise.all([...slices(rows)].map((slice) => engine.append(table, slice)));
  return added.reduce((sum, count) => sum + count, 0);
}

function statusItem(
  pepper: Buffer,
  update: StatusUpdate,
  receivedAt: number,
  order: ArrivalOrder,
): PatchOrRow<OutboxRow, StatusRow> {
  const outboxId = readCallbackData(update.callbackData)?.outboxId ?? null;
  const event = {
    phoneNumberId: update.phoneNumberId,
    outboxId,
    status: update.status,
    at: update.at ?? receivedAt,
    errorCode: update.errors[0]?.code ?? null,
    category: update.pricing?.category ?? null,
  };
  const arrival = order.next(receivedAt);
  return {
    patch: patchAtOnce(event),
    row: () => ({
      ...event,
      id: hashed(pepper, update.dedupeKey),
      // Whoever knows the message by our own id needs no other name of it.
      wamidHash: outboxId === null ? hashed(pepper, `wamid:${update.wamid}`) : '',
      arrival,
      state: 'new',
    }),
  };
}

async function inboxRows(
  deps: AppendDeps,
  updates: readonly Exclude<Update, StatusUpdate>[],
  receivedAt: number,
  order: ArrivalOrder,
): Promise<InboxRow[]> {
  const postId = randomUUID();
  const known = await knownIdentities(deps.engine, updates);
  const prepared = updates.map((update) => ({
    update,
    ...destinyOf(update, orderingKey(deps.pepper, update, known), deps.isOurs),
  }));
  const postRows = new Map<PersonKey, number>();
  for (const { personKey, state } of prepared)
    if (personKey && state === 'waiting') postRows.set(personKey, (postRows.get(personKey) ?? 0) + 1);
  return prepared.map(({ update, personKey, state, reason }) => {
    const id = hashed(deps.pepper, update.dedupeKey);
    if (state === 'waiting') deps.fresh?.remember(id, update);
    return {
      id,
      phoneNumberId: update.phoneNumberId ?? null,
      kind: update.kind,
      state,
      personKey: personKey ?? null,
      partition: personKey ? partitionOf(personKey) : 0,
      postId,
      postRows: (personKey && postRows.get(personKey)) ?? 1,
      at: update.at ?? receivedAt,
      arrival: order.next(receivedAt),
      tries: 0,
      notBefore: 0,
      reason,
      raw: update.raw,
    };
  });
}

type Destiny = {
  readonly state: Extract<InboxState, 'waiting' | 'kept'>;
  readonly reason: string | null;
  readonly personKey: PersonKey | undefined;
};

/** Whether anything will act on the update; if nothing, why. */
function destinyOf(
  update: Exclude<Update, StatusUpdate>,
  personKey: PersonKey | undefined,
  isOurs: (phoneNumberId: string) => boolean,
): Destiny {
  const kept = (reason: string): Destiny => ({ state: 'kept', reason, personKey });
  if (update.phoneNumberId !== undefined && !isOurs(update.phoneNumberId)) return kept('foreignNumber');
  switch (update.kind) {
    case 'message':
    case 'identityChange':
    case 'preference':
      if (update.kind === 'message' && update.groupId !== undefined) return kept('group');
      return personKey ? { state: 'waiting', reason: null, personKey } : kept('noSender');
    // Kept whole: those of the account and of others who answer are looked at by `platform/account-events.ts`.
    case 'account':
    case 'bystander':
    case 'error':
    case 'unknown':
      return kept(update.kind);
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
  // A POST may hold a thousand updates of as many people, with several identities each: more than one read may ask for.
  const found = await Promise.all([...slices([...keys])].map((slice) => engine.getMany(identities, slice)));
  return new Map(found.flat().map((row) => [row.id, row]));
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
    // A number that somebody had before says nothing of who has it now.
    if (row && !(row.former && identity.kind === 'phone')) return row.personKey;
  }
  return personKeyOf(pepper, sender);
}

import type { Clock } from '../clock.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { slices, type Engine, type Patch } from '../storage/engine.js';
import { foldStatuses } from './fold.js';
import { statusEvents, type StatusRow } from './message-tables.js';

/** Merges status events into their messages in bulk, every 100 ms at the most (DESIGN §2 "Append"); on SQLite those that the door could not
 *  write into their messages at once (ADR 7). A status that knows no message yet
 *  (another program of ours may send from the same number, or our own record of the send is still on its way) is an orphan: asked
 *  again for ten minutes, then forgotten. What is folded is removed: a status acts on the set of times that its message holds, so nothing
 *  is lost, and what Meta delivers again changes nothing. */
export type FolderDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Whether this process folds now (a lease on MongoDB). */
  readonly mayFold: () => boolean;
  /** Statuses of messages of ours were seen, the newest of which arrived then, ms: maybe a while ago. */
  readonly onStatus: (phoneNumberId: string, arrivedAt: number) => void;
  /** Told of the events of messages of ours before they count as folded: cut off, it is told of them again. */
  readonly onFolding?: (events: readonly FoldingEvent[]) => Promise<void>;
  /** A message whose fate was unknown has left after all. */
  readonly onSettled: (outboxId: string) => void;
  readonly log: { warn(event: string, fields: Record<string, string | number>): void };
};

/** What is read of a message: a third of its row, and no JSON. */
const WANTED = [
  'id',
  'phoneNumberId',
  'state',
  'sentAt',
  'deliveredAt',
  'readAt',
  'playedAt',
  'failedAt',
  'failedCode',
  'category',
] as const satisfies readonly (keyof OutboxRow)[];
type Message = Pick<OutboxRow, (typeof WANTED)[number]>;

/** What Meta said of a message of ours. */
export type FoldingEvent = Pick<StatusRow, 'at' | 'errorCode' | 'category'> & { readonly outboxId: string };

const ROUND_ROWS = 1_000;
const PAUSE_MS = { sqlite: 80, mongodb: 60 } as const;
const IDLE_MS = { sqlite: 1_000, mongodb: 100 } as const;
const FAILED_MS = 1_000;
const ORPHAN_EVERY_MS = 2_000;
const ORPHAN_PATIENCE_MS = 600_000;

export class Folder {
  readonly #deps: FolderDeps;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires, by the monotonic clock. */
  #dueAt = 0;
  #running: Promise<void> | undefined;
  #nudged = false;
  #stopped = false;
  #failing = false;
  #orphansAt = -Infinity;
  /** Orphans up to this place were looked at; 0 begins with the oldest again. */
  #orphansFrom = 0;
  /** The newest event folded, which stays until the next one: it tells every process that Meta is there. */
  #newest: string | undefined;

  constructor(deps: FolderDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#schedule(0);
  }

  /** New events may be there. */
  nudge(): void {
    this.#nudged = true;
    if (!this.#running && !this.#failing) this.#schedule(PAUSE_MS[this.#deps.engine.kind]);
  }

  /** Begins no new round and resolves when the running one is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** The earlier of two moments wins. */
  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    const dueAt = this.#deps.clock.monotonic() + afterMs;
    if (this.#timer && this.#dueAt <= dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#round().then((afterRoundMs) => {
        this.#running = undefined;
        this.#schedule(afterRoundMs);
      });
    }, afterMs);
  }

  /** @returns how long to pause before the next */
  async #round(): Promise<number> {
    const { engine, clock, log } = this.#deps;
    this.#nudged = false;
    if (!this.#deps.mayFold()) return IDLE_MS[engine.kind];
    try {
      const found = await this.#foldNew();
      if (clock.now() - this.#orphansAt >= ORPHAN_EVERY_MS) {
        this.#orphansAt = clock.now();
        await this.#foldOrphans(clock.now());
      }
      this.#failing = false;
      if (found === ROUND_ROWS) return 1;
      return this.#nudged ? PAUSE_MS[engine.kind] : IDLE_MS[engine.kind];
    } catch (error) {
      if (!this.#failing) log.warn('folder.failed', { error: error instanceof Error ? error.name : 'unknown' });
      this.#failing = true;
      return FAILED_MS;
    }
  }

  /** @returns how many events were looked at */
  async #foldNew(): Promise<number> {
    const events = await this.#deps.engine.find(statusEvents, {
      where: { state: 'new' },
      orderBy: [['arrival', 'asc']],
      limit: ROUND_ROWS,
    });
    for (const slice of slices(events)) await this.#foldSlice(slice, 'new');
    return events.length;
  }

  /** So many at a time, from where the last look ended, round and round: those of another program may be many. */
  async #foldOrphans(now: number): Promise<void> {
    const oldest = (now - ORPHAN_PATIENCE_MS) * 1_000;
    const events = await this.#deps.engine.find(statusEvents, {
      where: { state: 'orphan', arrival: { gt: Math.max(oldest, this.#orphansFrom) } },
      orderBy: [['arrival', 'asc']],
      limit: ROUND_ROWS,
    });
    for (const slice of slices(events)) await this.#foldSlice(slice, 'orphan');
    this.#orphansFrom = events.length === ROUND_ROWS ? (events.at(-1)?.arrival ?? 0) : 0;
    await this.#forgetOrphans(oldest);
  }

  async #forgetOrphans(oldest: number): Promise<void> {
    const { engine } = this.#deps;
    const hopeless = await engine.find(statusEvents, {
      where: { state: 'orphan', arrival: { lte: oldest } },
      orderBy: [['arrival', 'asc']],
      limit: ROUND_ROWS,
    });
    for (const slice of slices(hopeless.map((event) => event.id))) await engine.removeMany(statusEvents, slice);
  }

  async #foldSlice(events: readonly StatusRow[], state: 'new' | 'orphan'): Promise<void> {
    const { engine } = this.#deps;
    const messageOf = await this.#messagesOf(events);
    const byMessage = new Map<Message, StatusRow[]>();
    const strangers: StatusRow[] = [];
    for (const event of events) {
      const row = messageOf(event);
      const theirs = row && byMessage.get(row);
      if (!row) strangers.push(event);
      else if (theirs) theirs.push(event);
      else byMessage.set(row, [event]);
    }
    const missed = await this.#patch(byMessage);
    const settled = await this.#settleThoseThatLeft(byMessage);
    await this.#deps.onFolding?.(
      [...byMessage].flatMap(([{ id: outboxId }, theirs]) =>
        theirs.map(({ at, errorCode, category }) => ({ outboxId, at, errorCode, category })),
      ),
    );
    // The events go last: a crash before this folds them again, which changes nothing.
    const folded = [...byMessage].filter(([row]) => !missed.has(row.id)).flatMap(([, theirs]) => theirs);
    await this.#remove(folded);
    if (state === 'new')
      await engine.patchMany(
        statusEvents,
        strangers.map((event): Patch<StatusRow> => ({ id: event.id, set: { state: 'orphan' } })),
      );
    for (const id of settled) this.#deps.onSettled(id);
    for (const [number, arrival] of newestByNumber([...byMessage.values()].flat()))
      this.#deps.onStatus(number, Math.floor(arrival / 1_000));
  }

  async #remove(folded: readonly StatusRow[]): Promise<void> {
    const { engine } = this.#deps;
    const last = folded.at(-1);
    if (!last) return;
    const before = this.#newest;
    const gone = folded.slice(0, -1).map((event) => event.id);
    if (before !== undefined && before !== last.id) gone.push(before);
    await Promise.all([
      engine.patchMany(statusEvents, [{ id: last.id, set: { state: 'folded' } }]),
      ...[...slices(gone)].map((slice) => engine.removeMany(statusEvents, slice)),
    ]);
    this.#newest = last.id;
  }

  /** Compares what it replaces: another process may fold too for a moment, when a lease ran out on it.
   *  @returns ids of messages that changed meanwhile: their events are folded again */
  async #patch(byMessage: ReadonlyMap<Message, readonly StatusRow[]>): Promise<ReadonlySet<string>> {
    const patches: Patch<OutboxRow>[] = [];
    for (const [row, theirs] of byMessage) {
      const set = foldStatuses(row, theirs);
      if (!set) continue;
      const replaced = Object.keys(set).map((field) => [field, row[field as keyof Message]]);
      patches.push({ id: row.id, set, when: Object.fromEntries(replaced) as Partial<OutboxRow> });
    }
    const missed = new Set(patches.map(({ id }) => id));
    for (const id of await this.#deps.engine.patchMany(outbox, patches)) missed.delete(id);
    return missed;
  }

  /** "It may have gone out" is answered: it has. */
  #settleThoseThatLeft(byMessage: ReadonlyMap<Message, readonly StatusRow[]>): Promise<string[]> {
    const { engine, clock } = this.#deps;
    const left = [...byMessage.keys()].filter((row) => row.state === 'unknown');
    return engine.patchMany(
      outbox,
      left.map((row) => ({
        id: row.id,
        set: { state: 'accepted', active: false, settledAt: clock.now(), reason: null },
        when: { state: 'unknown' },
      })),
    );
  }

  /** The message of a status: by our own callback data, else by the wamid; one of another number's is nobody's. */
  async #messagesOf(events: readonly StatusRow[]): Promise<(event: StatusRow) => Message | undefined> {
    const { engine } = this.#deps;
    const ids = [...new Set(events.flatMap((event) => event.outboxId ?? []))];
    const byId = new Map((await engine.getMany(outbox, ids, WANTED)).map((row) => [row.id, row]));
    const unnamed = events.filter(({ outboxId, wamidHash }) => wamidHash && !(outboxId && byId.has(outboxId)));
    const hashes = [...new Set(unnamed.map((event) => event.wamidHash))];
    const byWamid = new Map<string, Message>();
    if (hashes.length > 0)
      for (const row of await engine.find(outbox, { where: { wamidHash: { in: hashes } }, limit: hashes.length }))
        byWamid.set(row.wamidHash ?? '', byId.get(row.id) ?? row);
    return (event) => {
      const row = (event.outboxId ? byId.get(event.outboxId) : undefined) ?? byWamid.get(event.wamidHash);
      return row?.phoneNumberId === event.phoneNumberId ? row : undefined;
    };
  }
}

/** Arrivals, microseconds. */
function newestByNumber(events: readonly StatusRow[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { phoneNumberId, arrival } of events)
    newest.set(phoneNumberId, Math.max(arrival, newest.get(phoneNumberId) ?? 0));
  return newest;
}

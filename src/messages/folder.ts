import type { Clock } from '../clock.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { slices, type Engine, type Patch } from '../storage/engine.js';
import { foldStatuses } from './fold.js';
import { statusEvents, type StatusRow } from './message-tables.js';

/** Merges status events into their messages in bulk, every 100 ms at the most (DESIGN §2 "Append"). A status that knows no message yet
 *  (another program of ours may send from the same number, or our own record of the send is still on its way) is an orphan: asked
 *  again for ten minutes, then left alone. */
export type FolderDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Whether this process folds now (a lease on MongoDB). */
  readonly mayFold: () => boolean;
  /** A status of a message of ours was seen. */
  readonly onStatus: (phoneNumberId: string) => void;
  /** A message whose fate was unknown has left after all. */
  readonly onSettled: (outboxId: string) => void;
  readonly log: { warn(event: string, fields: Record<string, string | number>): void };
};

const ROUND_ROWS = 1_000;
const PAUSE_MS = { sqlite: 40, mongodb: 60 } as const;
const IDLE_MS = { sqlite: 1_000, mongodb: 100 } as const;
const ORPHAN_EVERY_MS = 2_000;
const ORPHAN_PATIENCE_MS = 600_000;

export class Folder {
  readonly #deps: FolderDeps;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #pendingNudge = false;
  #orphansAt = 0;

  constructor(deps: FolderDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#schedule(0);
  }

  nudge(): void {
    this.#pendingNudge = true;
    if (!this.#running) this.#schedule(PAUSE_MS[this.#deps.engine.kind]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    if (this.#timer && afterMs > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#round().finally(() => (this.#running = undefined));
    }, afterMs);
  }

  async #round(): Promise<void> {
    this.#pendingNudge = false;
    let found = 0;
    try {
      if (this.#deps.mayFold()) {
        found = await this.#fold('new', 0);
        if (this.#deps.clock.now() - this.#orphansAt >= ORPHAN_EVERY_MS) {
          this.#orphansAt = this.#deps.clock.now();
          await this.#fold('orphan', (this.#orphansAt - ORPHAN_PATIENCE_MS) * 1_000);
        }
      }
    } catch (error) {
      this.#deps.log.warn('folder.failed', { error: error instanceof Error ? error.name : 'unknown' });
    }
    this.#timer = undefined;
    const kind = this.#deps.engine.kind;
    queueMicrotask(() =>
      this.#schedule(found === ROUND_ROWS ? 1 : this.#pendingNudge ? PAUSE_MS[kind] : IDLE_MS[kind]),
    );
  }

  /** @returns how many events were looked at */
  async #fold(state: 'new' | 'orphan', since: number): Promise<number> {
    const { engine } = this.#deps;
    const events = await engine.find(statusEvents, {
      where: { state, ...(since > 0 ? { arrival: { gte: since } } : {}) },
      ...(state === 'new' ? { orderBy: [['arrival', 'asc']] as const } : {}),
      limit: ROUND_ROWS,
    });
    for (const slice of slices(events)) await this.#foldSlice(slice, state);
    return events.length;
  }

  async #foldSlice(events: readonly StatusRow[], state: 'new' | 'orphan'): Promise<void> {
    const { engine } = this.#deps;
    const rows = await this.#messagesOf(events);
    const byMessage = new Map<OutboxRow, StatusRow[]>();
    const marks: Patch<StatusRow>[] = [];
    for (const event of events) {
      const row = (event.outboxId ? rows.byId.get(event.outboxId) : undefined) ?? rows.byWamid.get(event.wamidHash);
      if (row && row.phoneNumberId === event.phoneNumberId) {
        const theirs = byMessage.get(row);
        if (theirs) theirs.push(event);
        else byMessage.set(row, [event]);
        marks.push({ id: event.id, set: { state: 'folded' } });
      } else if (state === 'new') {
        marks.push({ id: event.id, set: { state: 'orphan' } });
      }
    }
    const patches: Patch<OutboxRow>[] = [];
    const found: OutboxRow[] = [];
    for (const [row, theirs] of byMessage) {
      const patch = foldStatuses(row, theirs);
      if (patch) patches.push({ id: row.id, set: patch });
      if (row.state === 'unknown') found.push(row);
    }
    await engine.patchMany(outbox, patches);
    // "It may have gone out" is answered: it has.
    const settled = await engine.patchMany(
      outbox,
      found.map((row) => ({
        id: row.id,
        set: { state: 'accepted', active: false, settledAt: this.#deps.clock.now(), reason: null },
        when: { state: 'unknown' },
      })),
    );
    // The events are marked last: a crash before this folds them again, which changes nothing.
    await engine.patchMany(statusEvents, marks);
    for (const id of settled) this.#deps.onSettled(id);
    for (const number of new Set([...byMessage.keys()].map((row) => row.phoneNumberId))) this.#deps.onStatus(number);
  }

  async #messagesOf(
    events: readonly StatusRow[],
  ): Promise<{ byId: Map<string, OutboxRow>; byWamid: Map<string, OutboxRow> }> {
    const { engine } = this.#deps;
    const ids = [...new Set(events.flatMap((event) => event.outboxId ?? []))];
    const byId = new Map((await engine.getMany(outbox, ids)).map((row) => [row.id, row]));
    const hashes = [
      ...new Set(
        events.filter((event) => !event.outboxId || !byId.has(event.outboxId)).map((event) => event.wamidHash),
      ),
    ];
    const others =
      hashes.length === 0
        ? []
        : await engine.find(outbox, { where: { wamidHash: { in: hashes } }, limit: hashes.length });
    return { byId, byWamid: new Map(others.map((row) => [row.wamidHash ?? '', row])) };
  }
}

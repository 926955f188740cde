import type { Clock } from '../clock.js';
import type { PersonKey } from '../contacts/identity.js';
import { slices, type Engine, type Patch } from '../storage/engine.js';
import { isNotice } from './choose.js';
import { outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';

/** The rows in hand: claimed, not attempted yet. On MongoDB a claim is a write, which tells it from one by a process that still believes to
 *  hold the number. On SQLite this process is alone: what it has in hand stays queued in the store until it is attempted
 *  (docs/adr-0006-claims.md). */

/** Of people a message to whom is in the air, mostly: whoever is free leaves at once. */
const MAX_IN_HAND = 1_000;
const MAX_BUSY = 500;

export type ClaimWish = {
  readonly limit: number;
  readonly repliesOnly: boolean;
  readonly fence: number;
  /** Whose rows would only wait in hand. */
  readonly busy: ReadonlySet<PersonKey>;
  /** Announcements that are paused. */
  readonly waiting: readonly string[];
};

/** A row in hand as the store has it, unless somebody has changed it meanwhile. */
export const inHand = ({ state, fence }: OutboxRow): Pick<OutboxRow, 'state'> & Partial<Pick<OutboxRow, 'fence'>> =>
  state === 'claimed' ? { state, fence } : { state };

export class Claims {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #phoneNumberId: string;
  readonly #writes: boolean;
  readonly #rows = new Map<string, OutboxRow>();
  /** A write failed, and may have been made all the same: rows may be claimed that nobody has in hand. */
  readonly #onDoubt: () => void;

  constructor(engine: Engine, clock: Clock, phoneNumberId: string, onDoubt: () => void) {
    this.#engine = engine;
    this.#clock = clock;
    this.#phoneNumberId = phoneNumberId;
    this.#writes = engine.kind === 'mongodb';
    this.#onDoubt = onDoubt;
  }

  get rows(): readonly OutboxRow[] {
    return [...this.#rows.values()];
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** Takes what is due, replies before notices, the oldest first. @returns whether there may be more */
  async claim(wish: ClaimWish): Promise<boolean> {
    if (wish.limit <= 0 || this.#rows.size >= MAX_IN_HAND) return false;
    const due = await this.#due(wish);
    const older = await this.#olderOf(due.filter((row) => row.priority === PRIORITIES.reserved));
    const found = [...new Map([...due, ...older].map((row) => [row.id, row])).values()];
    if (this.#writes) await this.#mark(found, wish.fence);
    else for (const row of found) this.#rows.set(row.id, { ...row, fence: wish.fence });
    return due.length === wish.limit;
  }

  async #mark(found: readonly OutboxRow[], fence: number): Promise<void> {
    for (const slice of slices(found)) {
      const claimed = new Set(
        await this.#write(
          slice.map((row): Patch<OutboxRow> => ({
            id: row.id,
            set: { state: 'claimed', fence },
            when: { state: 'queued' },
          })),
        ),
      );
      for (const row of slice) if (claimed.has(row.id)) this.#rows.set(row.id, { ...row, state: 'claimed', fence });
    }
  }

  #due({ limit, repliesOnly, busy, waiting }: ClaimWish): Promise<OutboxRow[]> {
    return this.#engine.find(outbox, {
      where: {
        phoneNumberId: this.#phoneNumberId,
        active: true,
        state: 'queued',
        dueAt: { lte: this.#clock.now() },
        ...(repliesOnly ? { priority: { lt: PRIORITIES.notice } } : {}),
        ...(waiting.length > 0 ? { announcementId: { notIn: waiting } } : {}),
        ...(busy.size > 0 ? { personKey: { notIn: [...busy].slice(0, MAX_BUSY) } } : {}),
        ...(!this.#writes && this.#rows.size > 0 ? { id: { notIn: [...this.#rows.keys()] } } : {}),
      },
      orderBy: [
        ['priority', 'asc'],
        ['id', 'asc'],
      ],
      limit,
    });
  }

  /** A reserved reply comes first among all, but not before the same person's older ones. */
  async #olderOf(reserved: readonly OutboxRow[]): Promise<OutboxRow[]> {
    if (reserved.length === 0) return [];
    const rows = await this.#engine.find(outbox, {
      where: {
        phoneNumberId: this.#phoneNumberId,
        active: true,
        state: 'queued',
        priority: PRIORITIES.reply,
        dueAt: { lte: this.#clock.now() },
        contactId: { in: [...new Set(reserved.map((row) => row.contactId))] },
      },
      limit: MAX_IN_HAND,
    });
    return rows.filter((row) => reserved.some((other) => other.contactId === row.contactId && row.id < other.id));
  }

  /** They are not in hand any more: attempted, or found to be somebody else's. */
  drop(rows: readonly OutboxRow[]): void {
    for (const row of rows) this.#rows.delete(row.id);
  }

  /** Back to the queue: all that is in hand, or a person's. Best effort: what stays claimed is put right later. */
  async putBack(
    rows: readonly OutboxRow[] = this.rows,
    dueAt?: (row: OutboxRow) => number,
    reason?: (row: OutboxRow) => string | undefined,
  ): Promise<void> {
    if (rows.length === 0) return;
    this.drop(rows);
    const patches = rows.flatMap((row): Patch<OutboxRow>[] => {
      const later = Math.max(row.dueAt, dueAt?.(row) ?? 0);
      const why = reason ? { reason: reason(row) ?? null } : {};
      if (!this.#writes && later === row.dueAt && !reason) return [];
      return [{ id: row.id, set: { state: 'queued', dueAt: later, ...why }, when: inHand(row) }];
    });
    try {
      for (const slice of slices(patches)) await this.#write(slice);
    } catch {
      // The store is out: `#write` has said so.
    }
  }

  /** The person's replies in hand. */
  repliesOf(person: PersonKey): OutboxRow[] {
    return this.rows.filter((row) => row.personKey === person && !isNotice(row));
  }

  async #write(patches: readonly Patch<OutboxRow>[]): Promise<string[]> {
    try {
      return await this.#engine.patchMany(outbox, patches);
    } catch (error) {
      this.#onDoubt();
      throw error;
    }
  }
}

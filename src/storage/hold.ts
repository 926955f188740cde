import { put, remove, slices, type Engine, type Op, type Patch } from './engine.js';
import { meta, type MetaRow } from './meta-table.js';
import type { AnyRow, Table } from './table.js';

/** A restored store starts held (DESIGN §4.17): what it thinks is still to be sent may have gone out long ago. The hold is a row inside
 *  the backup; it stays until `POST /health/account/resume`. */

const HOLD = 'hold';

export type Hold = {
  /** When the backup was made: what the store says of the time after is not true. */
  readonly backupAt: number;
};

export const readHold = async (engine: Engine): Promise<Hold | undefined> => {
  const row = await engine.get(meta, HOLD);
  return row && { backupAt: Number(row.value['backupAt']) };
};

export const holdRow = (backupAt: number): MetaRow => ({ id: HOLD, value: { backupAt } });

export const setHold = async (engine: Engine, backupAt: number): Promise<void> => {
  await engine.commit([put(meta, holdRow(backupAt))]);
};

/** Part of the commit that resumes the account; the number's pause `restored` is lifted by its owner. */
export const releaseHoldOps = async (engine: Engine): Promise<Op[]> =>
  (await engine.get(meta, HOLD)) ? [remove(meta, HOLD)] : [];

/** What the hold needs to know of a message under way. */
type Outgoing = AnyRow & {
  readonly state: string;
  readonly active: boolean;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
};

/** At a start, before anything is sent: every message that was under way when the backup was made is `unknown`, final; the number sends
 *  nothing. Does nothing without a hold, and nothing twice: what was written since the restore is left alone.
 *  @param pause writes the number's pause `restored` */
export async function applyHold<Row extends Outgoing>(
  engine: Engine,
  now: number,
  { outbox, pause }: { readonly outbox: Table<Row>; readonly pause: () => Promise<void> },
): Promise<void> {
  const hold = await readHold(engine);
  if (!hold) return;
  await pause();
  const table = outbox as unknown as Table<Outgoing>;
  const where = { active: true, createdAt: { lte: hold.backupAt } };
  const settled = { state: 'unknown', active: false, reason: 'restored', settledAt: now };
  for (;;) {
    const rows = await engine.find(table, { where, orderBy: [['id', 'asc']], limit: ROWS_AT_ONCE });
    for (const slice of slices(rows)) {
      await engine.patchMany(
        table,
        slice.map((row): Patch<Outgoing> => ({ id: row.id, set: settled, when: { active: true } })),
      );
    }
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

const ROWS_AT_ONCE = 1_000;

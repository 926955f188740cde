import { put, set, slices, type Engine, type Op } from '../storage/engine.js';
import { readHold } from '../storage/hold.js';
import { meta } from '../storage/meta-table.js';
import { announcements, notices, type AnnouncementRow } from './notice-tables.js';

/** A restored store does not know what was announced since its backup (DESIGN §4.17): announcements that were under way then, or have become
 *  due since, are skipped and stand in the list as such; whoever wants one all the same changes the notice, which plans it anew. */

const APPLIED = 'notices-held';
const PAGE = 500;

/** At a start, before anything runs. Does nothing without a hold, and once for each. @returns how many were skipped */
export async function holdNotices(engine: Engine, now: number): Promise<number> {
  const hold = await readHold(engine);
  if (!hold) return 0;
  const applied = await engine.get(meta, APPLIED);
  if (applied?.value['backupAt'] === hold.backupAt) return 0;
  let skipped = 0;
  for (let after = -1; ;) {
    const rows = await engine.find(announcements, {
      where: { dueAt: { gt: after, lte: now } },
      orderBy: [['dueAt', 'asc']],
      limit: PAGE,
    });
    const open = after === -1 ? await engine.find(announcements, { where: { open: true }, limit: PAGE * 10 }) : [];
    const made = await madeAt(engine, [...rows, ...open]);
    const due = [...new Map([...rows, ...open].map((row) => [row.id, row])).values()].filter(
      (row) => (made.get(row.noticeId) ?? 0) <= hold.backupAt && (row.state === 'planned' || row.state === 'running'),
    );
    for (const slice of slices(due)) await engine.commit(slice.map((row) => skipOp(row, now)));
    skipped += due.length;
    if (rows.length < PAGE) break;
    after = rows.at(-1)?.dueAt ?? now;
  }
  await engine.commit([put(meta, { id: APPLIED, value: { backupAt: hold.backupAt } })]);
  return skipped;
}

/** Who has not got it by what the store knows may have got it since: nobody gets it again. */
const skipOp = (row: AnnouncementRow, now: number): Op =>
  set(announcements, row.id, {
    state: row.fed ? 'cancelled' : 'skipped',
    reason: 'tooLate',
    dueAt: row.open ? now : null,
  });

async function madeAt(engine: Engine, rows: readonly AnnouncementRow[]): Promise<ReadonlyMap<string, number>> {
  const ids = [...new Set(rows.map((row) => row.noticeId))];
  const made = new Map<string, number>();
  for (const slice of slices(ids)) for (const row of await engine.getMany(notices, slice)) made.set(row.id, row.madeAt);
  return made;
}

import { SLICE, type Engine } from '../storage/engine.js';
import { media } from './media-table.js';

/** A file whose row is gone: a crash fell between the two, or an older backup was restored, whose files somebody may still want to put
 *  aside. */
const KEPT_MS = 24 * 3_600_000;

/** Removes what no row owns: files that were cut off half-way at once, whole ones after a day. To be done while nothing is fetched.
 *  @returns how many went */
export async function sweepFiles(engine: Engine, now: number): Promise<number> {
  let gone = 0;
  let old: string[] = [];
  const sweep = async () => {
    const owned = new Set((await engine.getMany(media, old, ['id'])).map(({ id }) => id));
    const orphans = old.filter((id) => !owned.has(id));
    await engine.files.remove(orphans);
    gone += orphans.length;
    old = [];
  };
  for await (const { id, since } of engine.files.list()) {
    if (since === null) {
      await engine.files.remove([id]);
      gone += 1;
    } else if (since < now - KEPT_MS) old.push(id);
    if (old.length >= SLICE) await sweep();
  }
  if (old.length > 0) await sweep();
  return gone;
}

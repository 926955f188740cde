import type { Engine } from '../storage/engine.js';
import type { WholeNotice } from './acts.js';
import { announcements, notices, type AnnouncementRow } from './notice-tables.js';

/** More announcements no notice has: ten durations, and what each of its changes adds. */
const MAX_WORDS = 1_000;

/** A notice with all its announcements, in the order of their time. */
export async function wholeNotice(engine: Engine, id: string): Promise<WholeNotice | undefined> {
  const [notice, words] = await Promise.all([engine.get(notices, id), wordsOf(engine, [id])]);
  return notice && { notice, announcements: words.get(id) ?? [] };
}

/** The announcements of several notices, by notice. */
export async function wordsOf(
  engine: Engine,
  noticeIds: readonly string[],
): Promise<ReadonlyMap<string, readonly AnnouncementRow[]>> {
  const words = new Map<string, AnnouncementRow[]>();
  for (const noticeId of noticeIds) {
    const rows = await engine.find(announcements, { where: { noticeId }, orderBy: [['id', 'asc']], limit: MAX_WORDS });
    words.set(
      noticeId,
      rows.sort((one, other) => one.at - other.at),
    );
  }
  return words;
}

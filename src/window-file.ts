import type { Clock } from './clock.js';
import type { Texts } from './conversation/texts.js';
import type { MakerOf } from './documents.js';
import { calendarFile } from './notices/calendar-file.js';
import { isLive } from './notices/live-notices.js';
import { notices } from './notices/notice-tables.js';
import { windowOf } from './notices/notice.js';
import type { Wordings } from './notices/wordings.js';
import type { Engine } from './storage/engine.js';

/** The file with a maintenance window for a calendar. Where the window is off or over by now there is none, and the words say that. */
export const windowFile =
  (deps: {
    readonly engine: Engine;
    readonly clock: Pick<Clock, 'now'>;
    readonly texts: Pick<Texts, 'say'>;
    readonly wordings: Pick<Wordings, 'say'>;
    readonly company: string;
  }): MakerOf<'window'> =>
  async ({ noticeId, language, fileName }, _contact, body) => {
    const now = deps.clock.now();
    const notice = await deps.engine.get(notices, noticeId);
    if (!notice || !isLive(notice, now)) return { body: deps.texts.say(language, 'works.over') };
    const window = windowOf(notice.plan);
    // In the words that know no "soon": a calendar is read at any time.
    const said = deps.wordings.say({ kind: 'before', window, formerly: null, usefulMs: Infinity }, language);
    const text = calendarFile({
      uid: `${noticeId}@vestnik`,
      sequence: notice.history.length,
      window,
      summary: deps.texts.say(language, 'works.event', { company: deps.company }),
      description: said.body,
      now,
    });
    // Meta takes texts and office files, and names no calendars among them (reference §6.7); telephones go by the name.
    return { file: { bytes: Buffer.from(text), mimeType: 'text/plain', fileName }, body };
  };

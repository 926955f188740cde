import { sayOnly, understood, WEIGHT, type Answer, type SaidRow, type Scene, type Step } from './scene.js';
import type { Work } from './session.js';
import { shorten } from './shorten.js';
import { waysOn } from './small-answers.js';
import { LIMITS } from './wording.js';

/* Maintenance.
 *
 * Whoever asks about it is told what goes on now and what comes next, in the words in which it is announced, and may take each of the two
 * into their calendar: a row of the same message. A list can have no file above it, so the file comes with the tap, as the header of a
 * message of its own, and is made of the window as it stands when that leaves. A window that was cancelled or has ended meanwhile is no
 * file: the person is told so, and what is planned instead. */

/** What goes on now and what comes next, between what is said before and after; what does not fit is left out from the end. */
export function worksBody({ session: { language }, facts: { texts, works } }: Scene, before: string, after?: string) {
  const { now, next } = works(language);
  const parts = [
    before,
    ...(now === null && next === null ? [texts.say(language, 'works.none')] : []),
    ...(now === null ? [] : [texts.say(language, 'works.now', { text: now.text })]),
    ...(next === null ? [] : [texts.say(language, 'works.next', { text: next.text })]),
    ...(after === undefined ? [] : [after]),
  ];
  while (parts.length > 2 && parts.join('\n\n').length > LIMITS.interactiveBody) parts.pop();
  return shorten(parts.join('\n\n'), LIMITS.interactiveBody);
}

/** A row for each window that is told of. */
export function calendarRows({ session: { language }, facts: { texts, works } }: Scene): readonly SaidRow[] {
  const { now, next } = works(language);
  const row = (work: Work | null, key: 'works.addNow' | 'works.addNext'): readonly SaidRow[] =>
    work === null
      ? []
      : [
          {
            tap: { to: 'calendar', noticeId: work.noticeId },
            title: texts.say(language, key),
            description: shorten(work.when, LIMITS.rowDescription),
          },
        ];
  return [...row(now, 'works.addNow'), ...row(next, 'works.addNext')];
}

/** The row under an answer about maintenance, however old that is. */
export const takeCalendar = (scene: Scene, noticeId: string): Step =>
  sayOnly(scene, scene.facts.works(scene.session.language).isAhead(noticeId) ? file(noticeId) : over);

const ordinary = { priority: 'ordinary', lateNeedsHuman: true, weight: WEIGHT.command, said: understood } as const;

const file = (noticeId: string): Answer => ({
  ...ordinary,
  name: `calendar:${noticeId}`,
  say: (scene) => ({
    form: 'buttons',
    body: scene.facts.texts.say(scene.session.language, 'works.file'),
    buttons: waysOn(scene),
    document: { of: 'window', noticeId },
  }),
});

const over: Answer = {
  ...ordinary,
  name: 'calendar.over',
  say: (scene) => {
    const { session, facts } = scene;
    const body = worksBody(scene, facts.texts.say(session.language, 'works.over'));
    const rows = calendarRows(scene);
    if (rows.length === 0) return { form: 'buttons', body, buttons: waysOn(scene) };
    return {
      form: 'list',
      body,
      button: facts.texts.say(session.language, 'answer.more'),
      rows: [...rows, ...waysOn(scene)],
    };
  },
};

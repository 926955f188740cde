import assert from 'node:assert/strict';
import { offersAt } from '../callbacks/callback-offers.js';
import { businessCalendar } from '../calendar/opening-hours.js';
import { answersFrom } from '../knowledge/answers.js';
import { loadArticles } from '../load-articles.js';
import { loadTexts } from '../load-texts.js';
import { play, type Line, type Played } from './play.js';
import type { Facts } from './session.js';

const texts = loadTexts();
const calendar = businessCalendar({ timeZone: 'Europe/Moscow', holidays: ['11-04'] });
const KNOWN = { phone: '79161234567' };

/** It is Monday, 2 November, noon. */
const run = (script: readonly Line[], more: Partial<Facts> = {}): Played =>
  play(texts, script, (now) => ({ ...more, callbacks: offersAt(now, calendar) }));

describe('a call that is asked for in one sentence', () => {
  for (const [words, shown] of [
    ['позвоните завтра в 15:00 на 8 916 123-45-67', /Позвоним на \+7 916 123 45 67:\n\*вторник, 3 ноября, 15:00/],
    ['Перезвоните мне, пожалуйста, завтра в 15 на номер +79161234567', /\+7 916 123 45 67:\n\*вторник.*15:00/],
    ['перезвоните в пятницу в 10 утра на 89161234567', /\+7 916 123 45 67:\n\*пятница, 6 ноября, 10:00/],
    ['позвоните сегодня к 16 часам на +7 (916) 123-45-67', /\+7 916 123 45 67:\n\*понедельник, 2 ноября, 16:00/],
    ['call me tomorrow at 3 pm on +44 20 7946 0018', /\+44 20 7946 0018 on\n\*Tuesday,? 3 November, 15:00/],
    ['please call me back at 16:00, my number is +442079460018', /\+44 20 7946 0018 on\n\*Monday,? 2 November, 16:00/],
  ] as const)
    it(`has only to be confirmed: "${words}"`, () => {
      const { session } = run([
        { they: words, bot: shown, changes: [] },
        { they: 'да', bot: /^(Записали|It is arranged)/, changes: ['callback.order'] },
      ]);
      assert.equal(session?.dialog.name, 'callback');
    });

  it('is asked for the day where only the number was told, and for the hour where the day was', () => {
    run([{ they: 'перезвоните мне на 8 916 123-45-67', bot: /Позвоним на \+7 916 123 45 67\. В какой день/ }]);
    run([{ they: 'позвоните завтра на 8 916 123-45-67', bot: /Вторник, 3 ноября\. В какое время\?/ }]);
    run([{ they: 'call me tomorrow on +442079460018', bot: /Tuesday,? 3 November\. At what time\?/ }]);
  });

  it('is asked for the number where only the hour was told, which is kept', () => {
    run(
      [
        { they: 'перезвоните мне завтра в 15:00', bot: /На какой номер.*\+7 916 123 45 67/ },
        { they: 'да', bot: /\+7 916 123 45 67:\n\*вторник, 3 ноября, 15:00/ },
      ],
      KNOWN,
    );
    run([
      { they: 'call me back tomorrow at 3 pm', bot: /Which number should we call/ },
      { they: '+44 20 7946 0018', bot: /\+44 20 7946 0018 on\n\*Tuesday,? 3 November, 15:00/ },
    ]);
  });

  it('is told by name why a number cannot be called, and asked for another', () => {
    run([
      {
        they: 'перезвоните мне завтра в 15:00 на 8 800 100-02-58',
        bot: /бесплатный номер вроде 8-800.*На какой номер/s,
      },
      { they: '8 916 123-45-67', bot: /\+7 916 123 45 67:\n\*вторник, 3 ноября, 15:00/ },
    ]);
  });

  it('is told that nobody calls on that day, and asked for another', () => {
    run([
      { they: 'позвоните 4 ноября в 12:00 на 8 916 123-45-67', bot: /В этот день мы не звоним.*В какой день/s },
      { they: 'завтра', bot: /Вторник, 3 ноября\. В какое время\?/ },
    ]);
  });

  it('takes nothing for a time or a number that may be none', () => {
    for (const words of [
      'перезвоните мне через 15 минут',
      'перезвоните мне по договору 17',
      'перезвоните мне 3 раза',
      'call me back in 2 hours',
      'позвоните мне на 8 916 123-45-67 или 8 916 765-43-21',
    ]) {
      const { session } = run([{ they: words, bot: /На какой номер|Which number/ }], KNOWN);
      assert.deepEqual(session?.dialog, { name: 'callback', step: 'number' });
    }
  });

  it('moves one that is ordered as well', () => {
    run(
      [
        { they: 'перезвоните мне завтра в 15:00' },
        { they: ['да', 'да'], bot: /^Записали/ },
        { they: 'перенесите звонок на четверг в 11', bot: /Позвоним на .*\n\*четверг, 5 ноября, 11:00/ },
        { they: 'да', bot: /^Перенесли/, changes: ['callback.move'] },
        { they: 'move the call to tomorrow', bot: /Tuesday,? 3 November\. At what time\?/ },
        { they: 'отмена', bot: /^Хорошо, всё осталось|^Fine|^All right/ },
      ],
      KNOWN,
    );
  });

  it('comes from an article, too', () => {
    const answers = {
      ...answersFrom(loadArticles(), 'Vestnik', () => undefined),
      rank: () => [{ id: 'callback', confidence: 0.95 }],
    };
    const they = 'свяжемся по телефону завтра в 15:00, 8 916 123-45-67';
    run([{ they: 'привет' }, { they, bot: /\+7 916 123 45 67:\n\*вторник, 3 ноября, 15:00/ }], { answers });
  });
});

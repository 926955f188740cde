import assert from 'node:assert/strict';
import { answersFrom, type Answers } from '../knowledge/answers.js';
import { loadArticles } from '../load-articles.js';
import { loadTexts } from '../load-texts.js';
import { MONDAY_NOON as NOON, play as playWith, tap, type Line } from './play.js';
import type { Facts, Language, Work, Works } from './session.js';

const texts = loadTexts();
const answers: Answers = {
  ...answersFrom(loadArticles(), 'Vestnik', () => undefined),
  rank: (text) => (text === 'работы' || text === 'maintenance' ? [{ id: 'maintenance', confidence: 0.9 }] : []),
};
const play = (script: readonly Line[], more: Partial<Facts> | ((now: number) => Partial<Facts>) = {}) =>
  playWith(texts, script, (now) => ({ answers, ...(typeof more === 'function' ? more(now) : more) }));
const WAYS = ['menu:open', 'menu:human'];

const work = (noticeId: string, text: string, when = `когда ${noticeId}`): Work => ({ noticeId, text, when });
const planned = (now: Work | null, next: Work | null): Works => ({
  now,
  next,
  isAhead: (id) => [now, next].some((one) => one?.noticeId === id),
});
const both = (language: Language) => planned(work('n1', `begun, ${language}`), work('n2', `before, ${language}`));

describe('a question about maintenance', () => {
  it('is answered with what goes on now and what comes next, each with a row for the calendar', () => {
    const offers = ['calendar:n1', 'calendar:n2', 'article:newsletters', ...WAYS];
    const { turns } = play(
      [
        { they: 'привет' },
        { they: 'работы', bot: /\*Сейчас:\* begun, ru\n\n\*Ближайшие работы:\* before, ru\n\n/, changes: [], offers },
        { they: 'in English, please' },
        { they: 'maintenance', bot: /\*Now:\* begun, en\n\n\*Coming up:\* before, en\n\n/, changes: [], offers },
      ],
      { works: both },
    );
    const rowsOf = (turn: number) => {
      const content = turns[turn]?.replies[0]?.content;
      return content?.type === 'list' ? content.sections.flatMap(({ rows }) => rows) : [];
    };
    const [ru, en] = [rowsOf(1), rowsOf(3)];
    assert.deepEqual(ru[0], { id: 'calendar:n1', title: 'Текущие — в календарь', description: 'когда n1' });
    assert.deepEqual(en[1], { id: 'calendar:n2', title: 'Next one to calendar', description: 'когда n2' });
  });

  it('is told that there is nothing where there is nothing', () => {
    const offers = ['article:newsletters', 'article:support-contacts', ...WAYS];
    play([
      { they: 'привет' },
      { they: 'работы', bot: /^\*Технические работы\*\n\nСейчас работ нет/, offers },
      { they: 'in English, please' },
      { they: 'maintenance', bot: /^\*Maintenance\*\n\nNo maintenance is going on/, offers },
    ]);
  });

  it('is told what fits, from what is nearest', () => {
    const long = 'долго '.repeat(100).trim();
    const works = () => planned(work('n1', long), work('n2', long, 'x'.repeat(100)));
    play([{ they: 'привет' }, { they: 'работы', bot: /^\*Технические работы\*\n\n\*Сейчас:\* [долго ]+$/ }], { works });
  });
});

describe('a row for the calendar', () => {
  it('is answered with the file, in the language of the chat', () => {
    const { turns } = play(
      [
        { they: 'работы' },
        { they: tap('calendar:n2'), bot: /^Откройте файл, и эти работы появятся/, offers: WAYS, changes: [] },
        { they: 'in English, please' },
        { they: tap('calendar:n1'), bot: /^Open the file, and this maintenance will be/, offers: WAYS, changes: [] },
      ],
      { works: both },
    );
    const documents = turns.map(({ replies: [reply] }) =>
      reply?.content.type === 'buttons' ? reply.content.document : undefined,
    );
    const fileName = 'maintenance.ics';
    assert.deepEqual(documents.slice(1), [
      { of: 'window', noticeId: 'n2', language: 'ru', fileName },
      undefined,
      { of: 'window', noticeId: 'n1', language: 'en', fileName },
    ]);
  });

  it('of a window that is off or over by then is told so, with what is planned instead', () => {
    const cancelled = (now: number) => ({ works: now > NOON ? () => planned(null, work('n9', 'other works')) : both });
    play(
      [
        { they: 'работы' },
        {
          they: tap('calendar:n2'),
          bot: /^Этих работ в плане уже нет.*\n\n\*Ближайшие работы:\* other works$/s,
          offers: ['calendar:n9', ...WAYS],
        },
        { they: 'in English, please' },
        {
          they: tap('calendar:n1'),
          bot: /^This maintenance is no longer planned.*\n\n\*Coming up:\* other works$/s,
          offers: ['calendar:n9', ...WAYS],
        },
      ],
      cancelled,
    );
    play([
      { they: 'привет' },
      { they: tap('calendar:n1'), bot: /^Этих работ в плане уже нет.*\n\nСейчас работ нет/s, offers: WAYS },
      { they: 'in English, please' },
      { they: tap('calendar:n1'), bot: /^This maintenance is no longer planned.*\n\nNo maintenance/s, offers: WAYS },
    ]);
  });

  it('works from any dialog and however old it is; while an agent talks it is the agent’s', () => {
    play(
      [
        { they: 'сколько стоит рассылка' },
        { they: tap('calendar:n1'), after: 90 * 24 * 3_600_000, bot: /^Откройте файл/ },
        { they: 'оператор' },
        { they: tap('calendar:n1'), agent: 'replies', bot: null, changes: [] },
        { they: tap('calendar:'), agent: 'closes', bot: /из более раннего сообщения/ },
      ],
      { works: both },
    );
  });
});

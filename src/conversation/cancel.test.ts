import assert from 'node:assert/strict';
import { offersAt } from '../callbacks/callback-offers.js';
import { businessCalendar } from '../calendar/opening-hours.js';
import { loadTariffs } from '../load-tariffs.js';
import { loadTexts } from '../load-texts.js';
import { quotesWith } from '../quotes/quote.js';
import { pricesOn } from '../quotes/tariffs.js';
import { offersOf, play as playWith, tap, type Line } from './play.js';
import type { Facts, Language } from './session.js';
import type { Turn } from './turn.js';

const texts = loadTexts();
const calendar = businessCalendar({ timeZone: 'Europe/Moscow', holidays: [] });
const quotes = quotesWith(pricesOn(loadTariffs(undefined, '2026-11-02'), '2026-11-02'));
const play = (script: readonly Line[], more: Partial<Facts> = {}) =>
  playWith(texts, script, (now) => ({ quotes, callbacks: offersAt(now, calendar), phone: '79161234567', ...more }));
const WAYS = ['menu:open', 'menu:human'];
const idsIn = (turns: readonly Turn[]): readonly string[] => {
  const content = turns.at(-1)?.replies[0]?.content;
  return content ? offersOf(content) : [];
};

/** The same script in both languages. */
const inBoth = (title: string, script: (say: (ru: string, en: string) => string) => readonly Line[]) => {
  for (const language of ['ru', 'en'] as const satisfies readonly Language[])
    it(`${title} (${language})`, () => {
      const hello: Line = { they: language === 'ru' ? 'привет' : 'hello', language };
      play([hello, ...script((ru, en) => (language === 'ru' ? ru : en))]);
    });
};
const either = (ru: string, en: string) => new RegExp(`^(${ru}|${en})`);

describe('"cancel" and nothing else', () => {
  inBoth('is asked back about where there is nothing to cancel, and no question of somebody’s', (say) => [
    {
      they: say('отменить', 'cancel'),
      bot: either('Сейчас отменять нечего', 'There is nothing to cancel'),
      offers: ['menu:topics', ...WAYS],
      changes: [],
    },
    { they: say('Отмените, пожалуйста!', 'Cancel it please'), bot: either('Сейчас отменять', 'There is nothing') },
  ]);

  inBoth('ends the price dialog at any question, and is not taken for the text of a mailing', (say) => {
    const start = { they: say('сколько стоит рассылка', 'price of a mailing') };
    const left = {
      they: say('отмена', 'cancel'),
      bot: either('Хорошо, не считаем', 'Fine, no calculation'),
      changes: [],
    };
    return [
      start,
      left,
      start,
      { they: '1000' },
      { they: '4', bot: either('4 рассылки', '4 mailings') },
      left,
      start,
      { they: '1000' },
      { they: say('не надо', 'never mind'), bot: either('Хорошо, не считаем', 'Fine, no calculation') },
    ];
  });

  inBoth('ends the dialog of a call-back', (say) => [
    { they: say('перезвоните мне', 'call me back') },
    { they: say('отменить', 'cancel'), bot: either('Хорошо, звонок не заказываем', 'Fine, no call then'), changes: [] },
  ]);

  inBoth('takes the call for a human back, as the button says', (say) => [
    { they: say('оператор', 'operator'), changes: ['case.open'], offers: ['menu:open'] },
    { they: say('отменить', 'cancel'), changes: ['case.close'] },
  ]);

  it('asks which of all that there is, each with a row of its own; nothing is cancelled by the word alone', () => {
    const { turns } = play([
      { they: 'перезвоните мне завтра в 15:00' },
      { they: ['да', 'да'], changes: ['callback.order'] },
      { they: tap('in:news:1.ru'), changes: ['consent.optIn'] },
      { they: tap('stop:news'), changes: ['consent.stop'] },
      { they: 'меню' },
      { they: 'отменить', bot: /^Что именно отменить/, changes: [] },
      { they: 'оператор', changes: ['case.open'] },
      { they: 'сколько стоит рассылка' },
      { they: 'отмена', bot: /^Хорошо, не считаем/ },
      { they: 'отмена', bot: /^Что именно отменить/, changes: [] },
    ]);
    const rows = [5, 9].map((turn) => {
      const content = turns[turn]?.replies[0]?.content;
      return content?.type === 'list' ? content.sections.flatMap(({ rows: some }) => some) : [];
    });
    const starts = (ids: readonly { readonly id: string }[]) =>
      ids.map(({ id }) => id.split(':').slice(0, 2).join(':'));
    const all = ['call:cancel', 'undo:news', 'menu:topics', ...WAYS];
    assert.deepEqual(rows.map(starts), [all, all]);
    assert.match(rows[0]?.[0]?.description ?? '', /вторник, 3 ноября, 15:00/);
    // A human is awaited now, and the menu takes that back.
    assert.deepEqual([rows[0]?.[3]?.title, rows[1]?.[3]?.title], ['Меню', 'Отменить и в меню']);
  });

  it('cancels the call by its row', () => {
    play([
      { they: 'перезвоните мне завтра в 15:00' },
      { they: ['да', 'да'], changes: ['callback.order'] },
      { they: 'меню' },
      { they: 'отменить' },
      { they: (turns) => tap(idsIn(turns)[0] ?? ''), bot: /^Отменили: звонка не будет/, changes: ['callback.cancel'] },
    ]);
  });

  it('is the agent’s while one talks', () => {
    play([
      { they: 'оператор', changes: ['case.open'] },
      { they: 'отменить', agent: 'replies', bot: null, changes: [] },
    ]);
  });
});

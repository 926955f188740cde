import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { TYPE } from '@formatjs/icu-messageformat-parser';
import { loadTexts } from '../load-texts.js';
import { MENU_ROWS } from './menu.js';
import { shorten } from './shorten.js';
import { createTexts } from './texts.js';
import { LIMITS } from './wording.js';

type Catalogue = Record<string, string>;
const read = (language: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../templates/replies/${language}.json`, import.meta.url), 'utf8'),
  ) as Catalogue;
const broken = (change: (catalogues: { ru: Catalogue; en: Catalogue }) => void) => () => {
  const catalogues = { ru: read('ru'), en: read('en') };
  change(catalogues);
  createTexts(catalogues);
};

describe('the bot’s texts', () => {
  it('are complete and fit, in both languages', () => void loadTexts());

  it('stop the start when a key is missing, unknown or empty', () => {
    assert.throws(
      broken(({ ru }) => delete ru['greeting']),
      /ru: greeting is missing/,
    );
    assert.throws(
      broken(({ en }) => (en['about'] = '')),
      /en: about is missing/,
    );
    assert.throws(
      broken(({ en }) => (en['abuot'] = 'x')),
      /en: unknown key abuot/,
    );
  });

  it('stop the start when one language lacks an argument or has one of its own', () => {
    assert.throws(
      broken(({ en }) => (en['greeting'] = 'Hello!')),
      /en: greeting: the argument company is missing/,
    );
    assert.throws(
      broken(({ ru }) => (ru['menu.body'] = '{name}, меню')),
      /ru: menu\.body: the argument name is unknown/,
    );
    assert.throws(
      broken(({ ru }) => (ru['late'] = '{hours, plural, one {# {x}} other {#}}')),
      /ru: late: the argument x is unknown/,
    );
  });

  it('stop the start when a sentence cannot be parsed or a title is too long for the platform', () => {
    assert.throws(
      broken(({ ru }) => (ru['late'] = '{hours, plural, one {')),
      /ru: late: /,
    );
    assert.throws(
      broken(({ ru }) => (ru['button.menu'] = 'Вернуться в главное меню')),
      /button\.menu: 24 characters where 20 fit/,
    );
  });

  it('name all faults at once', () => {
    const two = broken(({ ru, en }) => {
      delete ru['stop'];
      en['hello'] = 'Hi';
    });
    assert.throws(two, /ru: stop is missing\n.*en: hello/s);
  });

  it('know the parser’s marks for a literal and for the number in a plural', () => {
    assert.deepEqual([TYPE.literal, TYPE.pound], [0, 7]);
  });

  it('count in Russian as Russians do', () => {
    const texts = loadTexts();
    const hours = (n: number) => /(\d+ \S+) назад/.exec(texts.say('ru', 'late', { hours: n }))?.[1];
    assert.deepEqual([1, 2, 5, 21, 22].map(hours), ['1 час', '2 часа', '5 часов', '21 час', '22 часа']);
  });

  it('take a company’s name as it is', () => {
    const company = 'Рога & <b>Копыта</b> {ООО} «Икс» # 1';
    assert.ok(loadTexts().say('ru', 'hello', { company }).includes(company));
  });

  it('fit the menu into one list', () => assert.ok(MENU_ROWS.length <= LIMITS.rows));
});

describe('shortening', () => {
  it('leaves alone what fits', () => assert.equal(shorten('Да. Нет.', 8), 'Да. Нет.'));

  it('ends with the last whole sentence that fits', () => {
    assert.equal(shorten('Первое. Второе! Третье?', 17), 'Первое. Второе!');
    assert.equal(shorten('Первое. Второе!', 14), 'Первое.');
    assert.equal(shorten('Итого 3.5 рубля за всё', 14), 'Итого 3.5…');
    assert.equal(shorten('Абзац без точки\n\nвторой абзац', 20), 'Абзац без точки');
    assert.equal(shorten('Он сказал: «Да.» И ушёл.', 17), 'Он сказал: «Да.»');
  });

  it('else with a whole word, else inside one, never inside a character', () => {
    assert.equal(shorten('слово другое третье', 14), 'слово другое…');
    assert.equal(shorten('сверхдлинноеслово', 6), 'сверх…');
    assert.equal(shorten('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 12), '👨‍👩‍👧…');
  });
});

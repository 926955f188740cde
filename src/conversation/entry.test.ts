import assert from 'node:assert/strict';
import { entryCode, readEntryCode, shownCode } from '../entry/entry-code.js';
import { loadTexts } from '../load-texts.js';
import { play, tap } from './play.js';

const texts = loadTexts();
const PEPPER = Buffer.alloc(32, 5);
const facts = { entryOf: (text: string) => readEntryCode(PEPPER, text) };
const code = entryCode(PEPPER, 'news', 77);
const draft = (language: 'ru' | 'en') =>
  texts.say(language, 'entry.draft', { company: 'Vestnik', topic: 'news', code: shownCode(code) });

describe('Coming by a click-to-chat link', () => {
  it('leads to the link’s topic first, and what is switched on there has the link as its source', () => {
    const { turns } = play(
      texts,
      [
        {
          they: draft('ru'),
          bot: /Остался один шаг.*вы соглашаетесь получать от компании Vestnik в WhatsApp новости/s,
          offers: [`in:news:1.ru.${code}`, 'in:maintenance:1.ru', 'in:offers:1.ru', 'menu:open', 'menu:human'],
          changes: ['entry.came'],
        },
        { they: tap(`in:news:1.ru.${code}`), bot: /Готово: новости включены/, changes: ['consent.optIn'] },
      ],
      facts,
    );
    const [change] = turns[1]?.changes ?? [];
    assert.ok(change?.kind === 'consent.optIn');
    assert.deepEqual([change.topic, change.wording, change.source], ['news', 'news.1.ru', `link:${code}`]);
  });

  it('is understood in English, and agrees to nothing by itself', () => {
    play(texts, [{ they: draft('en'), bot: /One step is left/, language: 'en', changes: ['entry.came'] }], facts);
  });

  it('is a text like any other when the code is made up, and a tap that names such a code has no source', () => {
    const forged = `${code.slice(0, 9)}${code.endsWith('0') ? '1' : '0'}`;
    const { turns } = play(
      texts,
      [
        { they: draft('ru').replace(shownCode(code), forged), bot: /не умею|сотрудник/ },
        { they: tap(`in:news:1.ru.${forged}`) },
      ],
      facts,
    );
    const [change] = turns[1]?.changes ?? [];
    assert.ok(change?.kind === 'consent.optIn' && change.source === undefined && change.wording === 'news.1.ru');
  });

  it('does not stand between a person and a stop', () => {
    play(texts, [{ they: draft('ru') }, { they: 'стоп', changes: ['consent.stopAll'] }], facts);
  });
});

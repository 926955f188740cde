import assert from 'node:assert/strict';
import { withoutCourtesy } from './courtesy.js';
import { folded, foldedRetyped } from './fold.js';
import { meaningOf } from './meanings.js';
import { inOtherLayout, transliterated, withSlip } from './noise.js';
import { seeded } from './random.js';
import { corrected, dictionaryOf } from './spelling-dictionary.js';

describe('folding into one alphabet', () => {
  const same = (...ways: string[]) => {
    for (const way of ways) assert.deepEqual(folded(way), folded(ways[0] ?? ''), way);
  };

  it('reads Russian in Cyrillic and in Latin letters alike, whatever the habit', () => {
    same('как отписаться', 'kak otpisatsya', "kak otpisat'sja", 'KAK OTPISATSIA');
    same('хочу заблокировать', 'hochu zablokirovat', 'khochu zablokirovat', 'xo4u zablokirovat');
    same('можно ли жалобу', 'mozhno li zhalobu', 'mojno li jalobu');
    same('новый номер ещё', 'novyj nomer esche', 'noviy nomer eshche');
  });

  it('forgives ё, case, punctuation, doubled letters and Latin letters that look Cyrillic', () => {
    same('расчёт, ПРИЧИНА!', 'рассчет причина', 'расчет пpичинa');
  });

  it('takes words common to both languages for one, and any number for any other', () => {
    same('контакт 15', 'contact 1000');
  });

  it('puts the keyboard into the other language', () => {
    assert.deepEqual(foldedRetyped('rfr jngbcfnmcz'), folded('как отписаться'));
    assert.deepEqual(foldedRetyped('ьн вфеф'), folded('my data'));
    assert.deepEqual(foldedRetyped(inOtherLayout('как удалить объём')), folded('как удалить объём'));
  });

  it('stays within bounds for any text', () => {
    assert.ok(folded('слово '.repeat(10_000)).length <= 40);
    assert.ok(folded('щ'.repeat(5_000) + 'ж'.repeat(500)).join('').length <= 40);
    assert.deepEqual(folded('🙂 ?! '), []);
  });
});

describe('what a word means', () => {
  it('is the same in any form of it and in either language', () => {
    const meaning = (word: string) => meaningOf(folded(word)[0] ?? '');
    assert.equal(meaning('жалобами'), meaning('complaint'));
    assert.equal(meaning('заблокируйте'), meaning('blocked'));
    assert.equal(meaning('zablokirovat'), meaning('block'));
    assert.equal(meaning('стоимостью'), meaning('pricing'));
    assert.notEqual(meaning('оценка'), meaning('цена'));
    assert.equal(meaning('барсук'), undefined);
  });
});

describe('courtesies', () => {
  const asked = (text: string) => withoutCourtesy(folded(text));

  it('are passed over around a question', () => {
    assert.deepEqual(asked('Здравствуйте! Подскажите, пожалуйста, сколько стоит смс?'), folded('сколько стоит смс'));
    assert.deepEqual(
      asked('Hi there, could you tell me who reads my messages please'),
      folded('who reads my messages'),
    );
  });

  it('stay where they are all there is', () => {
    assert.deepEqual(asked('добрый день'), folded('добрый день'));
  });
});

describe('correcting words', () => {
  const dictionary = dictionaryOf(['подписка', 'оценка', 'рассылка', 'цена']);

  it('finds the known word that is one slip away: lost, added, changed or swapped letters', () => {
    for (const typed of ['подпска', 'подпииска', 'подпмска', 'подпсика'])
      assert.equal(corrected(typed, dictionary), 'подписка');
  });

  it('leaves alone what is two slips away, short, or known', () => {
    for (const typed of ['подпмкса', 'пдпсика', 'цека', 'рассылка', 'барсук'])
      assert.equal(corrected(typed, dictionary), typed);
  });
});

describe('noise', () => {
  it('is the same for the same seed', () => {
    const noisy = (seed: number) => {
      const random = seeded(seed);
      return [withSlip('как пожаловаться на компанию', random), transliterated('как пожаловаться', random)];
    };
    assert.deepEqual(noisy(3), noisy(3));
    assert.notDeepEqual(noisy(3), noisy(4));
  });
});

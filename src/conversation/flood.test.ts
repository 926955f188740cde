import assert from 'node:assert/strict';
import { loadTexts } from '../load-texts.js';
import { play, tap, type Line } from './play.js';

const texts = loadTexts();
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** `n` different questions, one every `after` ms. */
const questions = (n: number, after: number): Line[] =>
  Array.from({ length: n }, (_, i) => ({ they: `почём нынче слоны ${'абвгдежзик'[i % 10]}${i}`, after }));
const saidIn = (played: ReturnType<typeof play>) => played.turns.flatMap(({ replies }) => replies);
const bodies = (played: ReturnType<typeof play>) =>
  saidIn(played).map(({ content }) => ('body' in content ? content.body : ''));
const isLastWord = (body: string) => body.includes('на время я замолкаю');

describe('a flood', () => {
  it('gets no reply to the fourth equal text within a minute, and one again after it', () => {
    play(texts, [
      { they: 'привет' },
      { they: 'Алло?', after: 10 * SECOND, bot: /./ },
      { they: 'алло', after: 10 * SECOND, bot: /./ },
      { they: 'алло!!', after: 10 * SECOND, bot: /./ },
      { they: 'алло', after: 10 * SECOND, bot: null },
      { they: 'алло', after: 10 * SECOND, bot: null },
      { they: 'кто-нибудь', after: 5 * SECOND, bot: /./ },
      { they: 'алло', after: 5 * SECOND, bot: /./ },
    ]);
    const patient = Array.from({ length: 7 }, (): Line => ({ they: 'слоны', after: 31 * SECOND, bot: /./ }));
    play(texts, patient);
  });

  it('acts on a repeated call for a human although it does not repeat the reply', () => {
    const four = (they: string): Line[] => [{ they }, { they }, { they }].map((line) => ({ ...line, after: SECOND }));
    play(texts, [
      ...four('спасибо'),
      { they: 'спасибо', after: SECOND, bot: null },
      { they: 'оператор', after: SECOND, changes: ['case.open'], bot: /ответит/ },
    ]);
  });

  it('gets no more replies an hour than allowed, the last of them a last word, and a stop and a human all the same', () => {
    const flood = questions(80, 20 * SECOND);
    const played = play(texts, [
      ...flood,
      { they: 'стоп', bot: /рассылок/ },
      { they: 'оператор', bot: /Сотрудник ответит вам здесь/, changes: ['case.open'] },
      { they: tap('menu:open'), bot: /снова отвечаю я/, changes: ['case.close'] },
      { they: 'привет', bot: null },
    ]);
    assert.ok(saidIn(played).length <= 60, String(saidIn(played).length));
    assert.equal(bodies(played).filter(isLastWord).length, 1);
    const lastWord = saidIn(played)[bodies(played).findIndex(isLastWord)]?.content;
    assert.deepEqual(lastWord?.type === 'buttons' && lastWord.buttons.map(({ id }) => id), ['menu:human']);
  });

  it('is answered again an hour after the last word', () => {
    play(texts, [...questions(80, 20 * SECOND), { they: 'привет', after: 61 * MINUTE, bot: /Это чат/ }]);
  });

  it('gets no more replies a day than allowed', () => {
    const played = play(texts, questions(290, 4.5 * MINUTE));
    assert.ok(saidIn(played).length <= 200);
    assert.equal(bodies(played).filter(isLastWord).length, 1);
    assert.ok((played.session?.flood.replyTimes.length ?? 0) <= 200);
  });

  it('keeps to limits set low', () => {
    for (const repliesPerHour of [1, 2, 3, 5]) {
      const played = play(texts, [...questions(20, MINUTE), { they: 'стоп' }, { they: 'stop' }], { repliesPerHour });
      assert.ok(saidIn(played).length <= repliesPerHour, String(repliesPerHour));
    }
  });
});

describe('a talking machine', () => {
  it('is muted when it answers within seconds, eight times in a row, and told once how to reach a human', () => {
    const played = play(texts, questions(20, 2 * SECOND));
    assert.equal(saidIn(played).length, 9);
    assert.ok(isLastWord(bodies(played).at(-1) ?? ''));
  });

  it('is muted when it says the same over and over, however slowly', () => {
    const auto = Array.from({ length: 20 }, (): Line => ({
      they: 'Спасибо за обращение! Мы ответим вам в рабочее время.',
      after: 90 * SECOND,
    }));
    const played = play(texts, auto);
    assert.equal(saidIn(played).length, 8);
    assert.ok(isLastWord(bodies(played).at(-1) ?? ''));
  });

  it('is not taken for a person who taps fast', () => {
    const taps = Array.from({ length: 20 }, (): Line => ({ they: tap('menu:about'), after: SECOND, bot: /./ }));
    play(texts, taps);
  });
});

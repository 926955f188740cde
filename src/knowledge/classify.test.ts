import assert from 'node:assert/strict';
import { FOUR_ARTICLES } from './articles.fixture.js';
import { classify } from './classify.js';
import { decide } from './decide.js';
import { bytesOf, modelFrom } from './model-bytes.js';
import { ARTICLE_TRAINING, labelledOf, train, trainingOn } from './model.js';

describe('the classifier', function () {
  this.timeout(60_000);
  const model = train(FOUR_ARTICLES, 'Вестник');
  const first = (text: string) => classify(model, text).ranked[0]?.id;

  const same = (text: string, id: string) => assert.equal(first(text), id, text);

  it('knows a question in other words and forms of words', () => {
    same('я хотел бы оценивать ваши сообщения', 'rate-message');
    same('почём тысяча смсок', 'mailing-price');
    same('please stop and unsubscribe', 'opt-out');
    same('удалением моих данных кто занимается', 'delete-data');
  });

  it('is not put off by slips, Latin letters, the wrong layout or two languages in one question', () => {
    same('как отписатся от расылки', 'opt-out');
    same('how do i unsubscrbe', 'opt-out');
    same('kak postavit zvezdy', 'rate-message');
    same('skolko stoit sms', 'mailing-price');
    same('rfr jngbcfnmcz', 'opt-out');
    same('хочу delete мои data', 'delete-data');
    same('как rate сообщение', 'rate-message');
  });

  it('passes over courtesies', () => {
    same('Здравствуйте! Подскажите, пожалуйста, как мне отписаться? Спасибо', 'opt-out');
  });

  it('gives confidences that fall and add up to no more than 1', () => {
    const { ranked } = classify(model, 'сколько стоит рассылка');
    assert.equal(ranked.length, FOUR_ARTICLES.length);
    const confidences = ranked.map(({ confidence }) => confidence);
    assert.deepEqual(
      confidences,
      [...confidences].sort((a, b) => b - a),
    );
    assert.ok(confidences.reduce((sum, confidence) => sum + confidence, 0) <= 1.000001);
  });

  it('answers its own samples and does not know what is about something else', () => {
    for (const { text, label } of labelledOf(FOUR_ARTICLES, '')) {
      const { kind } = decide(classify(model, text).ranked);
      if (label === null) assert.notEqual(kind, 'answer', text);
      else if (label !== text) assert.equal(first(text), label, text);
    }
    for (const text of ['', '🙂', '12 34', 'ъъъ ывап', 'где найти хорошего ветеринара', 'x'.repeat(9_000)]) {
      assert.equal(decide(classify(model, text).ranked).kind, 'unknown', text.slice(0, 40));
    }
  });

  it('learns the same from the same articles and seed, at one go and in slices, and something else from another seed', () => {
    const short = { ...ARTICLE_TRAINING, training: { ...ARTICLE_TRAINING.training, epochs: 2 } };
    const once = train(FOUR_ARTICLES, 'Вестник', short);
    const figures = (of: typeof model) => classify(of, 'сколько стоит удалить данные').ranked;
    assert.deepEqual(figures(train(FOUR_ARTICLES, 'Вестник', short)), figures(once));
    assert.notDeepEqual(figures(train(FOUR_ARTICLES, 'Вестник', { ...short, seed: 2 })), figures(once));
    const steps = trainingOn(labelledOf(FOUR_ARTICLES, 'Вестник'), short);
    let slices = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      assert.ok(step.value >= 0 && step.value < 1);
      slices++;
    }
    assert.ok(slices > 5);
    assert.deepEqual(figures(step.value), figures(once));
  });

  it('reads from its bytes what it wrote', () => {
    const read = modelFrom(bytesOf(model, 'these'), 'these');
    assert.ok(read);
    for (const text of ['сколько стоит смс', 'delete my acount', 'kak otpisatsya']) {
      assert.deepEqual(classify(read, text), classify(model, text));
    }
  });

  it('reads nothing from the bytes of other articles, nor from torn or foreign ones', () => {
    const bytes = bytesOf(model, 'these');
    assert.equal(modelFrom(bytes, 'those'), undefined);
    assert.equal(modelFrom(bytes.subarray(0, bytes.length - 1), 'these'), undefined);
    assert.equal(modelFrom(bytes.subarray(0, 100), 'these'), undefined);
    assert.equal(modelFrom(new TextEncoder().encode('null\n'), 'these'), undefined);
    assert.equal(modelFrom(new Uint8Array(), 'these'), undefined);
  });
});

import assert from 'node:assert/strict';
import { masked } from './mask.js';

describe('a question as it is kept', () => {
  for (const [question, kept] of [
    ['  почём   слоны? ', 'почём слоны?'],
    ['мой номер +7 (495) 787-35-95, перезвоните', 'мой номер # перезвоните'],
    ['где заказ №12345 от 01.02.2026', 'где заказ # от #'],
    ['where is order AB-12C please', 'where is order # please'],
    ['пишите на ivan.petrov@example.com срочно', 'пишите на … срочно'],
    ['смотри https://example.com/u?id=x вот', 'смотри … вот'],
    ['открыл пример.рф/анна и www.example.org тоже', 'открыл … и … тоже'],
    ['я @ivan_petrov там', 'я … там'],
    ['٠١٢٣٤ اتصل', '# اتصل'],
    ['это важно.Ответьте', 'это …'],
    ['плохой \ud800 знак\u0000', 'плохой знак'],
    ['89991234567', ''],
    ['👍', ''],
    ['', ''],
  ] as const)
    it(`of ${JSON.stringify(question)}`, () => assert.equal(masked(question), kept));

  it('is cut at 200 characters, at a word', () => {
    const kept = masked('слон '.repeat(1000));
    assert.ok(kept.length <= 200 && kept.endsWith('слон…'), kept);
  });
});

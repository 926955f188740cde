import assert from 'node:assert/strict';
import { phoneDigitsOf } from './phone-number.js';

describe('Telephone numbers in a list', () => {
  const read = (text: string) => phoneDigitsOf(text, 'RU');

  it('are read however they are written', () => {
    for (const text of [
      '+79161234567',
      '8 (916) 123-45-67',
      '79161234567',
      '9161234567',
      ' +7 916 123 45 67 ',
      '007 916 1234567',
    ]) {
      assert.equal(read(text), '79161234567', text);
    }
  });

  it('are read with their country code, with a plus or without', () => {
    for (const [text, digits] of [
      ['375291234567', '375291234567'],
      ['4915112345678', '4915112345678'],
      ['+1 (202) 555-0123', '12025550123'],
      ['+15551234567', '15551234567'],
      ['+54 11 15-1234-5678', '5491112345678'],
    ] as const) {
      assert.equal(read(text), digits, text);
    }
  });

  it('keep a form that WhatsApp still uses, though the country has given it up', () => {
    assert.equal(read('+5215512345678'), '5215512345678');
    assert.equal(read('525512345678'), '525512345678');
  });

  it('are refused when they are none', () => {
    for (const text of ['', 'phone', '112', '+999123456789', '7,91612E+10', '+', '0', '-', '+7916', '8'.repeat(40)]) {
      assert.equal(read(text), undefined, text);
    }
  });
});

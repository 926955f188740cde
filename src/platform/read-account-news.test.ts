import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readAccountNews } from './read-account-news.js';
import { readEchoes } from './read-echoes.js';

const template = { message_template_id: 1, message_template_name: 'visit', message_template_language: 'en-US' };
const status = (event: string, given: object = {}) =>
  readAccountNews('message_template_status_update', { ...template, event, ...given }, 5).flatMap((one) =>
    one.kind === 'template' ? [[one.news.status, one.news.reason]] : [],
  );

describe('The news of an account', () => {
  it('say how a template stands; a flag is a warning, and what is reinstated is approved', () => {
    assert.deepEqual(status('APPROVED', { reason: 'NONE' }), [['APPROVED', null]]);
    assert.deepEqual(status('REINSTATED'), [['APPROVED', null]]);
    assert.deepEqual(status('UNARCHIVED'), [['APPROVED', null]]);
    assert.deepEqual(status('REJECTED', { reason: 'PROMOTIONAL' }), [['REJECTED', 'PROMOTIONAL']]);
    assert.deepEqual(status('PAUSED', { reason: 'NONE', other_info: { title: 'SECOND_PAUSE' } }), [
      ['PAUSED', 'SECOND_PAUSE'],
    ]);
    assert.deepEqual(status('FLAGGED'), []);
    assert.deepEqual(status('SOMETHING_NEW'), [['SOMETHING_NEW', null]]);
  });

  it('say what each restriction holds, and take one that is not known for the notices', () => {
    const held = (...types: string[]) =>
      readAccountNews(
        'account_update',
        { event: 'ACCOUNT_RESTRICTION', restriction_info: types.map((restriction_type) => ({ restriction_type })) },
        5,
      ).flatMap((one) => (one.kind === 'pause' ? one.why : []));
    assert.deepEqual(held('RESTRICTED_BIZ_INITIATED_MESSAGING', 'RESTRICTED_UTILITY_TEMPLATES'), ['restriction']);
    assert.deepEqual(held('RESTRICTED_CUSTOMER_INITIATED_MESSAGING'), ['locked']);
    assert.deepEqual(held('RESTRICTED_ADD_PHONE_NUMBER_ACTION'), []);
    assert.deepEqual(held('RESTRICTED_BY_NAMES_YET_UNKNOWN'), ['restriction']);
  });

  it('say nothing where the shape is not known, and never throw', () => {
    const fields = [
      'message_template_status_update',
      'template_category_update',
      'account_update',
      'business_capability_update',
      'security',
      'x',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        assert.ok(Array.isArray(readAccountNews(field, value, 5)));
        assert.ok(Array.isArray(readEchoes(value)));
      }),
    );
  });
});

describe('Echoes of the phone app', () => {
  it('name to whom a colleague wrote, by number, by BSUID, each once', () => {
    const echo = (given: object) => ({ from: '15550100001', id: 'wamid.E', type: 'text', ...given });
    const value = {
      message_echoes: [
        echo({ to: '+77010000001', to_user_id: 'KZ.8h2Kq' }),
        echo({ to: '77010000001', to_user_id: 'KZ.8h2Kq' }),
        echo({ to_user_id: 'KZ.9zQ1' }),
        echo({ to: 'not a number' }),
        'nonsense',
      ],
    };
    assert.deepEqual(readEchoes(value), [{ phone: '77010000001', userId: 'KZ.8h2Kq' }, { userId: 'KZ.9zQ1' }]);
  });
});

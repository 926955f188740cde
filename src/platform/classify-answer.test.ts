import assert from 'node:assert/strict';
import fc from 'fast-check';
import { classifyAnswer, MAX_RETRY_AFTER_MS, refusesAccess, retryAfter } from './classify-answer.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const classify = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  classifyAnswer(status, typeof body === 'string' ? body : JSON.stringify(body), headers, NOW);
const error = (code: unknown, more: object = {}) => ({
  error: { message: 'canary', type: 'OAuthException', code, ...more },
});

describe('the answer to a send', () => {
  it('is accepted with a wamid, held where the template waits for its quality', () => {
    const answer = (more: object) => ({
      messaging_product: 'whatsapp',
      contacts: [],
      messages: [{ id: 'wamid.O1', ...more }],
    });
    assert.deepEqual(classify(200, answer({})), { kind: 'accepted', wamid: 'wamid.O1', held: false });
    assert.deepEqual(classify(200, answer({ message_status: 'accepted' })), {
      kind: 'accepted',
      wamid: 'wamid.O1',
      held: false,
    });
    const held = classify(200, answer({ message_status: 'held_for_quality_assessment' }));
    assert.deepEqual(held, { kind: 'accepted', wamid: 'wamid.O1', held: true });
  });

  it('is unknown when a 200 cannot be read: it may have gone out', () => {
    for (const body of [
      '',
      'OK',
      '{',
      '[]',
      'null',
      {},
      { messages: [] },
      { messages: [{}] },
      { messages: [{ id: '' }] },
      error(100),
    ]) {
      assert.deepEqual(classify(200, body), { kind: 'unknown', reason: 'unreadable' });
    }
  });

  it('goes back to the queue after 429 and the four codes, whatever their status', () => {
    const number = { kind: 'notSent', scope: 'number', reason: 'rate' };
    assert.deepEqual(classify(429, ''), number);
    assert.deepEqual(classify(429, error(131208)), { ...number, code: 131208 });
    for (const code of [130429, 4, 80007]) {
      for (const status of [400, 429, 403, 500]) assert.deepEqual(classify(status, error(code)), { ...number, code });
    }
    for (const status of [400, 429]) {
      const person = { kind: 'notSent', scope: 'person', reason: 'pairRate', code: 131056 };
      assert.deepEqual(classify(status, error(131056)), person);
      assert.deepEqual(classify(status, error('131056')), person);
    }
  });

  it('tells how long to wait, in seconds or as a date, within an hour', () => {
    const answer = classify(429, error(130429), { 'retry-after': '7' });
    assert(answer.kind === 'notSent');
    assert.equal(answer.retryAfterMs, 7_000);
    assert.equal(retryAfter('Sun, 22 Nov 2026 12:00:30 GMT', NOW), 30_000);
    assert.equal(retryAfter('Sun, 22 Nov 2026 11:00:00 GMT', NOW), 0);
    assert.equal(retryAfter('0', NOW), 0);
    assert.equal(retryAfter('1.5', NOW), 1_500);
    assert.equal(retryAfter('999999999', NOW), MAX_RETRY_AFTER_MS);
    for (const text of [undefined, '', '-5', 'soon', 'NaN', '1e99', '12 parsecs', '99999999999999999999']) {
      assert.equal(retryAfter(text, NOW), undefined, text);
    }
  });

  it('pauses the account when the token or a permission is refused, with 400 as with 401', () => {
    const account = { kind: 'notSent', scope: 'account' };
    for (const status of [400, 401, 403]) {
      assert.deepEqual(classify(status, error(190)), { ...account, reason: 'token', code: 190 });
      assert.deepEqual(classify(status, error(0)), { ...account, reason: 'token', code: 0 });
      assert.deepEqual(classify(status, error(10)), { ...account, reason: 'permission', code: 10 });
      assert.deepEqual(classify(status, error(200)), { ...account, reason: 'permission', code: 200 });
    }
    assert.deepEqual(classify(403, error(368)), { ...account, reason: 'policy', code: 368 });
    assert.deepEqual(classify(403, error(131031)), { ...account, reason: 'policy', code: 131031 });
    assert.deepEqual(classify(403, error(4242)), { ...account, reason: 'permission', code: 4242 });
  });

  it('is final where a 403 speaks of the person, not of us', () => {
    assert.deepEqual(classify(403, error(130497)), { kind: 'rejected', code: 130497, reason: 'policy' });
    assert.deepEqual(classify(403, error(131026)), { kind: 'rejected', code: 131026, reason: 'undeliverable' });
  });

  it('is rejected with another 4xx that has an error code', () => {
    const reasons = {
      131047: 'windowClosed',
      131026: 'undeliverable',
      131050: 'stopped',
      132000: 'template',
      100: 'invalid',
      131031: 'policy',
      9999: 'other',
    };
    for (const [code, reason] of Object.entries(reasons)) {
      assert.deepEqual(classify(400, error(Number(code))), { kind: 'rejected', code: Number(code), reason });
      assert.deepEqual(classify(400, error(code)), { kind: 'rejected', code: Number(code), reason });
    }
    assert.deepEqual(classify(404, error(132001)), { kind: 'rejected', code: 132001, reason: 'template' });
  });

  it('is unknown with any other 5xx, and with a 4xx that is not Graph speaking', () => {
    for (const body of [error(131000), error(131016), error(3), error(190), error(131047), '', '<html>']) {
      assert.deepEqual(classify(500, body), { kind: 'unknown', reason: 'serverError' });
      assert.deepEqual(classify(503, body, { 'retry-after': '9' }), { kind: 'unknown', reason: 'serverError' });
    }
    for (const status of [301, 400, 401, 403, 404, 408, 413]) {
      for (const body of ['', '<html>', {}, error(undefined), error('x'), error(-1), error(1.5), error({})]) {
        assert.deepEqual(classify(status, body), { kind: 'unknown', reason: 'unreadable' });
      }
    }
  });

  it('never throws, and never repeats a word of the answer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.oneof(fc.string(), fc.json()),
        fc.string(),
        (status, body, header) => {
          classify(status, body, { 'retry-after': header });
        },
      ),
    );
    const answered = [200, 400, 401, 429, 500].map((status) =>
      classify(status, error(131047, { error_data: { details: 'canary' } })),
    );
    assert.doesNotMatch(JSON.stringify(answered), /canary/);
  });

  it('tells a refused token from everything else, for the probe', () => {
    const refuses = (status: number, body: unknown) => refusesAccess(status, JSON.stringify(body));
    assert(refuses(401, error(190)));
    assert(refuses(400, error('190')));
    assert(refuses(403, error(131031)));
    for (const [status, body] of [
      [400, error(100)],
      [401, {}],
      [500, error(190)],
      [200, error(190)],
    ] as const) {
      assert(!refuses(status, body));
    }
  });
});

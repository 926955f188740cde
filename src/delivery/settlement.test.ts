import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { PhoneDigits, UserId } from '../contacts/identity.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { accepted, rejected, tooManyOfNumber, unknown } from './dispatcher.fixture.js';
import { readCallbackData, writeCallbackData } from './callback-data.js';
import { gateOf } from './gate.js';
import type { OutboxRow } from './outbox-table.js';
import { queuedRow } from './reply-row.js';
import { settlementPatch, type Outcome } from './settlement.js';

const NOW = 2_000_000;
const PEPPER = Buffer.alloc(32, 7);

const row: OutboxRow = {
  ...queuedRow({
    ...{ id: '0mwryr3zl00000000000000', phoneNumberId: '1', contactId: 'c' as ContactId, personKey: 'p' as PersonKey },
    ...{
      purpose: 'reply',
      priority: 1,
      content: { type: 'text', body: 'привет' },
      createdAt: 0,
      dueAt: 0,
      answers: null,
    },
    uselessAfter: NOW + 1,
  }),
  ...{ state: 'attempted', attempt: 3, fence: 9, attemptedAt: NOW - 50 },
};
const patchOf = (outcome: Outcome) => settlementPatch({ row, outcome, dueAt: NOW + 4_000 }, NOW, PEPPER);

describe('A settlement', () => {
  it('applies to the very attempt under its fence, and to nothing else', () => {
    for (const outcome of [accepted(), rejected, unknown, tooManyOfNumber, { kind: 'notStarted' } as const])
      assert.deepEqual(patchOf(outcome).when, { state: 'attempted', attempt: 3, fence: 9 });
  });

  it('ends the row when Meta took it or refused it for good, and no other way', () => {
    const active = (outcome: Outcome) => patchOf(outcome).set.active;
    assert.deepEqual([accepted(), rejected, unknown, tooManyOfNumber].map(active), [
      false,
      false,
      undefined,
      undefined,
    ]);
  });

  it('puts back what was not sent, with the reason, for as long as it has to wait', () => {
    assert.deepEqual(patchOf(tooManyOfNumber).set, {
      state: 'queued',
      dueAt: NOW + 4_000,
      reason: 'rate',
      errorCode: 130429,
    });
    assert.deepEqual(patchOf({ kind: 'notStarted' }).set, { state: 'queued', dueAt: NOW + 4_000 });
  });

  it('leaves the time of the attempt alone: what follows from it is counted from there', () => {
    for (const outcome of [accepted(), unknown, tooManyOfNumber]) assert.ok(!('attemptedAt' in patchOf(outcome).set));
  });
});

describe('Callback data', () => {
  it('comes back as it was written', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9]{10,40}$/);
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 9_999 }), (outboxId, attempt) => {
        const text = writeCallbackData(outboxId, attempt);
        assert.ok(text.length <= 512);
        assert.deepEqual(readCallbackData(text), { outboxId, attempt });
      }),
    );
  });

  it('is not read out of anything that somebody else wrote', () => {
    for (const text of [
      undefined,
      '',
      'v1:',
      'v2:0123456789:1',
      'v1:0123456789:1:2',
      'v1:0123456789:x',
      ' v1:0123456789:1',
    ])
      assert.equal(readCallbackData(text), undefined);
    fc.assert(fc.property(fc.string(), (text) => void readCallbackData(text)));
  });
});

describe('The last question before a message leaves', () => {
  const contact = (...identities: ContactRow['identities']): ContactRow => ({ identities }) as ContactRow;
  const phone = { kind: 'phone', value: PhoneDigits.parse('79161234567') } as const;
  const userId = { kind: 'userId', value: UserId.parse('RU.1a') } as const;

  it('sends to the phone when it is known, whatever else is', () => {
    assert.deepEqual(gateOf(row, contact(userId, phone), NOW), { kind: 'leaves', to: { phone: phone.value } });
    assert.deepEqual(gateOf(row, contact(userId), NOW), { kind: 'leaves', to: { userId: userId.value } });
  });

  it('refuses what has no reader, no words, no address or no time left', () => {
    const reason = (...given: Parameters<typeof gateOf>) => {
      const gate = gateOf(...given);
      return gate.kind === 'refused' ? gate.reason : gate.kind;
    };
    assert.equal(reason(row, undefined, NOW), 'erased');
    assert.equal(reason({ ...row, content: null }, contact(phone), NOW), 'erased');
    assert.equal(reason(row, contact({ kind: 'parentUserId', value: 'RU.ENT.1' }), NOW), 'undeliverable');
    assert.equal(reason(row, contact(phone), NOW + 1), 'tooLate');
  });

  it('knows that a message of which a status has come has left already', () => {
    for (const field of ['sentAt', 'deliveredAt', 'readAt', 'playedAt', 'failedAt'] as const)
      assert.deepEqual(gateOf({ ...row, [field]: NOW }, contact(phone), NOW), { kind: 'hasLeft' });
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { choose, isNotice, type ChoiceFacts } from './choose.js';
import { PRIORITIES, type OutboxRow } from './outbox-table.js';
import { queuedRow } from './reply-row.js';

const NOW = 1_000_000;
const FREE: ChoiceFacts = {
  limit: 100,
  noticeLimit: 100,
  now: NOW,
  isBusy: () => false,
  waitMs: () => 0,
  heldUntil: () => 0,
};

const row = (id: string, person: string, priority: number = PRIORITIES.reply): OutboxRow => ({
  ...queuedRow({
    ...{ id, phoneNumberId: '1', contactId: person as ContactId, personKey: person as PersonKey, priority },
    ...{
      purpose: 'reply',
      content: { type: 'text', body: 'a' },
      createdAt: 0,
      dueAt: 0,
      uselessAfter: 0,
      answers: null,
    },
  }),
  state: 'claimed',
});
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
const laterIds = ({ deferred }: ReturnType<typeof choose>) => deferred.map((one) => [one.row.id, one.dueAt - NOW]);

describe('What leaves next', () => {
  it('is one message a person, the oldest first', () => {
    const { chosen, kept } = choose([row('3', 'anna'), row('1', 'anna'), row('2', 'boris')], FREE);
    assert.deepEqual(ids(chosen), ['1', '2']);
    assert.deepEqual(ids(kept), ['3']);
  });

  it('is a reply before a notice, in a person and among people', () => {
    const rows = [
      row('1', 'anna', PRIORITIES.notice),
      row('2', 'anna'),
      row('3', 'boris', PRIORITIES.notice),
      row('4', 'vera'),
    ];
    assert.deepEqual(ids(choose(rows, FREE).chosen), ['2', '4', '3']);
    assert.deepEqual(ids(choose(rows, { ...FREE, noticeLimit: 0 }).chosen), ['2', '4']);
    assert.deepEqual(ids(choose(rows, { ...FREE, limit: 2 }).chosen), ['2', '4']);
  });

  it('is never the later of two replies to one person, even if that is more urgent', () => {
    const { chosen, kept } = choose([row('1', 'anna'), row('2', 'anna', PRIORITIES.reserved)], FREE);
    assert.deepEqual(ids(chosen), ['1']);
    assert.deepEqual(ids(kept), ['2']);
  });

  it('is nothing for a person to whom a message is in the air', () => {
    const { chosen, kept, deferred } = choose([row('1', 'anna')], { ...FREE, isBusy: () => true });
    assert.deepEqual([chosen.length, ids(kept), deferred.length], [0, ['1'], 0]);
  });

  it('waits together with the person: all of their replies go back, and become due at one moment', () => {
    const choice = choose([row('1', 'anna'), row('2', 'anna'), row('3', 'boris')], {
      ...FREE,
      waitMs: (person) => (person === 'anna' ? 6_000 : 0),
    });
    assert.deepEqual(ids(choice.chosen), ['3']);
    assert.deepEqual(laterIds(choice), [
      ['1', 6_000],
      ['2', 6_000],
    ]);
  });

  it('waits as long as an earlier reply that was put off', () => {
    const choice = choose([row('2', 'anna')], { ...FREE, heldUntil: () => NOW + 4_000 });
    assert.deepEqual(laterIds(choice), [['2', 4_000]]);
  });

  it('may be a stop’s confirmation or a human’s word while ordinary replies wait for the rate', () => {
    const choice = choose([row('1', 'anna'), row('2', 'anna', PRIORITIES.reserved)], {
      ...FREE,
      waitMs: (_person, reserved) => (reserved ? 0 : 6_000),
    });
    assert.deepEqual(ids(choice.chosen), ['2']);
    assert.deepEqual(laterIds(choice), [['1', 6_000]]);
  });

  it('loses no row, chooses nobody twice and keeps every limit, whatever is in hand', () => {
    const rows = fc
      .array(fc.tuple(fc.nat(5), fc.constantFrom(...Object.values(PRIORITIES))), { maxLength: 40 })
      .map((list) => list.map(([person, priority], id) => row(String(1_000 + id), `p${person}`, priority)));
    const facts = fc.record({
      limit: fc.nat(6),
      noticeLimit: fc.nat(3),
      busy: fc.nat(5),
      waits: fc.array(fc.nat(5)),
      held: fc.nat(5),
    });
    fc.assert(
      fc.property(rows, facts, (list, { limit, noticeLimit, busy, waits, held }) => {
        const { chosen, kept, deferred } = choose(list, {
          ...{ limit, noticeLimit, now: NOW },
          isBusy: (person) => person === `p${busy}`,
          waitMs: (person, reserved) => (waits.some((one) => person === `p${one}`) ? (reserved ? 100 : 5_000) : 0),
          heldUntil: (person) => (person === `p${held}` ? NOW + 50 : 0),
        });
        const all = [...chosen, ...kept, ...deferred.map((one) => one.row)];
        assert.deepEqual(ids(all).sort(), ids(list).sort());
        assert.equal(new Set(chosen.map((one) => one.personKey)).size, chosen.length);
        assert.ok(chosen.length <= limit && chosen.filter(isNotice).length <= noticeLimit);
        for (const one of deferred) assert.ok(one.dueAt > NOW);
        for (const one of chosen) {
          assert.notEqual(one.personKey, `p${busy}`);
          const older = list.filter(
            (other) => other.personKey === one.personKey && other.id < one.id && !isNotice(other),
          );
          if (one.priority === PRIORITIES.reserved) continue;
          assert.deepEqual(ids(older), [], 'an ordinary reply overtakes nothing');
        }
      }),
    );
  });
});

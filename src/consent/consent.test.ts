import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TOPICS, type Topic } from '../contacts/contact-shape.js';
import { applyAct, maySend, NOTHING_SAID, UNDO_MS, type Act, type ConsentState } from './consent.js';
import { anyStatement, NOON, said } from './ledger.fixture.js';
import { actOf } from './ledger-entry.js';
import type { Statement } from './ledger.js';

const meant = ({ act, topic, at, evidence }: Statement): Act => actOf({ act, topic, at }, evidence);
const after = (...statements: readonly Statement[]): ConsentState =>
  statements.reduce((state, statement) => applyAct(state, meant(statement)), NOTHING_SAID);
const states = (state: ConsentState): string => TOPICS.map((topic) => state.topics[topic].state).join(' ');
const service = { serviceOpen: [], serviceUntil: null };
const wants = (state: ConsentState, topic: Topic): boolean => maySend({ ...state, ...service }, topic, NOON);

const stopAll = (at: number) => said('optOut', null, at);
const undo = (at: number, topic: Topic | null = null) => said('optIn', topic, at, 'chat', { undo: true });

describe('consent', () => {
  it('may be sent on for a topic only after an opt-in to that topic', () => {
    assert.equal(maySend(undefined, 'news', NOON), false);
    const state = after(said('optIn', 'news', NOON));
    assert.deepEqual([wants(state, 'news'), wants(state, 'offers'), wants(state, 'maintenance')], [true, false, false]);
  });

  it('is taken from everything by a stop, from one topic by a stop of that topic', () => {
    const both = [said('optIn', 'news', NOON), said('optIn', 'maintenance', NOON)];
    assert.equal(states(after(...both, said('optOut', 'news', NOON + 1))), 'in out none none');
    const stopped = after(...both, stopAll(NOON + 1));
    assert.equal(states(stopped), 'out out out out');
    assert.equal(stopped.stoppedAll, NOON + 1);
  });

  it('is not given by a list to somebody who stopped, whatever the list’s date says', () => {
    for (const at of [NOON - 5, NOON + 5]) {
      assert.equal(states(after(stopAll(NOON), said('optIn', 'news', at, 'import'))), 'out out out out');
      assert.equal(
        states(after(said('optOut', 'news', NOON), said('optIn', 'news', at, 'import'))),
        'none out none none',
      );
    }
    assert.equal(states(after(said('optIn', 'news', NOON + 5, 'import'), stopAll(NOON))), 'out out out out');
  });

  it('that is older than the stop does not lift it, and one that is younger outlives the stop that comes late', () => {
    assert.equal(after(stopAll(NOON + 2), said('optIn', 'news', NOON + 1)).topics.news.state, 'out');
    const late = after(said('optIn', 'news', NOON + 2), stopAll(NOON + 1));
    assert.equal(states(late), 'out in out out');
    assert.equal(late.stoppedAll, null);
  });

  it('of the same second as the stop goes by what came last', () => {
    assert.equal(after(stopAll(NOON), said('optIn', 'news', NOON)).topics.news.state, 'in');
    assert.equal(after(said('optIn', 'news', NOON), stopAll(NOON)).topics.news.state, 'out');
  });

  it('comes back by one tap within 24 hours, each topic as it was', () => {
    const before = [said('optIn', 'news', NOON), said('optOut', 'offers', NOON)];
    const back = after(...before, stopAll(NOON + 10), undo(NOON + 20));
    assert.equal(states(back), 'none in out none');
    assert.equal(back.stoppedAll, null);
    assert.equal(states(after(...before, stopAll(NOON + 10), undo(NOON + 11 + UNDO_MS))), 'out out out out');
    assert.equal(states(after(...before, stopAll(NOON + 10), stopAll(NOON + 15), undo(NOON + 20))), 'none in out none');
  });

  it('that was undone is not undone twice, and a later word about a topic stands', () => {
    const all = [said('optIn', 'news', NOON), said('optIn', 'offers', NOON), stopAll(NOON + 1)];
    assert.equal(states(after(...all, said('optOut', 'news', NOON + 2), undo(NOON + 3))), 'none out in none');
    assert.equal(
      states(after(...all, undo(NOON + 2), said('optOut', 'news', NOON + 3), undo(NOON + 4))),
      'none out in none',
    );
  });

  it('is taken by Meta’s stop and given back by its resume, and no more than that', () => {
    const meta = (act: 'optIn' | 'optOut', at: number) => [
      said(act, 'news', at, 'whatsapp'),
      said(act, 'offers', at, 'whatsapp'),
    ];
    const given = said('optIn', 'offers', NOON);
    assert.equal(states(after(given, ...meta('optOut', NOON + 1))), 'none out out none');
    assert.equal(states(after(given, ...meta('optOut', NOON + 1), ...meta('optIn', NOON + 2))), 'none out in none');
    const word = [given, ...meta('optOut', NOON + 1), stopAll(NOON + 2), ...meta('optIn', NOON + 3)];
    assert.equal(states(after(...word)), 'out out out out', 'the word is the stricter stop');
    assert.equal(states(after(...word.slice(0, 3), undo(NOON + 4), ...meta('optIn', NOON + 5))), 'none out in none');
  });

  it('to service ends 30 days after the last case closed, and a stop takes it until the next one opens', () => {
    const state = after(said('optIn', 'service', NOON));
    const ask = (serviceOpen: string[], serviceUntil: number | null) =>
      maySend({ ...state, serviceOpen, serviceUntil }, 'service', NOON);
    assert.deepEqual(
      [ask(['case'], null), ask([], NOON + 1), ask([], NOON), ask([], null)],
      [true, true, false, false],
    );
    const stopped = after(said('optIn', 'service', NOON), stopAll(NOON + 1));
    assert.equal(stopped.topics.service.state, 'out');
    const reopened = applyAct(stopped, meant(said('optIn', 'service', NOON + 2)));
    assert.equal(states(reopened), 'out out out in');
    assert.equal(reopened.stoppedAll, NOON + 1, 'the rest stays stopped');
  });

  it('of two people who are one is the strictest', () => {
    const one = after(said('optIn', 'news', NOON), said('optIn', 'offers', NOON));
    const other = after(said('optOut', 'news', NOON - 9), said('optIn', 'maintenance', NOON));
    for (const [a, b] of [
      [one, other],
      [other, one],
    ] as const)
      assert.equal(states(applyAct(a, { act: 'merged', at: NOON, other: b })), 'in out in none');
    assert.equal(states(applyAct(one, { act: 'merged', at: NOON, other: after(stopAll(1)) })), 'out out out out');
  });

  it('is lifted from a stop by nothing but the person’s own act, in any order of acts', () => {
    fc.assert(
      fc.property(fc.array(anyStatement, { maxLength: 30 }), (statements) => {
        let state = NOTHING_SAID;
        for (const statement of statements) {
          const act = meant(statement);
          const next = applyAct(state, act);
          for (const topic of TOPICS) {
            const [was, is] = [state.topics[topic], next.topics[topic]];
            if (was.state !== 'out' || is.state === 'out') continue;
            const own = act.act === 'undo' || (act.act === 'optIn' && act.by === 'person');
            const resumed =
              act.act === 'optIn' && act.by === 'platform' && was.by === 'platform' && was.had !== undefined;
            assert.ok(own || resumed, `${statement.act} by ${statement.evidence.channel} lifted ${topic}`);
          }
          state = next;
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('never stands after an erasure', () => {
    fc.assert(
      fc.property(fc.array(anyStatement, { maxLength: 20 }), (statements) => {
        const state = applyAct(after(...statements), { act: 'erased', at: NOON });
        assert.equal(states(state), 'out out out out');
        assert.notEqual(state.stoppedAll, null);
      }),
    );
  });
});

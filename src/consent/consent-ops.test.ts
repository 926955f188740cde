import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterChange, NOTHING_AGREED, UNDO_MS } from '../conversation/consent-view.js';
import type { ConsentChange, ConsentView } from './consent-change.js';
import { consentOps, viewOf } from './consent-ops.js';
import { consentGuards } from './consent-tables.js';
import { MemoryLedger, NOON, person, testLedger } from './ledger.fixture.js';

const ann = person('ann');

type Wish = {
  readonly what: 'all' | 'stop' | 'in' | 'undo';
  readonly topic: 'maintenance' | 'news' | 'offers';
  readonly afterMs: number;
};

/** As the conversation would ask: an undo only of the stop that can be undone. */
function changeOf({ what, topic }: Wish, view: ConsentView, at: number): ConsentChange | undefined {
  const said = { at, inputId: 'input' };
  switch (what) {
    case 'all':
      return { kind: 'consent.stopAll', ...said };
    case 'stop':
      return { kind: 'consent.stop', topic, ...said };
    case 'in':
      return { kind: 'consent.optIn', topic, wording: 'news.1.ru', ...said };
    case 'undo':
      if (!view.undo || at - view.undo.at > UNDO_MS) return undefined;
      return { kind: 'consent.undo', topic: view.undo.topic, ...said };
  }
}

describe('what the conversation knows of consent', () => {
  it('after any acts of a person is what the ledger says, so that no confirmation says something untrue', () => {
    const wish: fc.Arbitrary<Wish> = fc.record({
      what: fc.constantFrom('all', 'stop', 'in', 'undo'),
      topic: fc.constantFrom('maintenance', 'news', 'offers'),
      afterMs: fc.constantFrom(1_000, 60_000, 13 * 3_600_000),
    });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 25 }), (wishes) => {
        const ledger = new MemoryLedger();
        let view = NOTHING_AGREED;
        let at = NOON;
        for (const one of wishes) {
          at += one.afterMs;
          const change = changeOf(one, view, at);
          if (!change) continue;
          view = afterChange(view, change);
          const turn = { ledger: testLedger, contactId: ann, messageOf: () => undefined, now: at };
          ledger.apply(consentOps([change], { ...turn, guard: ledger.guard(ann) }));
          assert.deepEqual(plain(view), plain(viewOf(ledger.of(consentGuards)[0])), JSON.stringify(one));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

const plain = (view: ConsentView): unknown => JSON.parse(JSON.stringify(view));

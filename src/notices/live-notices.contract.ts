import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { put } from '../storage/engine.js';
import { holdRow } from '../storage/hold.js';
import { meta } from '../storage/meta-table.js';
import { holdNotices } from './hold-notices.js';
import { LiveNotices } from './live-notices.js';
import { DAY, HOUR, NoticesStand } from './notices.fixture.js';

/** What others know of the notices: the bot, and a store that was restored. */
export const knownNoticesContract = (place: () => Promise<StorePlace>): void => {
  let stand: NoticesStand;
  beforeEach(async () => (stand = await NoticesStand.open(await place())));
  afterEach(() => stand.close());

  it('the bot knows what goes on and what comes next, of what is approved and not off', async () => {
    const live = new LiveNotices(stand.engine, stand.bench.clock);
    const at = async (aheadMs = 0) => {
      await live.read();
      const found = live.at(stand.bench.clock.now() + aheadMs);
      return [found.now?.id, found.next?.id];
    };
    await stand.draft(2 * HOUR);
    assert.deepEqual(await at(), [undefined, undefined]);
    const later = await stand.approved(DAY);
    const soon = await stand.approved(2 * HOUR);
    assert.deepEqual(await at(), [undefined, soon.id]);
    assert.deepEqual(await at(2 * HOUR), [soon.id, later.id]);
    assert.deepEqual(await at(3 * HOUR), [undefined, later.id]);
    const ahead = (aheadMs = 0) => [soon, later].map(({ id }) => live.isAhead(id, stand.bench.clock.now() + aheadMs));
    assert.deepEqual(
      [ahead(), ahead(3 * HOUR)],
      [
        [true, true],
        [false, true],
      ],
    );
    await stand.act(soon, 'cancel');
    assert.deepEqual(await at(2 * HOUR), [undefined, later.id]);
    assert.deepEqual(ahead(), [false, true]);
  });

  it('a restored store says nothing that was due since its backup, lists it as skipped, and plans what lies ahead', async () => {
    await stand.people(3);
    const notice = await stand.approved(5 * DAY, { announceBefore: ['P3D', 'PT1H'] });
    const backupAt = stand.bench.clock.now();
    await stand.engine.commit([put(meta, holdRow(backupAt))]);
    stand.bench.clock.advance(2.5 * DAY);
    assert.equal(await holdNotices(stand.engine, stand.bench.clock.now()), 1);
    assert.equal(await holdNotices(stand.engine, stand.bench.clock.now()), 0, 'once for each hold');
    stand.start();
    await stand.quiet();
    assert.deepEqual(await stand.sent(), []);
    const states = (await stand.words(notice, 'before')).map(({ state, reason }) => [state, reason]);
    assert.deepEqual(states, [
      ['skipped', 'tooLate'],
      ['planned', null],
    ]);
    await stand.pass(2.5 * DAY - HOUR);
    assert.equal((await stand.sent()).length, 3);
    await stand.check(notice);
  });

  it('a restored store does not go on with a run that the backup cut in two', async () => {
    await stand.people(300);
    const notice = await stand.approved(HOUR, { announceBefore: ['PT1H'] });
    stand.bench.cloudApi.always(() => ({
      kind: 'notSent',
      scope: 'number',
      reason: 'rate',
      retryAfterMs: HOUR,
      code: 130429,
    }));
    const runner = stand.start({ perSecond: 1 });
    await stand.quiet();
    await runner.stop();
    const calls = stand.bench.cloudApi.sent.length;
    await stand.engine.commit([put(meta, holdRow(stand.bench.clock.now()))]);
    assert.equal(await holdNotices(stand.engine, stand.bench.clock.now()), 1);
    stand.start();
    await stand.quiet();
    await stand.pass(2_000);
    assert.equal(stand.bench.cloudApi.sent.length, calls);
    const [word] = await stand.words(notice, 'before');
    assert.deepEqual([word?.state, word?.reason, word?.deliveries.skipped], ['cancelled', 'tooLate', { tooLate: 300 }]);
    await stand.check(notice);
  });
};

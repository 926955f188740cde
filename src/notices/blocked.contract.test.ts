import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { accepted } from '../delivery/dispatcher.fixture.js';
import { DAY, HOUR, NoticesStand } from './notices.fixture.js';

onBothStores('Somebody whom the company has blocked', (place) => {
  let stand: NoticesStand;
  beforeEach(async () => (stand = await NoticesStand.open(await place())));
  afterEach(() => stand.close());

  it('is refused once, and passed over as blocked from then on; after a week it is asked again', async () => {
    const [blocked, other] = await stand.people(2);
    assert.ok(blocked && other);
    let lifted = false;
    const ofBlocked = async (id: string) => (await stand.bench.row({ id })).contactId === blocked.id;
    stand.bench.cloudApi.always(async ({ id }) =>
      !lifted && (await ofBlocked(id)) ? { kind: 'rejected', code: 130403, reason: 'undeliverable' } : accepted(),
    );
    const first = await stand.approved(20 * DAY, { announceBefore: ['P30D', 'P1D'] });
    stand.start();
    await stand.quiet();
    const [word] = await stand.words(first, 'before');
    assert.deepEqual([word?.deliveries.failed, word?.deliveries.accepted], [1, 1]);

    const second = await stand.draft(2 * DAY, { announceBefore: ['P3D'] });
    const run = (await stand.as().post(`/notices/${second.id}/dry-run`).expect(200)).body as {
      willGet: number;
      willNot: object;
    };
    assert.deepEqual([run.willGet, run.willNot], [1, { blocked: 1 }]);
    await stand.act(second, 'approve', { evenIfLate: true });
    await stand.quiet();
    const [other2] = await stand.words(second, 'before');
    assert.deepEqual([other2?.deliveries.skipped, other2?.deliveries.accepted], [{ blocked: 1 }, 1]);
    assert.deepEqual(await stand.told(blocked), ['before'], 'and was tried a single time');
    await stand.check(first);
    await stand.check(second);

    lifted = true;
    await stand.pass(19 * DAY + HOUR);
    assert.deepEqual(await stand.told(blocked), ['before', 'before']);
    await stand.check(first);
  });

  it('is passed over at the last moment, too, when the message was queued already', async () => {
    const [blocked] = await stand.people(1);
    assert.ok(blocked);
    stand.bench.cloudApi.then({ kind: 'rejected', code: 130403, reason: 'undeliverable' });
    // Two windows at once: both words are queued, and one of them is refused.
    const notices = [
      await stand.approved(2 * DAY, { announceBefore: ['P3D'] }),
      await stand.approved(2 * DAY, { announceBefore: ['P3D'] }),
    ];
    const runner = stand.start({ phoneNumberId: stand.bench.number });
    await stand.quiet();
    await stand.pass(2_000);
    const found = [];
    for (const notice of notices) {
      const [word] = await stand.words(notice, 'before');
      found.push([word?.deliveries.failed, word?.deliveries.skipped]);
      await stand.check(notice);
    }
    assert.deepEqual(
      found.toSorted((one, other) => Number(one[0]) - Number(other[0])),
      [
        [0, { blocked: 1 }],
        [1, {}],
      ],
    );
    assert.equal(stand.bench.cloudApi.sent.length, 1);
    await runner.stop();
  });
});

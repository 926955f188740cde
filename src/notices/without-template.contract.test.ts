import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { accepted, tooManyForPerson } from '../delivery/dispatcher.fixture.js';
import { DAY, HOUR, NoticesStand } from './notices.fixture.js';
import { sweep } from './sweep.js';

const MINUTE = 60_000;

onBothStores('An announcement whose template cannot be used', (place) => {
  let stand: NoticesStand;
  beforeEach(async () => (stand = await NoticesStand.open(await place())));
  afterEach(() => stand.close());

  const messageOf = async (person: { readonly id: string }): Promise<OutboxRow> => {
    const [row] = await stand.engine.find(outbox, { where: { contactId: person.id as never }, limit: 5 });
    return row ?? assert.fail('there is no message');
  };

  it('leaves in the same words with the same button to whoever has an open window, and waits for the others', async () => {
    const [writer, silent] = await stand.people(2);
    assert.ok(writer && silent);
    await stand.wrote(writer);
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P3D'] });
    await stand.template('before', 'ru', 'PAUSED');
    stand.start();
    await stand.quiet();
    const { content } = stand.bench.cloudApi.sent[0]?.message ?? assert.fail();
    assert.ok(content.type === 'buttons');
    assert.match(content.body, /^before 20/);
    assert.deepEqual(content.buttons, [{ id: 'stop', title: 'Stop these' }]);
    assert.deepEqual((await messageOf(writer)).content, content, 'what was said is what is kept');
    assert.deepEqual(await stand.told(silent), []);
    const [waiting] = await stand.words(notice, 'before');
    assert.deepEqual([waiting?.deliveries.accepted, waiting?.deliveries.queued], [1, 1]);
    await stand.check(notice);

    await stand.template('before', 'ru', 'APPROVED');
    await stand.pass(1_001);
    await stand.pass(1_001);
    assert.deepEqual(await stand.told(silent), ['before'], 'within seconds');
    assert.deepEqual(await stand.told(writer), ['buttons'], 'and nobody twice');
    await stand.check(notice);
  });

  it('leaves so even where Meta has disabled the template for good, and the others are passed over for it', async () => {
    const [writer, silent] = await stand.people(2);
    assert.ok(writer && silent);
    await stand.wrote(writer);
    const notice = await stand.approved(2 * HOUR, { announceBefore: ['PT3H'] });
    await stand.template('before', 'ru', 'DISABLED');
    stand.start();
    await stand.quiet();
    assert.deepEqual(await stand.told(writer), ['buttons']);
    await stand.pass(2 * HOUR);
    await stand.pass(1_000);
    assert.deepEqual((await stand.words(notice, 'before'))[0]?.deliveries.skipped, { template: 1 });
    await stand.check(notice);
  });

  it('never leaves as a message after the window has closed: it waits for its template, and leaves by that', async () => {
    const [writer] = await stand.people(1);
    assert.ok(writer);
    await stand.wrote(writer);
    const notice = await stand.approved(3 * DAY, { announceBefore: ['P5D'] });
    await stand.template('before', 'ru', 'PAUSED');
    stand.bench.clock.advance(23 * HOUR + 54 * MINUTE + 30_000);
    stand.bench.cloudApi.then({ ...tooManyForPerson, retryAfterMs: MINUTE });
    stand.start();
    await stand.quiet();
    assert.equal((await messageOf(writer)).content?.type, 'buttons');
    await stand.pass(2 * MINUTE);
    assert.deepEqual(await stand.told(writer), ['buttons'], 'the call that was refused, and no other');
    assert.deepEqual([(await messageOf(writer)).state, (await messageOf(writer)).reason], ['queued', 'template']);
    await stand.check(notice);
    await stand.template('before', 'ru', 'APPROVED');
    await stand.pass(2_000);
    assert.deepEqual(await stand.told(writer), ['buttons', 'before']);
    assert.equal((await messageOf(writer)).content?.type, 'template');
    await stand.check(notice);
  });

  it('is held by a refusal in the middle of a run, and goes on as soon as Meta approves', async () => {
    await stand.people(5);
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P3D'] });
    stand.bench.cloudApi.always(({ attempt }) => (attempt > 0 ? accepted() : assert.fail()));
    stand.bench.cloudApi.then(accepted(), { kind: 'rejected', code: 132015, reason: 'template' });
    stand.start({}, 20);
    await stand.quiet();
    for (let tenth = 0; tenth < 2; tenth += 1) await stand.pass(300);
    const [held] = await stand.words(notice, 'before');
    assert.equal(held?.deliveries.failed, 1);
    assert.ok((held?.deliveries.queued ?? 0) > 0, 'it was in the middle');
    const before = stand.bench.cloudApi.sent.length;
    await stand.pass(MINUTE);
    assert.equal(stand.bench.cloudApi.sent.length, before);
    await stand.template('before', 'ru', 'APPROVED');
    for (let second = 0; second < 3; second += 1) await stand.pass(1_100);
    const [after] = await stand.words(notice, 'before');
    assert.deepEqual([after?.deliveries.failed, after?.deliveries.accepted], [1, 4]);
    await stand.check(notice);
  });

  it('is the reason of whoever waited for it in the queue until it was too late, and of nobody else', async () => {
    const [waiting, stopped] = await stand.people(2);
    assert.ok(waiting && stopped);
    const notice = await stand.approved(2 * HOUR, { announceBefore: ['PT3H'] });
    await stand.template('before', 'ru', 'PAUSED');
    stand.wordings.unusable.clear(); // it is found out when they are queued already
    const runner = stand.start();
    await stand.quiet();
    assert.equal((await messageOf(waiting)).reason, 'template');
    await stand.stop(stopped);
    await stand.pass(6 * MINUTE);
    await runner.stop();
    await stand.bench.stop(); // whoever of the two comes first says the same
    stand.bench.clock.advance(2 * HOUR);
    const [word] = await stand.words(notice, 'before');
    await sweep(stand.engine, { id: word?.id ?? '', reason: 'tooLate' }, stand.bench.clock.now());
    assert.equal((await messageOf(waiting)).state, 'rejected');
    stand.start();
    await stand.quiet();
    await stand.pass(1_001);
    assert.deepEqual((await stand.words(notice, 'before'))[0]?.deliveries.skipped, { template: 1, stopped: 1 });
    assert.deepEqual(await stand.sent(), []);
    await stand.check(notice);
  });

  it('stays with whoever runs out of consent or time like any other', async () => {
    const [writer] = await stand.people(1);
    assert.ok(writer);
    await stand.wrote(writer);
    await stand.stop(writer);
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P3D'] });
    await stand.template('before', 'ru', 'PAUSED');
    stand.start();
    await stand.quiet();
    assert.deepEqual((await stand.words(notice, 'before'))[0]?.deliveries.skipped, { stopped: 1 });
    assert.deepEqual(await stand.sent(), []);
  });
});

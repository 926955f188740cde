import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { outbox } from '../delivery/outbox-table.js';
import { DAY, HOUR, NoticesStand, type ShownNotice } from './notices.fixture.js';
import { announcements } from './notice-tables.js';

type Problem = { detail: string; errors?: { field: string; message: string }[] };

/** Notices over HTTP: drafts, approvals, changes, and what is refused. */
export const noticeApiContract = (place: () => Promise<StorePlace>): void => {
  let stand: NoticesStand;
  beforeEach(async () => (stand = await NoticesStand.open(await place())));
  afterEach(() => stand.close());

  const refused = async (notice: ShownNotice, name: string, body: object = {}, caller = stand.as()): Promise<string> =>
    ((await caller.post(`/notices/${notice.id}/${name}`).send(body).expect(409)).body as Problem).detail;

  it('drafts a notice with its announcements, and warns of windows that overlap', async () => {
    const notice = await stand.draft(5 * DAY, { announce: ['before', 'begun', 'done'], site: 'М9' });
    assert.equal(notice.state, 'draft');
    const start = stand.bench.clock.now() + 5 * DAY;
    assert.deepEqual(
      notice.announcements.map(({ kind, lead, state, notBefore, uselessAfter }) => [
        kind,
        lead,
        state,
        Math.round((Date.parse(notBefore) - start) / HOUR) + 0,
        Math.round((Date.parse(uselessAfter) - start) / HOUR) + 0,
      ]),
      [
        ['before', 'P3D', 'planned', -72, 0],
        ['before', 'P1D', 'planned', -24, 0],
        ['before', 'PT1H', 'planned', -1, 0],
        ['begun', null, 'planned', 0, 1],
        ['done', null, 'planned', 1, 25],
      ],
    );
    assert.deepEqual(notice.announcements[0]?.deliveries, {
      ...{ planned: 0, queued: 0, attempted: 0, accepted: 0, sent: 0, delivered: 0, read: 0, failed: 0, unknown: 0 },
      ...{ notDelivered: 0, skipped: {} },
    });
    assert.deepEqual(notice.warnings, []);
    stand.bench.clock.advance(1);
    const other = await stand.draft(5 * DAY + HOUR / 2);
    assert.deepEqual(other.warnings, [
      { kind: 'overlap', notice: notice.id, message: 'another window overlaps this one' },
    ]);
    const { body } = await stand.as().get('/notices?limit=1').expect(200);
    assert.deepEqual([body.items[0].id, body.next], [other.id, other.id]);
    await stand.as().get('/notices/none').expect(404);
  });

  it('names every wrong field', async () => {
    const body = { startsAt: 'soon', endsAt: stand.time(-1), site: 5, audiense: {} };
    const answer = await stand.as().post('/notices').send(body).expect(422);
    const problem = answer.body as Problem;
    assert.deepEqual(problem.errors?.map(({ field }) => field).toSorted(), ['audiense', 'endsAt', 'site', 'startsAt']);
    const notice = await stand.draft(DAY);
    await stand
      .as()
      .post(`/notices/${notice.id}/change`)
      .send({ endsAt: stand.time(-1), urgent: 1 })
      .expect(422);
    await stand.as().post(`/notices/${notice.id}/approve`).send({ evenIfLate: 'yes' }).expect(422);
  });

  it('lets agents draft and try, and broadcasters do the rest', async () => {
    const [agent, broadcaster] = [await stand.api.asRole('agent'), await stand.api.asRole('broadcaster')];
    const body = { startsAt: stand.time(DAY), endsAt: stand.time(DAY + HOUR) };
    const { id } = (await stand.as(agent).post('/notices').send(body).expect(201)).body as ShownNotice;
    await stand.as(agent).post(`/notices/${id}/dry-run`).expect(200);
    for (const act of ['approve', 'pause', 'resume', 'change', 'cancel']) {
      await stand.as(agent).post(`/notices/${id}/${act}`).expect(403);
      const answer = await stand.as(broadcaster).post(`/notices/${id}/${act}`);
      assert.ok(answer.status === 200, `${act}: ${answer.status}`);
    }
  });

  it('refuses what has its moment elsewhere, and does nothing twice', async () => {
    const notice = await stand.draft(DAY);
    for (const act of ['pause', 'resume']) await refused(notice, act);
    assert.equal((await stand.act(notice, 'approve')).state, 'approved');
    assert.equal((await stand.act(notice, 'approve')).state, 'approved');
    assert.equal((await stand.act(notice, 'resume')).state, 'approved');
    assert.equal((await stand.act(notice, 'pause')).state, 'paused');
    assert.equal((await stand.act(notice, 'pause')).state, 'paused');
    await refused(notice, 'approve');
    assert.equal((await stand.act(notice, 'resume')).state, 'approved');
    assert.equal((await stand.act(notice, 'cancel')).state, 'cancelled');
    assert.equal((await stand.act(notice, 'cancel')).state, 'cancelled');
    for (const act of ['approve', 'pause', 'resume', 'change', 'dry-run'])
      await refused(notice, act, act === 'change' ? { urgent: true } : {});
    const late = await stand.draft(DAY);
    stand.bench.clock.advance(2 * DAY);
    assert.match(await refused(late, 'approve'), /over/);
    const over = await stand.approved(HOUR);
    stand.bench.clock.advance(HOUR);
    assert.equal((await stand.shown(over)).state, 'underWay');
    stand.bench.clock.advance(HOUR);
    assert.equal((await stand.shown(over)).state, 'done');
    for (const act of ['approve', 'cancel', 'resume']) await refused(over, act);
    const { body } = await stand.api.admin.get('/audit?limit=50').expect(200);
    const acts = (body.items as { action: string; target: string }[]).filter(
      ({ target }) => target === `notice:${notice.id}`,
    );
    assert.deepEqual(acts.map(({ action }) => action).toSorted(), [
      'notice.approve',
      'notice.cancel',
      'notice.create',
      'notice.pause',
      'notice.resume',
    ]);
    const [made] = (body.items as { action: string; after: Record<string, unknown> }[]).filter(
      ({ action }) => action === 'notice.create',
    );
    assert.match(String(made?.after['startsAt']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('makes one notice of one request that is sent twice', async () => {
    const body = { startsAt: stand.time(DAY), endsAt: stand.time(DAY + HOUR) };
    const send = () => stand.as().post('/notices').set('idempotency-key', 'one').send(body).expect(201);
    assert.equal((await send()).body.id, (await send()).body.id);
    assert.equal((await stand.as().get('/notices')).body.items.length, 1);
  });

  it('is approved only with every template that it may need, its change and its cancellation included', async () => {
    const notice = await stand.draft(DAY);
    stand.wordings.unusable.add('notice_cancelled en');
    assert.match(await refused(notice, 'approve'), /notice_cancelled \(en\)/);
    const { body } = await stand.as().post(`/notices/${notice.id}/dry-run`).expect(200);
    assert.deepEqual(body.missingTemplates, [{ name: 'notice_cancelled', language: 'en' }]);
    stand.wordings.unusable.clear();
    await stand.act(notice, 'approve');
  });

  it('shows in a dry run who will get it and who will not, each text, the time it takes and what it costs', async () => {
    await stand.people(10);
    await stand.people(2, { language: 'en' });
    const [gone] = await stand.people(1);
    await stand.stop(gone ?? assert.fail());
    await stand.strangers(4);
    await stand.people(1, { identities: [] });
    stand.room.perSecond = 5;
    const notice = await stand.draft(5 * DAY, { announceBefore: ['P3D', 'PT1H'], announce: ['before', 'done'] });
    const { body } = await stand.as().post(`/notices/${notice.id}/dry-run`).expect(200);
    assert.deepEqual(
      [body.audience, body.willGet, body.willNot],
      [18, 12, { stopped: 1, noConsent: 4, undeliverable: 1 }],
    );
    const texts = body.texts as { language: string; kind: string; body: string; announcement: string }[];
    assert.deepEqual(
      texts.map(({ language, kind }) => `${kind} ${language}`),
      ['before ru', 'before en', 'before ru', 'before en', 'done ru', 'done en'],
    );
    assert.ok(texts.every(({ announcement }) => notice.announcements.some(({ id }) => id === announcement)));
    assert.equal(body.seconds, 3);
    assert.equal(Date.parse(body.lastLeavesAt as string), stand.bench.clock.now() + 5 * DAY + HOUR + 3_000);
    assert.deepEqual(body.cost, { currency: 'RUB', amountMinor: 36 * 360, messages: { utility: 36 } });
    const filtered = await stand.draft(5 * DAY, { audience: { tags: ['vip'] } });
    assert.equal((await stand.as().post(`/notices/${filtered.id}/dry-run`)).body.audience, 0);
  });

  it('counts out of the tier, and is not approved where it cannot be finished in time, unless that is meant', async () => {
    await stand.people(10);
    const notice = await stand.draft(HOUR, { announceBefore: ['PT1M'] });
    stand.room.tierLeft = 4;
    const { body } = await stand.as().post(`/notices/${notice.id}/dry-run`).expect(200);
    assert.deepEqual([body.willGet, body.willNot, body.inTime], [4, { overTier: 6 }, false]);
    await refused(notice, 'approve');
    stand.room.tierLeft = null;
    stand.room.perSecond = 0.1;
    assert.match(await refused(notice, 'approve'), /evenIfLate/);
    assert.equal((await stand.act(notice, 'approve', { evenIfLate: true })).state, 'approved');
  });

  it('needs a second operator above the set number, for the approval and for a change of what is approved', async () => {
    await stand.people(3);
    stand.secondApprovalAbove = 2;
    const [one, two, three] = [
      await stand.api.asRole('broadcaster'),
      await stand.api.asRole('broadcaster'),
      await stand.api.asRole('broadcaster'),
    ];
    const notice = await stand.draft(2 * DAY, { announceBefore: ['P1D'] });
    await stand.as(one).post(`/notices/${notice.id}/change`).send({ site: 'M9' }).expect(200);
    await refused(notice, 'approve');
    await refused(notice, 'approve', {}, stand.as(one));
    await stand.as(two).post(`/notices/${notice.id}/approve`).expect(200);
    const moved = { startsAt: stand.time(3 * DAY), endsAt: stand.time(3 * DAY + HOUR) };
    const waits = (await stand.as(two).post(`/notices/${notice.id}/change`).send(moved).expect(200))
      .body as ShownNotice & { startsAt: string };
    assert.equal(waits.startsAt, stand.time(2 * DAY));
    assert.equal((waits.proposed as { startsAt: string }).startsAt, moved.startsAt);
    await refused(notice, 'approve', {}, stand.as(two));
    const after = (await stand.as(three).post(`/notices/${notice.id}/approve`).expect(200)).body as ShownNotice & {
      startsAt: string;
    };
    assert.deepEqual([after.startsAt, after.proposed], [moved.startsAt, null]);
  });

  it('keeps the history of a window, and moves its planned announcements with it', async () => {
    const notice = await stand.approved(5 * DAY, { announceBefore: ['P3D', 'PT1H'], announce: ['before', 'done'] });
    const ids = notice.announcements.map(({ id }) => id);
    const changed = (await stand.act(notice, 'change', {
      startsAt: stand.time(6 * DAY),
      endsAt: stand.time(6 * DAY + HOUR),
      announceBefore: ['P3D', 'P1D'],
    })) as ShownNotice & { history: { startsAt: string; by: string }[] };
    assert.deepEqual(
      changed.history.map(({ startsAt, by }) => [startsAt, by]),
      [[stand.time(5 * DAY), 'admin']],
    );
    const planned = changed.announcements.filter(({ state }) => state === 'planned');
    assert.deepEqual(
      planned.map(({ kind, lead, notBefore }) => [kind, lead, notBefore]),
      [
        ['before', 'P3D', stand.time(3 * DAY)],
        ['before', 'P1D', stand.time(5 * DAY)],
        ['done', null, stand.time(6 * DAY + HOUR)],
      ],
    );
    assert.ok(ids.includes(planned[0]?.id ?? ''), 'the same word at another time');
    assert.deepEqual(
      changed.announcements.filter(({ kind }) => kind === 'changed'),
      [],
      'nobody has heard of it',
    );
    const rows = await stand.engine.find(announcements, { where: { noticeId: notice.id }, limit: 100 });
    assert.ok(rows.filter(({ state }) => state === 'planned').every(({ dueAt }) => dueAt !== null));
    assert.equal((await stand.act(notice, 'change', {})).announcements.length, changed.announcements.length);
    assert.equal((await stand.engine.find(outbox, { where: {}, limit: 1 })).length, 0);
  });
};

import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { PEPPER, type ApiUnderTest } from '../api/api.fixture.js';
import { set } from '../storage/engine.js';
import { contacts, identities } from './contact-tables.js';
import { counts, serveContacts, type ContactsUnderTest } from './contacts.fixture.js';
import type { PersonKey } from './identity.js';
import { personKeyOf } from './person-key.js';

/** Lists of people through the API. */
export const importContract = (place: () => Promise<StorePlace>): void => {
  let means: ContactsUnderTest;
  let api: ApiUnderTest;
  beforeEach(async () => {
    means = await serveContacts(await place());
    api = means.api;
  });
  afterEach(() => api.close());

  const take = (rows: unknown[]) => means.take(rows);
  const find = (query: string) => means.find(query);
  const one = (query: string) => means.one(query);

  it('adds, merges what is new into what is known, and changes nothing when sent again', async () => {
    const rows = [
      { phone: '+79161234567', name: 'Anna', tags: ['a'], sites: ['M1'] },
      { phone: '89161234567', tags: ['b'], language: 'en' }, // the same person in the same list
      { phone: '+79160000002' },
      { phone: 'nonsense' },
      'not a row',
    ];
    const first = await take(rows);
    assert.deepEqual(counts(first), [2, 1, 0, 2]);
    assert.deepEqual(first.rejected, [
      { line: 4, reason: 'phone: not a telephone number' },
      { line: 5, reason: 'not a row' },
    ]);
    assert.deepEqual(counts(await take(rows)), [0, 0, 3, 2]);
    assert.deepEqual(counts(await take([{ phone: '+79161234567', tags: ['c', 'a'], sites: ['M2'] }])), [0, 1, 0, 0]);
    const anna = await one('phone=79161234567');
    assert.deepEqual([anna.name, anna.tags], ['Anna', ['a', 'b', 'c']]);
    assert.equal((await find('')).length, 2);
  });

  it('names the columns that nobody has read, in JSON and in CSV', async () => {
    const rows = [{ phone: '+79161234567', site: 'M9', Tags: 'vip' }, { phone: '+79161234568', site: 'M1' }, 'no row'];
    const { warnings } = (await api.admin.post('/contacts/import').send({ rows }).expect(200)).body;
    assert.deepEqual(
      warnings.map(({ column }: { column: string }) => column),
      ['site', 'Tags'],
    );
    assert.match(warnings[0].message, /not read.*sites/);
    const csv = 'phone,Comment,SITES,,Comment\n+79161234569,VIP,M9,,\n';
    const answer = await api.admin.post('/contacts/import').set('content-type', 'text/csv').send(csv).expect(200);
    assert.deepEqual(
      answer.body.warnings.map(({ column }: { column: string }) => column),
      ['Comment'],
    );
    assert.deepEqual((await one('phone=79161234569')).sites, ['M9']);
  });

  it('reads CSV, its lines counted as an editor counts them', async () => {
    const csv =
      '\uFEFFphone,name,tags,topics,source,consentedAt\r\n+79161234567,"Анна ""Аня"", мл.",a;b,news,form,2026-02-01\r\n\r\n12,,,,,\r\n';
    const answer = await api.admin
      .post('/contacts/import')
      .set('content-type', 'text/csv; charset=utf-8')
      .send(csv)
      .expect(200);
    assert.deepEqual(answer.body, {
      added: 1,
      updated: 0,
      unchanged: 0,
      rejected: [{ line: 4, reason: 'phone: not a telephone number' }],
    });
    const anna = await one('phone=79161234567');
    assert.deepEqual([anna.name, anna.tags], ['Анна "Аня", мл.', ['a', 'b']]);
    assert.deepEqual(means.consents[0]?.consent, {
      topics: ['news'],
      source: 'form',
      consentedAt: Date.parse('2026-01-31T21:00:00Z'),
    });
    assert.equal(means.consents[0]?.contactId, anna.id);
  });

  it('is too much beyond 10,000 rows or 4 MB', async () => {
    await api.admin
      .post('/contacts/import')
      .send({ rows: Array(10_001).fill({}) })
      .expect(413);
    const big = `phone,name\n+79161234567,${'x'.repeat(4 * 1024 * 1024)}\n`;
    await api.admin.post('/contacts/import').set('content-type', 'text/csv').send(big).expect(413);
    await api.admin.post('/contacts/import').send({ rows: 'x' }).expect(422);
    assert.deepEqual(await find(''), []);
  });

  it('gives a person the identity they lack, and refuses to mix two people up', async () => {
    await take([{ phone: '+79160000001' }, { userId: 'RU.two', phone: '+79160000002' }, { userId: 'RU.three' }]);
    const report = await take([
      { phone: '+79160000001', userId: 'RU.one' },
      { phone: '+79160000003', userId: 'RU.three' },
      { phone: '+79160000002', userId: 'RU.one' },
      { phone: '+79160000002', userId: 'RU.new' },
      { phone: '+79160000004', userId: 'RU.two' },
    ]);
    assert.deepEqual(counts(report), [0, 2, 0, 3]);
    assert.deepEqual(
      report.rejected.map(({ reason }) => reason),
      [
        'phone and userId belong to different people',
        'phone: it belongs to somebody with another userId',
        'userId: it belongs to somebody with another phone',
      ],
    );
    assert.equal((await one('userId=RU.one')).id, (await one('phone=79160000001')).id);
    assert.equal((await find('')).length, 3);
  });

  it('makes a new person of a number that somebody gave up, whose own history stays apart', async () => {
    await take([{ phone: '+79160000001', userId: 'RU.old', name: 'Old' }, { phone: '+79160000002' }]);
    const old = await one('userId=RU.old');
    const key = personKeyOf(PEPPER, { phone: '79160000001' as never }) as PersonKey;
    await api.engine.commit([
      set(contacts, old.id, { identities: [{ kind: 'userId', value: 'RU.old' }], personKey: key }),
      set(identities, 'phone:79160000001', { former: true }),
    ]);
    assert.deepEqual(await find('phone=79160000001'), []);
    assert.deepEqual(counts(await take([{ phone: '+79160000001', name: 'New' }])), [1, 0, 0, 0]);
    const fresh = await one('phone=79160000001');
    assert.notEqual(fresh.id, old.id);
    const row = await api.engine.get(contacts, fresh.id);
    assert.ok(row && row.personKey !== key);
    assert.equal((await api.engine.get(identities, 'phone:79160000001'))?.personKey, row.personKey);
  });

  it('leaves a blocked person as they are', async () => {
    await take([{ phone: '+79160000001', name: 'Ann' }]);
    means.blocked.add((await one('phone=79160000001')).id);
    assert.deepEqual(
      counts(await take([{ phone: '+79160000001', name: 'Eve' }, { phone: '+79160000002' }])),
      [1, 0, 1, 0],
    );
    assert.equal((await one('phone=79160000001')).name, 'Ann');
  });

  it('sent by three at once adds everybody once', async function () {
    this.timeout(60_000);
    const rows = Array.from({ length: 450 }, (_, index) => ({
      phone: `+7916001${1000 + index}`,
      tags: [`t${index % 7}`],
    }));
    const reports = await Promise.all([take(rows), take(rows.toReversed()), take(rows)]);
    const sum = (name: 'added' | 'updated' | 'unchanged') => reports.reduce((total, report) => total + report[name], 0);
    assert.deepEqual([sum('added'), sum('updated')], [450, 0]);
    assert.equal(await api.engine.count(contacts, {}), 450);
    assert.equal(await api.engine.count(identities, {}), 450);
  });

  it('sees what another commit changed meanwhile, and rejects only the row that never comes to rest', async () => {
    const consent = { topics: ['news'], source: 'form', consentedAt: '2026-02-01' };
    await take([{ phone: '+79160000001' }, { phone: '+79160000002' }]);
    const busy = await one('phone=79160000001');
    let name = 0;
    means.beforeConsents = async () => {
      const row = await api.engine.get(contacts, busy.id);
      if (row) await api.engine.commit([set(contacts, row.id, { name: `N${(name += 1)}`, version: row.version + 1 })]);
    };
    const rows = [
      { phone: '+79160000001', tags: ['x'], ...consent },
      { phone: '+79160000002', tags: ['x'] },
    ];
    const report = await take(rows);
    assert.deepEqual(counts(report), [0, 1, 0, 1]);
    assert.deepEqual(report.rejected, [
      { line: 1, reason: 'somebody else keeps changing this contact: send the row again' },
    ]);
    means.beforeConsents = undefined;
    assert.deepEqual(counts(await take(rows)), [0, 1, 1, 0]);
    assert.deepEqual((await one('phone=79160000001')).tags, ['x']);
    assert.match((await one('phone=79160000001')).name ?? '', /^N/);
  });
};

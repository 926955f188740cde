import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { PEPPER, serveApi, type ApiUnderTest } from '../api/api-under-test.js';
import { insert, remove, set, type Op } from '../storage/engine.js';
import type { Person } from '../storage/register.js';
import { aliases, contactMigrations, contacts, identities } from './contact-tables.js';
import { contactRoutes } from './contact-routes.js';
import type { ContactId, PersonKey } from './identity.js';
import type { ConsentRequest, ImportReport } from './import-contacts.js';
import { importRoute } from './import-routes.js';
import { personKeyOf } from './person-key.js';

type Shown = { id: string; name: string | null; tags: string[]; identities: { kind: string; value: string }[] };

/** Contacts through the API: look-up, list, import, erasure. */
export const contactApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let consents: ConsentRequest[];
  let erased: Person[];
  let blocked: Set<string>;
  let beforeConsents: (() => Promise<void>) | undefined;

  beforeEach(async () => {
    consents = [];
    erased = [];
    blocked = new Set();
    beforeConsents = undefined;
    api = await serveApi(
      await place(),
      ({ engine }) => [
        importRoute({
          engine,
          pepper: PEPPER,
          timeZone: 'Europe/Moscow',
          areBlocked: (people) => Promise.resolve(people.map(({ contactId }) => blocked.has(contactId ?? ''))),
          recordConsents: async (requests) => {
            await beforeConsents?.();
            consents.push(...requests);
            return requests.map(() => []);
          },
        }),
        ...contactRoutes({
          engine,
          readTopics: () => Promise.resolve(new Map()),
          readConsent: () => Promise.resolve([]),
          exportPerson: async ({ contactIds }) => ({ contacts: await engine.getMany(contacts, contactIds) }),
          erase: async (person) => {
            erased.push(person);
            const rows = await engine.find(identities, {
              where: { contactId: { in: person.contactIds as ContactId[] } },
              limit: 100,
            });
            return [
              ...person.contactIds.map((id) => remove(contacts, id)),
              ...rows.map((row): Op => remove(identities, row.id)),
            ];
          },
        }),
      ],
      contactMigrations,
    );
  });
  afterEach(() => api.close());

  const take = async (rows: unknown[]): Promise<ImportReport> =>
    (await api.admin.post('/contacts/import').send({ rows }).expect(200)).body as ImportReport;
  const find = async (query: string): Promise<Shown[]> =>
    (await api.admin.get(`/contacts?${query}`).expect(200)).body.items as Shown[];
  const one = async (query: string): Promise<Shown> => {
    const items = await find(query);
    assert.equal(items.length, 1, query);
    return items[0] as Shown;
  };
  const counts = ({ added, updated, unchanged, rejected }: ImportReport) => [
    added,
    updated,
    unchanged,
    rejected.length,
  ];

  it('shows a contact in the shape that outsiders rely on', async () => {
    await take([
      {
        phone: '8 916 123-45-67',
        userId: 'RU.abc',
        name: 'Анна',
        language: 'ru',
        timeZone: 'Asia/Omsk',
        tags: ['vip'],
        sites: ['M9'],
      },
    ]);
    const contact = await one('phone=79161234567');
    const none = { state: 'none', since: null };
    assert.deepEqual(contact, {
      id: contact.id,
      name: 'Анна',
      language: 'ru',
      timeZone: 'Asia/Omsk',
      tags: ['vip'],
      sites: ['M9'],
      identities: [
        { kind: 'userId', value: 'RU.abc' },
        { kind: 'phone', value: '79161234567' },
      ],
      topics: { maintenance: none, news: none, offers: none, service: none },
    });
    assert.deepEqual((await api.admin.get(`/contacts/${contact.id}`).expect(200)).body, contact);
    await api.admin.get('/contacts/nobody').expect(404);
  });

  it('finds a person by a number however it is written, and by the BSUID', async () => {
    await take([{ phone: '+5215512345678' }, { userId: 'BR.xyz', phone: '+551187654321' }]);
    for (const query of ['phone=%2B5215512345678', 'phone=+5215512345678', 'phone=525512345678']) await one(query);
    const brazilian = await one('phone=5511987654321');
    assert.deepEqual(await one('userId=BR.xyz'), brazilian);
    assert.equal(brazilian.identities.at(-1)?.value, '551187654321');
    assert.deepEqual(await find('userId=BR.xyz&phone=5215512345678'), []);
    assert.deepEqual(await find('phone=79160000000'), []);
    await api.admin.get('/contacts?phone=abc').expect(422);
  });

  it('lists everybody once, and a merged contact as the one that goes on', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => ({ phone: `+7916000${1000 + index}` }));
    assert.deepEqual(counts(await take(rows)), [12, 0, 0, 0]);
    const [loser, survivor] = (await api.admin.get('/contacts?limit=2')).body.items as [Shown, Shown];
    const into = { mergedInto: survivor.id as ContactId };
    await api.engine.commit([
      set(contacts, loser.id, into),
      set(contacts, survivor.id, { mergedIds: [loser.id as ContactId] }),
    ]);
    const seen: string[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const page = await api.admin.get(`/contacts?limit=5${next === '' ? '' : `&after=${next}`}`).expect(200);
      seen.push(...(page.body.items as Shown[]).map((contact) => contact.id));
      next = page.body.next as string | undefined;
    }
    assert.equal(seen.length, 11);
    assert.equal(new Set(seen).size, 11);
    assert.equal((await api.admin.get(`/contacts/${loser.id}`)).body.id, survivor.id);
    assert.equal((await one(`phone=${loser.identities[0]?.value}`)).id, survivor.id);
  });

  it('exports and erases, and says so in the audit without a word about the person', async () => {
    await take([{ phone: '+79161234567', name: 'CANARY' }]);
    const { id } = await one('phone=79161234567');
    const document = await api.admin.get(`/contacts/${id}/export`).expect(200);
    assert.equal(document.body.contacts[0].name, 'CANARY');
    assert.deepEqual((await api.admin.get(`/contacts/${id}/consent`).expect(200)).body, { items: [] });
    const agent = await api.asRole('agent');
    await agent.delete(`/contacts/${id}`).expect(403);
    await agent.post('/contacts/import').send({ rows: [] }).expect(403);
    await api.admin.delete(`/contacts/${id}`).expect(204);
    await api.admin.get(`/contacts/${id}`).expect(404);
    assert.deepEqual(await find('phone=79161234567'), []);
    const record = await api.admin.get('/audit').expect(200);
    const acts = (record.body.items as { action: string; target: string }[]).map(
      ({ action, target }) => `${action} ${target}`,
    );
    for (const act of ['contacts.import contacts', `contact.export contact:${id}`, `contact.erase contact:${id}`])
      assert.ok(acts.includes(act), act);
    assert.ok(!/CANARY|7916/.test(JSON.stringify(record.body)));
  });

  it('exports and erases a merged person under every id and key that they ever had', async () => {
    await take([{ phone: '+79160000001' }, { phone: '+79160000002' }]);
    const [loser, survivor] = (await find('')) as [Shown, Shown];
    const [lost, kept] = [await api.engine.get(contacts, loser.id), await api.engine.get(contacts, survivor.id)];
    assert.ok(lost && kept);
    const alias = { id: lost.personKey, personKey: kept.personKey, contactId: kept.id, since: 1 };
    await api.engine.commit([
      set(contacts, lost.id, { mergedInto: kept.id }),
      set(contacts, kept.id, { mergedIds: [lost.id] }),
      insert(aliases, alias),
    ]);
    await api.admin.delete(`/contacts/${loser.id}`).expect(204);
    assert.deepEqual(erased, [{ contactIds: [kept.id, lost.id], personKeys: [kept.personKey, lost.personKey] }]);
    await api.admin.delete(`/contacts/${survivor.id}`).expect(404);
    assert.equal(await api.engine.count(contacts, {}), 0);
  });

  describe('an import', () => {
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
      assert.deepEqual(consents[0]?.consent, {
        topics: ['news'],
        source: 'form',
        consentedAt: Date.parse('2026-01-31T21:00:00Z'),
      });
      assert.equal(consents[0]?.contactId, anna.id);
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
      blocked.add((await one('phone=79160000001')).id);
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
      const sum = (name: 'added' | 'updated' | 'unchanged') =>
        reports.reduce((total, report) => total + report[name], 0);
      assert.deepEqual([sum('added'), sum('updated')], [450, 0]);
      assert.equal(await api.engine.count(contacts, {}), 450);
      assert.equal(await api.engine.count(identities, {}), 450);
    });

    it('sees what another commit changed meanwhile, and rejects only the row that never comes to rest', async () => {
      const consent = { topics: ['news'], source: 'form', consentedAt: '2026-02-01' };
      await take([{ phone: '+79160000001' }, { phone: '+79160000002' }]);
      const busy = await one('phone=79160000001');
      let name = 0;
      beforeConsents = async () => {
        const row = await api.engine.get(contacts, busy.id);
        if (row)
          await api.engine.commit([set(contacts, row.id, { name: `N${(name += 1)}`, version: row.version + 1 })]);
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
      beforeConsents = undefined;
      assert.deepEqual(counts(await take(rows)), [0, 1, 1, 0]);
      assert.deepEqual((await one('phone=79160000001')).tags, ['x']);
      assert.match((await one('phone=79160000001')).name ?? '', /^N/);
    });
  });
};

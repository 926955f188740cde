import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import type { ApiUnderTest } from '../api/api.fixture.js';
import { insert, set } from '../storage/engine.js';
import { aliases, contacts } from './contact-tables.js';
import { counts, serveContacts, type ContactsUnderTest, type Shown } from './contacts.fixture.js';
import type { ContactId } from './identity.js';

/** Contacts through the API: look-up, list, export, erasure. */
export const contactApiContract = (place: () => Promise<StorePlace>): void => {
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
    assert.deepEqual(means.erased, [{ contactIds: [kept.id, lost.id], personKeys: [kept.personKey, lost.personKey] }]);
    await api.admin.delete(`/contacts/${survivor.id}`).expect(404);
    assert.equal(await api.engine.count(contacts, {}), 0);
  });
};

import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { PEPPER, serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { migrations, tables } from '../composition.js';
import { contactRoutes } from '../contacts/contact-routes.js';
import { contacts } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import { importRoute } from '../contacts/import-routes.js';
import { erasePerson, exportPerson } from '../storage/register.js';
import { eraseConsent } from './erase-consent.js';
import { blockedPeople, consentRecorder } from './import-consent.js';
import { LEDGER_KEY, said, testLedger } from './ledger.fixture.js';
import { Chain, readGuards, type Statement } from './ledger.js';
import { consentReader, topicsReader } from './read-consent.js';
import { verifyLedger } from './verify-ledger.js';

/** The fixture brings the others. */
const ownMigrations = migrations.filter(({ id }) => !/^(operators|api)\//.test(id));

type Topics = Record<'maintenance' | 'news' | 'offers' | 'service', { state: string; since: string | null }>;

/** Consent over HTTP: topics, the ledger, lists, erasure, together as `api-routes.ts` wires them. */
export const consentApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  const now = () => api.clock.now();

  beforeEach(async () => {
    api = await serveApi(
      await place(),
      ({ engine }) => [
        ...contactRoutes({
          engine,
          readTopics: topicsReader(engine, now),
          readConsent: consentReader(engine),
          exportPerson: (person) => exportPerson(engine, tables, person),
          erase: async (person) => {
            await eraseConsent({ engine, ledger: testLedger, pepper: PEPPER }, person, now());
            await erasePerson(engine, tables, person);
            return [];
          },
        }),
        importRoute({
          engine,
          pepper: PEPPER,
          timeZone: 'Europe/Moscow',
          areBlocked: blockedPeople(engine),
          recordConsents: consentRecorder({ engine, ledger: testLedger, now }),
        }),
      ],
      ownMigrations,
    );
  });
  afterEach(() => api.close());

  const row = (phone: string, topics: string[], more: object = {}) => ({
    phone,
    topics,
    source: 'order form',
    consentedAt: '2026-01-14T10:00:00+03:00',
    ...more,
  });
  const take = async (...rows: object[]) => {
    const { body } = await api.admin.post('/contacts/import').send({ rows }).expect(200);
    return [body.added, body.updated, body.unchanged, body.rejected.length] as number[];
  };
  const one = async (phone: string) => {
    const { body } = await api.admin.get(`/contacts?phone=${phone}`).expect(200);
    return (body.items as { id: string; topics: Topics }[])[0];
  };
  const states = (topics: Topics | undefined) => Object.values(topics ?? {}).map(({ state }) => state);
  const consentOf = async (id: string, query = '') =>
    (await api.admin.get(`/contacts/${id}/consent${query}`).expect(200)).body as {
      items: Record<string, unknown>[];
      next?: string;
    };
  const say = async (id: string, ...statements: readonly Statement[]) => {
    const contactId = id as ContactId;
    const chain = new Chain(testLedger, contactId, (await readGuards(api.engine, [contactId])).get(contactId));
    for (const statement of statements) chain.say(statement);
    assert.equal(await api.engine.commit(chain.ops()), 'committed');
  };

  it('shows what a list says, where it was said and when', async () => {
    assert.deepEqual(await take(row('79160000001', ['maintenance', 'news'])), [1, 0, 0, 0]);
    const contact = await one('79160000001');
    assert.ok(contact);
    assert.deepEqual(contact.topics.news, { state: 'in', since: '2026-01-14T07:00:00.000Z' });
    assert.deepEqual(states(contact.topics), ['in', 'in', 'none', 'none']);
    const { items } = await consentOf(contact.id);
    assert.deepEqual(
      items.map(({ seq, at, topic, act, channel, wordingVersion, source }) => [
        ...[seq, at, topic, act, channel, wordingVersion, source],
      ]),
      [
        [1, '2026-01-14T07:00:00.000Z', 'maintenance', 'optIn', 'import', null, 'order form'],
        [2, '2026-01-14T07:00:00.000Z', 'news', 'optIn', 'import', null, 'order form'],
      ],
    );
    const first = await consentOf(contact.id, '?limit=1');
    assert.deepEqual([first.items.length, first.next], [1, '0.1']);
    assert.deepEqual((await consentOf(contact.id, `?limit=1&after=${first.next}`)).items, items.slice(1));
    await api.admin.get(`/contacts/${contact.id}/consent?after=x`).expect(422);
    assert.deepEqual(await take(row('79160000001', ['maintenance', 'news'])), [0, 0, 1, 0], 'sent twice');
    assert.deepEqual(await take(row('79160000001', ['offers'])), [0, 1, 0, 0]);
  });

  it('keeps a list from lifting a stop, whatever date it gives', async () => {
    await take(row('79160000001', ['maintenance', 'news']));
    const contact = await one('79160000001');
    assert.ok(contact);
    await say(contact.id, said('optOut', 'news', now() - 60_000));
    const later = new Date(now() - 1_000).toISOString();
    assert.deepEqual(await take(row('79160000001', ['news'], { consentedAt: later })), [0, 0, 1, 0]);
    assert.deepEqual(states((await one('79160000001'))?.topics), ['in', 'out', 'none', 'none']);
    await say(contact.id, said('optOut', null, now()));
    const tagged = row('79160000001', ['offers'], { tags: ['vip'] });
    assert.deepEqual(await take(tagged, row('79160000002', ['offers'])), [1, 0, 1, 0]);
    assert.deepEqual(states((await one('79160000001'))?.topics), ['out', 'out', 'out', 'out']);
    const { items } = await consentOf(contact.id);
    assert.deepEqual([items.at(-1)?.['act'], items.at(-1)?.['topic']], ['optOut', null]);
  });

  it('lets nobody come back who was erased, under any way of writing their number', async () => {
    await take(row('5219991234567', ['offers'], { userId: 'MX.1' }), row('79160000002', ['offers']));
    const contact = await one('5219991234567');
    assert.ok(contact);
    await api.admin.delete(`/contacts/${contact.id}`).expect(204);
    await api.admin.get(`/contacts/${contact.id}/consent`).expect(404);
    assert.deepEqual(await take(row('5219991234567', ['offers']), row('529991234567', ['news'])), [0, 0, 2, 0]);
    assert.deepEqual(await take(row('79160000003', ['offers'], { userId: 'MX.1' })), [0, 0, 1, 0]);
    assert.equal(await api.engine.count(contacts, {}), 1);
    const { people, faults } = await verifyLedger(api.engine, LEDGER_KEY, 0);
    assert.deepEqual([people, faults], [2, []]);
  });

  it('exports how a person agreed, in their document', async () => {
    await take(row('79160000001', ['news']));
    const contact = await one('79160000001');
    const { body } = await api.admin.get(`/contacts/${contact?.id}/export`).expect(200);
    const [entry] = body.consentLedger as { act: string; evidence: string }[];
    assert.equal(entry?.act, 'optIn');
    assert.match(entry.evidence, /order form/);
  });
};

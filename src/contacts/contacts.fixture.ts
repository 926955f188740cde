import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { PEPPER, serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { remove, type Op } from '../storage/engine.js';
import type { Person } from '../storage/register.js';
import { contactMigrations, contacts, identities } from './contact-tables.js';
import { contactRoutes } from './contact-routes.js';
import type { ContactId } from './identity.js';
import type { ConsentRequest, ImportReport } from './import-contacts.js';
import { importRoute } from './import-routes.js';

export type Shown = {
  id: string;
  name: string | null;
  tags: string[];
  sites: string[];
  identities: { kind: string; value: string }[];
};

/** The routes of contacts on a real store, with the rest of the house played by the test. */
export type ContactsUnderTest = {
  readonly api: ApiUnderTest;
  readonly consents: ConsentRequest[];
  readonly erased: Person[];
  /** Ids of those who stopped everything. */
  readonly blocked: Set<string>;
  /** Happens between the reading and the writing of a slice. */
  beforeConsents: (() => Promise<void>) | undefined;
  take(rows: unknown[]): Promise<ImportReport>;
  find(query: string): Promise<Shown[]>;
  one(query: string): Promise<Shown>;
};

export async function serveContacts(place: StorePlace): Promise<ContactsUnderTest> {
  const [consents, erased, blocked]: [ConsentRequest[], Person[], Set<string>] = [[], [], new Set()];
  const api = await serveApi(
    place,
    ({ engine }) => [
      importRoute({
        engine,
        pepper: PEPPER,
        timeZone: 'Europe/Moscow',
        areBlocked: (people) => Promise.resolve(people.map(({ contactId }) => blocked.has(contactId ?? ''))),
        recordConsents: async (requests) => {
          await means.beforeConsents?.();
          consents.push(...requests);
          return requests.map(() => ({ ops: [], changes: false }));
        },
      }),
      ...contactRoutes({
        engine,
        readTopics: () => Promise.resolve(new Map()),
        readConsent: () => Promise.resolve([]),
        exportPerson: async ({ contactIds }) => ({ contacts: await engine.getMany(contacts, contactIds) }),
        erase: async (person) => {
          erased.push(person);
          const where = { contactId: { in: person.contactIds as ContactId[] } };
          const rows = await engine.find(identities, { where, limit: 100 });
          return [
            ...person.contactIds.map((id) => remove(contacts, id)),
            ...rows.map((row): Op => remove(identities, row.id)),
          ];
        },
      }),
    ],
    contactMigrations,
  );
  const find = async (query: string) => (await api.admin.get(`/contacts?${query}`).expect(200)).body.items as Shown[];
  const means: ContactsUnderTest = {
    api,
    consents,
    erased,
    blocked,
    beforeConsents: undefined,
    take: async (rows) => (await api.admin.post('/contacts/import').send({ rows }).expect(200)).body as ImportReport,
    find,
    one: async (query) => {
      const items = await find(query);
      assert.equal(items.length, 1, query);
      return items[0] as Shown;
    },
  };
  return means;
}

export const counts = ({ added, updated, unchanged, rejected }: ImportReport): number[] => [
  added,
  updated,
  unchanged,
  rejected.length,
];

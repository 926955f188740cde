import { consentGuards } from '../src/consent/consent-tables.js';
import { NOTHING_SAID } from '../src/consent/consent.js';
import { contacts } from '../src/contacts/contact-tables.js';
import { newContactRow } from '../src/contacts/new-contact-row.js';
import { emptyNumber } from '../src/platform/number-table.js';
import { loadTemplates } from '../src/load-templates.js';
import { numbers } from '../src/platform/number-table.js';
import { templateKey, templateStatuses } from '../src/platform/template-table.js';
import { slices, type Engine } from '../src/storage/engine.js';
import { timeId } from '../src/time-id.js';
import { ACCOUNT } from './account.js';

/** Numbers of the audience: none of them ever writes. */
export const audiencePhone = (person: number): string => `7702${String(person).padStart(7, '0')}`;

/** Fills a store with people who agreed to maintenance, an account without a messaging limit, and approved templates. */
export async function seedAudience(engine: Engine, people: number): Promise<void> {
  const now = Date.now();
  const agreed = { state: 'in', since: now, by: 'person' } as const;
  for (const slice of slices(
    Array.from({ length: people }, (_, person) => person),
    500,
  )) {
    const rows = slice.map((person) => ({ person, id: timeId(now) as never }));
    await engine.append(
      contacts,
      rows.map(({ person, id }) =>
        newContactRow({
          ...{ id, personKey: `bench-audience-${person}` as never, name: `Person ${person}`, tags: ['bench'] },
          language: person % 2 === 0 ? 'ru' : 'en',
          identities: [{ kind: 'phone' as const, value: audiencePhone(person) }],
          createdAt: now,
        }),
      ),
    );
    await engine.append(
      consentGuards,
      rows.map(({ id }) => ({
        ...{ id, contactId: id, ...NOTHING_SAID, topics: { ...NOTHING_SAID.topics, maintenance: agreed } },
        ...{ serviceOpen: [], serviceUntil: null, head: '', seq: 1, mergedInto: null, sealed: true, version: 1 },
      })),
    );
  }
  await engine.append(numbers, [{ ...emptyNumber(ACCOUNT.phoneNumberId), tier: 'TIER_UNLIMITED', version: 1 }]);
  const templates = [...loadTemplates().keys()].flatMap((name) =>
    (['ru', 'en'] as const).map((language) => ({ name, language })),
  );
  await engine.append(
    templateStatuses,
    templates.map(({ name, language }) => ({
      ...{ id: templateKey(name, language), name, language, templateId: null, status: 'APPROVED', since: now },
      ...{ reason: null, category: 'UTILITY', nextCategory: null, quality: null, listedAt: now, version: 1 },
    })),
  );
}

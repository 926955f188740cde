import type { ContactRow } from './contact-tables.js';

/** A contact of whom nothing is known but what is given. */
export const newContactRow = (
  row: Pick<ContactRow, 'id' | 'personKey' | 'identities' | 'createdAt'> & Partial<ContactRow>,
): ContactRow => ({
  id: row.id,
  personKey: row.personKey,
  name: row.name ?? null,
  language: row.language ?? null,
  timeZone: row.timeZone ?? null,
  tags: row.tags ?? [],
  sites: row.sites ?? [],
  identities: row.identities,
  mergedIds: row.mergedIds ?? [],
  mergedInto: row.mergedInto ?? null,
  blockedAt: row.blockedAt ?? null,
  createdAt: row.createdAt,
  version: row.version ?? 1,
});

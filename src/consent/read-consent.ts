import { NO_TOPICS, TOPICS, type ReadTopics, type Topics, type TopicState } from '../contacts/contact-shape.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { ConsentCursor, ConsentEntry, ListedConsent } from '../contacts/contact-routes.js';
import type { ContactId } from '../contacts/identity.js';
import type { Engine } from '../storage/engine.js';
import { maySend, type Consenting, type TopicConsent } from './consent.js';
import { consentLedger, type LedgerRow } from './consent-tables.js';
import { evidenceOf } from './ledger-entry.js';
import { readGuards } from './ledger.js';

/** What the API shows of consent. */

export const topicsReader =
  (engine: Engine, now: () => number): ReadTopics =>
  async (contactIds) => {
    const guards = await readGuards(engine, contactIds);
    return new Map([...guards].map(([id, guard]) => [id, topicsOf(guard, now())]));
  };

export function topicsOf(person: Consenting | undefined, now: number): Topics {
  if (!person) return NO_TOPICS;
  const shown = TOPICS.map((topic) => [topic, shownState(person, topic, now)]);
  return Object.fromEntries(shown) as Topics;
}

/** Consent to `service` ends by itself, and then nothing stands. */
function shownState(person: Consenting, topic: (typeof TOPICS)[number], now: number): TopicState {
  const consent: TopicConsent = person.topics[topic];
  if (consent.state === 'none') return { state: 'none', since: null };
  if (consent.state === 'in' && !maySend(person, topic, now)) return { state: 'none', since: null };
  return { state: consent.state, since: new Date(consent.since).toISOString() };
}

/** A page of the person's ledger. Whoever was merged from several has several chains: those that ended first, the one that goes on last. */
export const consentReader =
  (engine: Engine) =>
  async (
    contact: ContactRow,
    { limit, after }: { readonly limit: number; readonly after: ConsentCursor | undefined },
  ): Promise<readonly ListedConsent[]> => {
    const chains: readonly ContactId[] = [...contact.mergedIds, contact.id];
    const page: ListedConsent[] = [];
    for (let chain = after?.chain ?? 0; chain < chains.length && page.length < limit; chain += 1) {
      const contactId = chains[chain] as ContactId;
      const seq = { gt: chain === after?.chain ? after.seq : 0 };
      const orderBy = [['seq', 'asc']] as const;
      const rows = await engine.find(consentLedger, { where: { contactId, seq }, orderBy, limit: limit - page.length });
      page.push(...rows.map((row) => ({ entry: shownEntry(row), cursor: { chain, seq: row.seq } })));
    }
    return page;
  };

function shownEntry(row: LedgerRow): ConsentEntry {
  const evidence = evidenceOf(row);
  return {
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    topic: row.topic,
    act: row.act,
    channel: evidence?.channel ?? 'erased',
    wordingVersion: evidence?.wording ?? null,
    source: evidence?.source ?? null,
    reason: evidence?.reason ?? null,
    contactId: row.contactId,
    hash: row.hash,
  };
}

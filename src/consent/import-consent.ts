import { survivorsOf } from '../contacts/find-contacts.js';
import type { ConsentRequest, ImportDeps, RecordedConsent } from '../contacts/import-contacts.js';
import type { ContactId } from '../contacts/identity.js';
import type { Engine } from '../storage/engine.js';
import { consentLedger, stops } from './consent-tables.js';
import { evidenceOf } from './ledger-entry.js';
import { Chain, readGuards, type Ledger, type Statement } from './ledger.js';

/** What a list may do to consent: say "in" where nothing was ever said. */

/** Whoever stopped everything, or was erased, under any of the row's identities. */
export const blockedPeople =
  (engine: Engine): ImportDeps['areBlocked'] =>
  async (people) => {
    const hashes = [...new Set(people.flatMap((one) => one.identityHashes))];
    const ids = [...new Set(people.flatMap((one) => one.contactId ?? []))];
    const [stopRows, survivors] = await Promise.all([engine.getMany(stops, hashes), survivorsOf(engine, ids)]);
    const stopped = new Set(stopRows.map((row) => row.id));
    const guards = await readGuards(
      engine,
      [...survivors.values()].map((contact) => contact.id),
    );
    const stoppedAll = (id: ContactId | null): boolean => {
      const contact = id === null ? undefined : survivors.get(id);
      return contact !== undefined && (guards.get(contact.id)?.stoppedAll ?? null) !== null;
    };
    return people.map(
      ({ identityHashes, contactId }) => identityHashes.some((hash) => stopped.has(hash)) || stoppedAll(contactId),
    );
  };

/** One chain a person, however many rows of the list speak of them: its writes are the first row's. */
export const consentRecorder =
  (deps: {
    readonly engine: Engine;
    readonly ledger: Ledger;
    readonly now: () => number;
  }): ImportDeps['recordConsents'] =>
  async (requests) => {
    const ids = requests.map((request) => request.contactId);
    const guards = await readGuards(deps.engine, ids);
    const chains = new Map(ids.map((id) => [id, new Chain(deps.ledger, id, guards.get(id))]));
    const changed: boolean[] = [];
    const said = new Set<string>();
    for (const request of requests) {
      const chain = chains.get(request.contactId) as Chain;
      let changes = false;
      for (const statement of statementsOf(request, deps.now())) {
        const { topic, at, evidence } = statement;
        const key = [request.contactId, topic, at, evidence.source].join('/');
        const isOut = topic !== null && chain.guard.topics[topic].state === 'out';
        if (said.has(key) || (isOut && (await isRecorded(deps.engine, request.contactId, statement)))) continue;
        said.add(key);
        changes = chain.say(statement) || changes;
      }
      changed.push(changes);
    }
    return requests.map(({ contactId }, index): RecordedConsent => ({
      ops: ids.indexOf(contactId) === index ? (chains.get(contactId) as Chain).ops() : [],
      changes: changed[index] === true,
    }));
  };

const statementsOf = ({ consent }: ConsentRequest, recordedAt: number): Statement[] =>
  consent.topics.map((topic) => ({
    act: 'optIn',
    topic,
    at: consent.consentedAt,
    evidence: { channel: 'import', source: consent.source, recordedAt },
  }));

const MAX_SAME = 100;

/** A list that is sent again adds no second entry of what a stop outweighs. */
async function isRecorded(engine: Engine, contactId: ContactId, { topic, at, evidence }: Statement): Promise<boolean> {
  const where = { contactId, act: 'optIn', topic, at } as const;
  const rows = await engine.find(consentLedger, { where, limit: MAX_SAME });
  return rows.some((row) => {
    const known = evidenceOf(row);
    return known?.channel === 'import' && known.source === evidence.source;
  });
}

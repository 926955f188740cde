import fc from 'fast-check';
import { TOPICS, type Topic } from '../contacts/contact-shape.js';
import type { ContactId } from '../contacts/identity.js';
import type { Op } from '../storage/engine.js';
import type { AnyRow, Table } from '../storage/table.js';
import { consentGuards, consentLedger, ledgerSeals, type GuardRow } from './consent-tables.js';
import type { Channel } from './ledger-entry.js';
import { Chain, createLedger, type Statement } from './ledger.js';
import type { LedgerReader } from './verify-ledger.js';

/* A ledger in memory, for tests that change it in every way. */

export const LEDGER_KEY = Buffer.alloc(32, 9);
let salts = 0;
export const testLedger = createLedger(LEDGER_KEY, () => `salt-${(salts += 1)}`);

export const NOON = Date.UTC(2026, 10, 2, 9);
export const person = (name: string): ContactId => name as ContactId;

/** Says one thing in a few words. */
export const said = (
  act: Statement['act'],
  topic: Topic | null,
  at: number,
  channel: Channel = 'chat',
  more: Partial<Statement['evidence']> = {},
): Statement => ({ act, topic, at, evidence: { channel, recordedAt: at, ...more } });

/** Any act that may come, at any time, in any order. */
export const anyStatement: fc.Arbitrary<Statement> = fc
  .record({
    what: fc.constantFrom(...(['in', 'out', 'all', 'undo', 'import', 'metaStop', 'metaResume', 'reason'] as const)),
    topic: fc.constantFrom(...TOPICS),
    at: fc.integer({ min: NOON, max: NOON + 200_000_000 }),
  })
  .map(({ what, topic, at }): Statement => {
    switch (what) {
      case 'in':
        return said('optIn', topic, at);
      case 'out':
        return said('optOut', topic, at);
      case 'all':
        return said('optOut', null, at);
      case 'undo':
        return said('optIn', topic === 'service' ? topic : null, at, 'chat', { undo: true });
      case 'import':
        return said('optIn', topic, at, 'import', { source: 'a list' });
      case 'metaStop':
        return said('optOut', topic, at, 'whatsapp');
      case 'metaResume':
        return said('optIn', topic, at, 'whatsapp');
      case 'reason':
        return said('reason', topic, at, 'chat', { reason: 'tooMany' });
    }
  });

/** Rows by table, that can be changed by hand. */
export type Rows = Map<string, AnyRow[]>;

export class MemoryLedger {
  readonly rows: Rows = new Map([consentLedger, consentGuards, ledgerSeals].map(({ name }) => [name, []]));

  guard(contactId: ContactId): GuardRow | undefined {
    return this.of(consentGuards).find((row) => row.id === contactId);
  }

  chain(contactId: ContactId): Chain {
    return new Chain(testLedger, contactId, this.guard(contactId));
  }

  say(contactId: ContactId, ...statements: readonly Statement[]): void {
    const chain = this.chain(contactId);
    for (const statement of statements) chain.say(statement);
    this.write(chain);
  }

  write(...chains: readonly Chain[]): void {
    this.apply(chains.flatMap((chain) => chain.ops()));
  }

  apply(ops: readonly Op[]): void {
    for (const op of ops) {
      const rows = this.rows.get(op.table.name) ?? [];
      if (op.op === 'insert') rows.push(op.row);
      if (op.op === 'set') {
        const index = rows.findIndex((row) => row.id === op.id);
        rows[index] = { ...(rows[index] as AnyRow), ...op.set };
      }
    }
  }

  of<Row extends AnyRow>(table: Table<Row>): Row[] {
    return this.rows.get(table.name) as unknown as Row[];
  }

  /** Reads as a store does, as far as the check asks. */
  reader(): LedgerReader {
    const text = (value: unknown) => value as string | number;
    return {
      getMany: ((table: Table<AnyRow>, ids: readonly string[]) =>
        Promise.resolve(this.of(table).filter((row) => ids.includes(row.id)))) as LedgerReader['getMany'],
      find: ((
        table: Table<AnyRow>,
        query: { where: Record<string, unknown>; orderBy: [string, string][]; limit: number },
      ) => {
        const fits = (row: Record<string, unknown>) =>
          Object.entries(query.where).every(([field, wanted]) =>
            typeof wanted === 'object'
              ? text(row[field]) > (wanted as { gt: string | number }).gt
              : row[field] === wanted,
          );
        const field = query.orderBy[0]?.[0] ?? 'id';
        const found = (this.of(table) as unknown as Record<string, unknown>[])
          .filter(fits)
          .sort((one, other) => (text(one[field]) < text(other[field]) ? -1 : 1));
        return Promise.resolve(found.slice(0, query.limit));
      }) as LedgerReader['find'],
    };
  }
}

import { createHash, createHmac } from 'node:crypto';
import type { ContactId } from '../contacts/identity.js';
import type { Act, ConsentState } from './consent.js';
import type { StopReason } from './consent-change.js';
import type { LedgerRow, SealRow } from './consent-tables.js';

/** One entry of the ledger: its hash, its evidence, and what it says. Pure. */

export type Channel = 'chat' | 'import' | 'whatsapp' | 'system';

/** How it was said. `chat`: here, by a word or a tap; `whatsapp`: with Meta's own control, or Meta refused because of it. */
export type Evidence = {
  readonly channel: Channel;
  /** When we heard of it. */
  readonly recordedAt: number;
  /** The version of the sentence that the person saw. */
  readonly wording?: string;
  /** Where: as a list says, or `case`, or `callback`. */
  readonly source?: string;
  /** HMAC of the wamid of the message in which it was said. */
  readonly message?: string;
  readonly reason?: StopReason;
  /** It takes the last stop back. */
  readonly undo?: true;
  /** Of merges: the other contact, and whether this chain ends with it. */
  readonly other?: ContactId;
  readonly closes?: boolean;
};

export const entryId = (contactId: ContactId, seq: number): string => `${contactId}:${String(seq).padStart(8, '0')}`;

export const commitmentOf = (salt: string, evidence: string): string =>
  createHash('sha256').update(salt).update(evidence).digest('base64url');

/** Fields one after the other, each with its length in front, so that no two lists of fields make the same bytes. */
function hmacOf(key: Buffer, fields: readonly (string | number | null)[]): string {
  const hmac = createHmac('sha256', key);
  const length = Buffer.alloc(4);
  for (const field of fields) {
    const bytes = field === null ? undefined : Buffer.from(String(field));
    length.writeUInt32BE(bytes?.length ?? 0xffffffff);
    hmac.update(length);
    if (bytes) hmac.update(bytes);
  }
  return hmac.digest('base64url');
}

export const entryHash = (key: Buffer, row: Omit<LedgerRow, 'id' | 'hash' | 'salt' | 'evidence'>): string =>
  hmacOf(key, [
    'entry',
    row.contactId,
    row.seq,
    row.previous,
    row.otherHead,
    row.act,
    row.topic,
    row.at,
    row.commitment,
  ]);

export const sealHash = (key: Buffer, row: Omit<SealRow, 'id' | 'hash'>): string =>
  hmacOf(key, ['seal', row.number, row.at, row.previous, row.heads.length, ...row.heads.flat()]);

export const sealId = (number: number): string => String(number).padStart(10, '0');

/** The entry, whole. */
export function makeEntry(
  key: Buffer,
  salt: string,
  entry: Pick<LedgerRow, 'contactId' | 'seq' | 'previous' | 'otherHead' | 'act' | 'topic' | 'at'>,
  evidence: Evidence,
): LedgerRow {
  const text = JSON.stringify(evidence);
  const committed = { ...entry, commitment: commitmentOf(salt, text) };
  return {
    ...committed,
    id: entryId(entry.contactId, entry.seq),
    hash: entryHash(key, committed),
    salt,
    evidence: text,
  };
}

/** Undefined once it is erased. */
export const evidenceOf = (row: Pick<LedgerRow, 'evidence'>): Evidence | undefined =>
  row.evidence === null ? undefined : (JSON.parse(row.evidence) as Evidence);

/** What an entry does to the state. @param other the state of the chain that was merged into this one, as it stood then */
export function actOf(
  { act, topic, at }: Pick<LedgerRow, 'act' | 'topic' | 'at'>,
  evidence: Pick<Evidence, 'channel' | 'undo' | 'closes'>,
  other?: ConsentState,
): Act {
  switch (act) {
    case 'optIn':
      if (evidence.undo) return { act: 'undo', topic, at };
      return topic === null ? { act: 'nothing' } : { act: 'optIn', topic, at, by: SPEAKERS[evidence.channel] };
    case 'optOut':
      return { act: 'optOut', topic, at, by: evidence.channel === 'whatsapp' ? 'platform' : 'person' };
    case 'merged':
      return evidence.closes || !other ? { act: 'nothing' } : { act: 'merged', at, other };
    case 'erased':
      return { act: 'erased', at };
    case 'reason':
      return { act: 'nothing' };
  }
}

const SPEAKERS = { chat: 'person', system: 'person', import: 'import', whatsapp: 'platform' } as const;

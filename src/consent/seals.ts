import { insert, type Engine } from '../storage/engine.js';
import { consentGuards, ledgerSeals, type SealedHead, type SealRow } from './consent-tables.js';
import { sealHash, sealId } from './ledger-entry.js';

/** Seals: every hour the heads of all chains that grew since the seal before go into a row that is chained to that one. All seals together
 *  hold the newest head of everybody, so a person who is missing with their guard shows from the next seal on. One process seals at a
 *  time; two that do by mistake want the same number, and one of them stops. */

const HEADS_PER_SEAL = 250;
const MAX_SEALS = 10_000;
export const SEAL_EVERY_MS = 3_600_000;

export const lastSeal = async (engine: Pick<Engine, 'find'>): Promise<SealRow | undefined> =>
  (await engine.find(ledgerSeals, { where: {}, orderBy: [['id', 'desc']], limit: 1 }))[0];

/** @returns how many heads were sealed */
export async function sealLedger(engine: Engine, key: Buffer, now: number): Promise<number> {
  let previous = await lastSeal(engine);
  let sealed = 0;
  for (let seals = 0; seals < MAX_SEALS; seals += 1) {
    const grown = await engine.find(consentGuards, {
      where: { sealed: false },
      orderBy: [['contactId', 'asc']],
      limit: HEADS_PER_SEAL,
    });
    // An hour in which nobody said anything is sealed too: the check prints the time of the last seal.
    if (grown.length === 0 && seals > 0) break;
    const heads = grown.map((guard): SealedHead => [guard.id, guard.seq, guard.head]);
    const row = { number: (previous?.number ?? 0) + 1, at: now, previous: previous?.hash ?? '', heads };
    const seal: SealRow = { ...row, id: sealId(row.number), hash: sealHash(key, row) };
    if ((await engine.commit([insert(ledgerSeals, seal)])) === 'conflict') break;
    // A crash before this seals them once more.
    await engine.patchMany(
      consentGuards,
      grown.map(({ id, head }) => ({ id, set: { sealed: true }, when: { head } })),
    );
    sealed += grown.length;
    previous = seal;
    if (grown.length < HEADS_PER_SEAL) break;
  }
  return sealed;
}

/** Seals unless the last hour is sealed already. */
export async function sealWhenDue(engine: Engine, key: Buffer, now: number): Promise<void> {
  const last = await lastSeal(engine);
  if (!last || now - last.at >= SEAL_EVERY_MS) await sealLedger(engine, key, now);
}

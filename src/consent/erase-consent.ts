import { identities } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import { numberVariants } from '../contacts/number-variants.js';
import { hashed } from '../keys.js';
import { insert, type Engine, type Op } from '../storage/engine.js';
import type { Person } from '../storage/register.js';
import { consentGuards, consentLedger, stops } from './consent-tables.js';
import { Chain, type Ledger } from './ledger.js';

/** What an erasure leaves of a person's consent: an entry that says so and counts as a stop of everything, and stops under the hashes of
 *  all identities. To be done before the register takes the rest: a crash in between is a stop that came too early, never one that was
 *  forgotten. Safe to run again. */

const MAX_IDENTITIES = 1_000;
const TRIES = 10;

export type EraseDeps = { readonly engine: Engine; readonly ledger: Ledger; readonly pepper: Buffer };

export async function eraseConsent(deps: EraseDeps, { contactIds }: Person, now: number): Promise<void> {
  const { engine } = deps;
  const ids = contactIds as readonly ContactId[];
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const guards = await engine.getMany(consentGuards, ids);
    // The one that goes on: of all the others the chains are closed.
    const current = guards.find((guard) => guard.mergedInto === null);
    const id = current?.id ?? ids[0];
    if (id === undefined) return;
    const chain = new Chain(deps.ledger, id, current);
    if (!current || !(await endsErased(engine, id, current.seq))) chain.erase(now);
    const ops = [...chain.ops(), ...(await stopOps(deps, ids, now))];
    if ((await engine.commit(ops)) === 'committed') return;
  }
  throw new Error('the person’s consent changes faster than it can be erased');
}

async function endsErased(engine: Engine, contactId: ContactId, seq: number): Promise<boolean> {
  const [last] = await engine.find(consentLedger, { where: { contactId, seq }, limit: 1 });
  return last?.act === 'erased';
}

/** A number that they had before is somebody else's now; a BSUID never is. */
async function stopOps({ engine, pepper }: EraseDeps, ids: readonly ContactId[], now: number): Promise<Op[]> {
  const rows = await engine.find(identities, { where: { contactId: { in: ids } }, limit: MAX_IDENTITIES });
  const keys = rows
    .filter((row) => !row.former || !row.id.startsWith('phone:'))
    .flatMap(({ id }) =>
      id.startsWith('phone:') ? numberVariants(id.slice(6)).map((value) => `phone:${value}`) : [id],
    );
  return [...new Set(keys)].map((key) => insert(stops, { id: hashed(pepper, key), since: now }, 'keep'));
}

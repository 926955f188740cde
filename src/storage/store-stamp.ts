import { insert, type Engine } from './engine.js';
import { meta } from './meta-table.js';

/** Whose a store is (DESIGN §4.16): written by the first to open it, compared by everybody after. */

/** The store is not for this server. The message says what to do. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
}

export type Claim = {
  /** The phone number id, `emulator`, or null for a server without an account: it opens whatever is there and stamps no owner. */
  readonly owner: string | null;
  /** See `deriveKeys`. */
  readonly secretFingerprint: string;
};

/** @throws StoreRefused when the store belongs to another owner or another SECRET_KEY, or has moved to MongoDB */
export async function claimStore(engine: Engine, claim: Claim): Promise<void> {
  const moved = await engine.get(meta, TRANSFERRED);
  if (moved) throw new StoreRefused(movedMessage(Number(moved.value['at'])));
  const fingerprint = await stamped(engine, 'secret', claim.secretFingerprint);
  if (fingerprint !== claim.secretFingerprint) throw new StoreRefused(OTHER_SECRET);
  if (claim.owner === null) return;
  const owner = await stamped(engine, 'owner', claim.owner);
  if (owner !== claim.owner) throw new StoreRefused(otherOwnerMessage(owner, claim.owner));
}

/** Of two that stamp at the same moment one wins, and both read what it wrote. */
async function stamped(engine: Engine, id: 'secret' | 'owner', value: string): Promise<string> {
  const there = await engine.get(meta, id);
  if (there) return String(there.value['is']);
  await engine.commit([insert(meta, { id, value: { is: value } }, 'keep')]);
  return String((await engine.get(meta, id))?.value['is']);
}

const OTHER_SECRET =
  'This store was made with another SECRET_KEY, and with this one nobody in it could be recognised. Set the SECRET_KEY it was made ' +
  'with (without a setting it stands in the file secret-key of its data folder), or start on an empty DATA_DIR or database.';

const nameOf = (owner: string): string => (owner === 'emulator' ? 'the emulator' : `the phone number id ${owner}`);

const otherOwnerMessage = (owner: string, claimant: string): string =>
  `This store belongs to ${nameOf(owner)} and cannot be opened for ${nameOf(claimant)}: messages would go to the wrong people. Set ` +
  'another DATA_DIR (or MONGODB_URI), or the WHATSAPP_* settings the store belongs to.';

const TRANSFERRED = 'transferred';

const movedMessage = (at: number): string =>
  `This store moved to MongoDB on ${new Date(at).toISOString()}; what happened since stands there alone. Set MONGODB_URI, or set another ` +
  'DATA_DIR to start anew. (The file is kept untouched: delete it when the move has proved itself.)';

/** To be written into a store that has been copied elsewhere: no server opens it again. */
export const markTransferred = async (engine: Engine, now: number): Promise<void> => {
  await engine.commit([insert(meta, { id: TRANSFERRED, value: { at: now } }, 'keep')]);
};

export const isTransferred = async (engine: Engine): Promise<boolean> =>
  (await engine.get(meta, TRANSFERRED)) !== undefined;

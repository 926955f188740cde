import { hashed } from '../keys.js';
import type { ContactId, PersonKey, Sender } from './identity.js';

/** The key of somebody we have not met: from the BSUID, else the phone, else the parent BSUID. The same in every process, so that two of
 *  them put the first messages of one person in one order without asking each other. Undefined when the sender has none of them. */
export function personKeyOf(pepper: Buffer, sender: Sender): PersonKey | undefined {
  if (sender.userId) return hashed(pepper, `person:userId:${sender.userId}`) as PersonKey;
  if (sender.phone) return hashed(pepper, `person:phone:${sender.phone}`) as PersonKey;
  if (sender.parentUserId) return hashed(pepper, `person:parentUserId:${sender.parentUserId}`) as PersonKey;
  return undefined;
}

/** The key of a new person whose number was somebody else's, whose history stays under the usual key. */
export const ownKeyOf = (pepper: Buffer, contactId: ContactId): PersonKey =>
  hashed(pepper, `person:contact:${contactId}`) as PersonKey;

/** Work is owned by partition (DESIGN §2): 64 of them. */
export const PARTITIONS = 64;

/** The partition of a person: from the key, which is a hash already. */
export function partitionOf(personKey: PersonKey): number {
  let sum = 0;
  for (let index = 0; index < personKey.length; index += 1) sum = (sum * 31 + personKey.charCodeAt(index)) >>> 0;
  return sum % PARTITIONS;
}

import type { Language } from '../conversation/session.js';
import type { Person } from '../storage/register.js';
import { defineTable, type Migration } from '../storage/table.js';
import type { ContactId, Identity, PersonKey } from './identity.js';

/** `asked`: nothing is erased yet. `erasing`: it is known who it is about. `saying`: all is gone but the way to say so, and that is on its
 *  way out. `scrubbing`: nothing of the person is left but in the store's side files. Then the row goes. */
export type ErasureState = 'asked' | 'erasing' | 'saying' | 'scrubbing';

/** An erasure at work: whoever is cut off in the middle of it goes on from here. */
export type ErasureRow = {
  /** The contact's. */
  readonly id: ContactId;
  readonly state: ErasureState;
  readonly askedAt: number;
  /** The person asked for it in the chat: what waits in the inbox came after that, and is not meant. */
  readonly byPerson: boolean;
  /** Ids and keys; null until they are looked up, and once nothing lies under them any more. */
  readonly person: Person | null;
  /** To whom and from which number it is said that all is gone; not after `sayUntil`. */
  readonly phoneNumberId: string | null;
  readonly personKey: PersonKey | null;
  readonly language: Language | null;
  readonly sayUntil: number;
  readonly to: readonly Identity[] | null;
  readonly outboxId: string | null;
};

export const erasures = defineTable<ErasureRow>({
  name: 'erasures',
  owner: 'contacts',
  columns: {
    id: { type: 'text' },
    state: { type: 'text' },
    askedAt: { type: 'integer' },
    byPerson: { type: 'boolean' },
    person: { type: 'json', optional: true },
    phoneNumberId: { type: 'text', optional: true },
    personKey: { type: 'text', optional: true },
    language: { type: 'text', optional: true },
    sayUntil: { type: 'integer' },
    to: { type: 'json', optional: true, personal: 'phone number and WhatsApp ids, until the last word is said' },
    outboxId: { type: 'text', optional: true },
  },
  indexes: [],
  person: { contactId: 'id' },
  erase: 'delete',
  export: ['askedAt', 'to'],
  retention: { forever: 'seconds, mostly; a day at the most, while the last word cannot be said' },
});

export const erasureMigrations: readonly Migration[] = [{ id: 'erasures/1', steps: [{ ensure: erasures }] }];

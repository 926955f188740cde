import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import type { PersonKey } from '../contacts/identity.js';
import { set, type Op } from '../storage/engine.js';
import type { Decision } from './decide-turn.js';
import { inbox } from './inbox-tables.js';
import type { Waiting } from './turn-facts.js';

/** The writes that turns of every kind have in common. */

export const handledOp = ({ row }: Waiting): Op =>
  set(inbox, row.id, { state: 'handled', raw: null }, { state: 'waiting' });

export const handledOnly = (personKey: PersonKey, waiting: Waiting): Decision => ({
  kind: 'commit',
  ops: [handledOp(waiting)],
  personKey,
});

/** Whatever a commit depends on, it must also write. Where no conversation is compared and set, the contact is: nothing is left behind of
 *  a person who is erased or merged meanwhile. */
export const stillThere = ({ id, version }: ContactRow): Op => set(contacts, id, { version }, { version });

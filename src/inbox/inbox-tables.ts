import type { PersonKey } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';

/** `waiting`: to be handled in a turn of its person. `handled`: done, the body is gone. `dead`: tried in vain, set aside until an
 *  operator retries it. `kept`: nothing acts on it (another number's, a group's, an unknown shape); the body stays for a while. */
export type InboxState = 'waiting' | 'handled' | 'dead' | 'kept';

export type InboxRow = {
  /** HMAC of the update's dedupe key: the second delivery of a thing has the same one. Holds no time. */
  readonly id: string;
  readonly phoneNumberId: string | null;
  readonly kind: string;
  readonly state: InboxState;
  /** Null for whatever belongs to no person. */
  readonly personKey: PersonKey | null;
  readonly partition: number;
  /** The POST it came in, and how many rows of this person that POST has: a turn waits for all of them (MongoDB's append is no
   *  transaction), a second at the most. */
  readonly postId: string;
  readonly postRows: number;
  /** Meta's time of it (ms), or the arrival where it bears none. */
  readonly at: number;
  /** Order of arrival: ms times 1000 plus a counter. */
  readonly arrival: number;
  readonly tries: number;
  /** Not to be tried before, ms. */
  readonly notBefore: number;
  /** Why it is dead or kept: a fixed word, or the field it came under; never a text of the message. */
  readonly reason: string | null;
  readonly raw: Uint8Array | null;
};

export const inbox = defineTable<InboxRow>({
  name: 'inbox',
  owner: 'inbox',
  columns: {
    id: { type: 'text' },
    phoneNumberId: { type: 'text', optional: true },
    kind: { type: 'text' },
    state: { type: 'text' },
    personKey: { type: 'text', optional: true },
    partition: { type: 'integer' },
    postId: { type: 'text' },
    postRows: { type: 'integer' },
    at: { type: 'integer' },
    arrival: { type: 'integer' },
    tries: { type: 'integer' },
    notBefore: { type: 'integer' },
    reason: { type: 'text', optional: true },
    raw: { type: 'blob', optional: true, personal: 'the message as it came, until it is handled' },
  },
  indexes: [
    { fields: ['arrival'], where: { state: 'waiting' } },
    { fields: ['personKey', 'at', 'arrival'], where: { state: 'waiting' } },
    { fields: ['arrival'], where: { state: 'dead' } },
    // What the account's own readers have not looked at yet.
    { fields: ['arrival'], where: { reason: 'account' } },
    { fields: ['arrival'], where: { reason: 'bystander' } },
    { fields: ['arrival'] },
  ],
  person: { personKey: 'personKey' },
  // The hashed key stays, so that a redelivery revives nobody.
  erase: { blank: ['raw'] },
  export: { none: 'what was said stands in the thread; here it waits for a moment only' },
  // Meta redelivers for up to 7 days: keys live longer than that (reference §1.3), counted by our own clock. What waits never goes.
  retention: [
    { field: 'arrival', unit: 'arrival', days: 9, only: { state: 'handled' } },
    { field: 'arrival', unit: 'arrival', days: 'bodies', only: { state: 'kept' } },
    { field: 'arrival', unit: 'arrival', days: 'bodies', only: { state: 'dead' } },
  ],
});

export const inboxMigrations: readonly Migration[] = [
  { id: 'inbox/1', steps: [{ ensure: inbox }] },
  { id: 'inbox/2', steps: [{ ensure: inbox }] }, // what is of the account
];

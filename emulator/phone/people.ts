import { newUserId } from '../ids.js';
import { RATES } from '../limits.js';
import { countryOfPhone } from '../rules/countries.js';

/** A pretend customer: who they are, and how their telephone behaves. */
export interface Person {
  readonly id: string;
  name: string;
  /** without the leading @ */
  username?: string;
  /** digits only; null for somebody who never shows a number */
  phone: string | null;
  /** BSUID; null only for tests of traffic older than April 2026 */
  userId: string | null;
  parentUserId?: string;
  /** false: they have a number, yet webhooks do not carry it (reference §3.3) */
  phoneVisible: boolean;
  language: string;
  readReceipts: boolean;
  /** false: the telephone is off, a message stays at one tick */
  autoDeliver: boolean;
  autoRead: boolean;
  /** the telephone and what is linked to it; a message reaches each of them */
  devices: number;
  /** the platform's clock, ms; what the 24 h window is counted from; 0 = never wrote */
  lastInboundAt: number;
  /** last thing said by either side, ms */
  lastActivityAt: number;
  unread: number;
  typingUntil: number;
  /** quota left to the pair, and when it was last counted (reference §7.1) */
  pairTokens: number;
  pairAt: number;
  /** when they last began to count for the messaging limit, ms; 0 = never (reference §7.2) */
  tierAt: number;
  /** everything is free until then: they came from an advertisement (reference §8.2), ms */
  freeEntryUntil: number;
  /** when they came from one, until we answer, ms */
  referredAt: number;
  /** they used "stop offers and announcements" (reference §8.4) */
  marketingStopped: boolean;
  /** marketing they got lately, ms */
  marketingAt?: number[];
  /** they blocked the business: nothing is delivered any more, and the business is not told */
  blocks: BlockReason | null;
  /** the business blocked them (reference §7.5) */
  blockedByUs: boolean;
  /** name of the script that acts for them */
  script?: string;
  /** how many messages went either way, and how many sends were tried: names for seeded misbehaviour */
  heard: number;
  written: number;
  tried: number;
}

/** Why somebody blocks or reports a business: what WhatsApp itself offers (seed text, DESIGN §3). */
export const BLOCK_REASONS = ['notWanted', 'didNotSignUp', 'tooMany', 'noLongerNeeded', 'spam', 'other'] as const;
export type BlockReason = (typeof BLOCK_REASONS)[number];

export interface NewPerson {
  id?: string | undefined;
  name?: string | undefined;
  username?: string | null | undefined;
  phone?: string | null | undefined;
  userId?: string | null | undefined;
  parentUserId?: string | null | undefined;
  phoneVisible?: boolean | undefined;
  language?: string | undefined;
  readReceipts?: boolean | undefined;
  autoDeliver?: boolean | undefined;
  autoRead?: boolean | undefined;
  devices?: number | undefined;
  script?: string | null | undefined;
}

/** Somebody to whom nothing has happened yet. */
const QUIET = {
  tierAt: 0,
  freeEntryUntil: 0,
  referredAt: 0,
  marketingStopped: false,
  blocks: null,
  blockedByUs: false,
  heard: 0,
  written: 0,
  tried: 0,
} as const;

/** A telephone and four more: what WhatsApp lets one link. */
export const MAX_DEVICES = 5;

/** People the emulator holds in memory; a limit, so that a wrong loop in a test ends with a message. */
export const MAX_PEOPLE = 250_000;

/** Everybody who has a telephone here, found by our id, by phone and by BSUID. */
export class People {
  private readonly byId = new Map<string, Person>();
  private readonly byPhone = new Map<string, Person>();
  private readonly byUserId = new Map<string, Person>();
  private nextNumber = 1;

  get size(): number {
    return this.byId.size;
  }

  all(): IterableIterator<Person> {
    return this.byId.values();
  }

  get(id: string): Person | undefined {
    return this.byId.get(id);
  }

  /** @param phone with or without `+` */
  withPhone(phone: string): Person | undefined {
    return this.byPhone.get(digitsOf(phone));
  }

  /** @param userId BSUID or parent BSUID */
  withUserId(userId: string): Person | undefined {
    return this.byUserId.get(userId);
  }

  /** @returns the person, or a sentence that says why not */
  add(wanted: NewPerson): Person | string {
    if (this.byId.size >= MAX_PEOPLE) return `there are ${MAX_PEOPLE} people already, which is the most`;
    let id = wanted.id;
    while (id === undefined || (wanted.id === undefined && this.byId.has(id))) id = `p${this.nextNumber++}`;
    if (this.byId.has(id)) return `there is somebody with the id ${id} already`;
    const phone = wanted.phone ? digitsOf(wanted.phone) : null;
    const userId = wanted.userId === undefined ? newUserId(phone ? countryOfPhone(phone) : 'KZ') : wanted.userId;
    const clash = this.clash(id, phone, userId);
    if (clash) return clash;
    if (!phone && !userId) return 'a person needs a phone or a userId';
    const person: Person = {
      id,
      name: wanted.name ?? `Customer ${this.byId.size + 1}`,
      ...(wanted.username ? { username: wanted.username.replace(/^@/, '') } : {}),
      phone,
      userId,
      ...(wanted.parentUserId ? { parentUserId: wanted.parentUserId } : {}),
      phoneVisible: wanted.phoneVisible ?? true,
      language: wanted.language ?? 'en',
      readReceipts: wanted.readReceipts ?? true,
      autoDeliver: wanted.autoDeliver ?? true,
      autoRead: wanted.autoRead ?? false,
      devices: wanted.devices ?? 1,
      lastInboundAt: 0,
      lastActivityAt: 0,
      unread: 0,
      typingUntil: 0,
      pairTokens: RATES.pairBurst,
      pairAt: 0,
      ...QUIET,
      ...(wanted.script ? { script: wanted.script } : {}),
    };
    this.keep(person);
    return person;
  }

  /** Changes the members given; identities keep their look-up tables right. @returns a sentence when impossible */
  patch(person: Person, change: NewPerson): string | undefined {
    const phone = change.phone === undefined ? person.phone : change.phone ? digitsOf(change.phone) : null;
    const userId = change.userId === undefined ? person.userId : change.userId;
    const clash = this.clash(person.id, phone, userId);
    if (clash) return clash;
    if (!phone && !userId) return 'a person needs a phone or a userId';
    this.forgetKeys(person);
    person.phone = phone;
    person.userId = userId;
    const plain = ['name', 'phoneVisible', 'language', 'readReceipts', 'autoDeliver', 'autoRead', 'devices'] as const;
    for (const key of plain) {
      if (change[key] !== undefined) Object.assign(person, { [key]: change[key] });
    }
    for (const key of ['username', 'parentUserId', 'script'] as const) {
      if (change[key] === null) delete person[key];
      else if (change[key] !== undefined) person[key] = change[key].replace(/^@/, '');
    }
    this.keep(person);
    return undefined;
  }

  /** Puts a person back as a snapshot had them, one of an older emulator too. */
  restore(person: Person): void {
    this.keep({ ...QUIET, ...person, devices: person.devices ?? 1 });
  }

  clear(): void {
    this.byId.clear();
    this.byPhone.clear();
    this.byUserId.clear();
    this.nextNumber = 1;
  }

  private clash(id: string, phone: string | null, userId: string | null): string | undefined {
    const other = (phone && this.byPhone.get(phone)) || (userId && this.byUserId.get(userId)) || undefined;
    return other && other.id !== id ? `that phone or userId belongs to ${other.id}` : undefined;
  }

  private keep(person: Person): void {
    this.byId.set(person.id, person);
    if (person.phone) this.byPhone.set(person.phone, person);
    if (person.userId) this.byUserId.set(person.userId, person);
    if (person.parentUserId) this.byUserId.set(person.parentUserId, person);
  }

  private forgetKeys(person: Person): void {
    if (person.phone) this.byPhone.delete(person.phone);
    if (person.userId) this.byUserId.delete(person.userId);
    if (person.parentUserId) this.byUserId.delete(person.parentUserId);
  }
}

export const digitsOf = (phone: string): string => phone.replace(/\D/g, '');

/** The number as webhooks may show it: absent, not empty, where the platform hides it. */
export const visiblePhone = (person: Person): string | undefined =>
  person.phone && person.phoneVisible ? person.phone : undefined;

/** What ids of this person's messages spell. */
export const spelledIdentity = (person: Person): string => person.phone ?? person.userId ?? person.id;

import { answerMigrations } from '../answers/unanswered-table.js';
import type { Sender } from '../contacts/identity.js';
import { callbackMigrations } from '../callbacks/callback-table.js';
import { caseMigrations } from '../cases/case-table.js';
import { contactMigrations, contacts, identities, type ContactRow } from '../contacts/contact-tables.js';
import { erasureMigrations } from '../contacts/erasure-table.js';
import { identityKey } from '../contacts/identity.js';
import { survivorOf } from '../contacts/find-contacts.js';
import { consentMigrations } from '../consent/consent-tables.js';
import { testLedger } from '../consent/ledger.fixture.js';
import type { Facts, Input, Session } from '../conversation/session.js';
import type { Turn } from '../conversation/turn.js';
import { entryMigrations } from '../entry/entry-table.js';
import { operatorMigrations } from '../operators/operator-tables.js';
import { deliveryMigrations } from '../delivery/outbox-table.js';
import { mediaMigrations } from '../media/media-table.js';
import { messageMigrations } from '../messages/message-tables.js';
import type { PhoneNumberId, Wamid } from '../platform/ids.js';
import { ratingMigrations } from '../ratings/rating-tables.js';
import type { Engine } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import { createAppend, type Appended, type Post } from './append.js';
import { inbox, inboxMigrations, type InboxRow, type InboxState } from './inbox-tables.js';
import { workerMigrations } from './partitions.js';
import { Turns, type TurnsDeps } from './turns.js';
import type { Content, IdentityChangeUpdate, MessageUpdate, StatusUpdate, Update } from './update.js';

/* An inbox on a real store with a set clock, and a conversation engine that records what it is told. */

export const OURS = '1000';
export const NOON = Date.UTC(2026, 10, 2, 9);
export const PEPPER = Buffer.alloc(32, 7);

export const inboxUnderTestMigrations = [
  ...contactMigrations,
  ...erasureMigrations,
  ...inboxMigrations,
  ...workerMigrations,
  ...messageMigrations,
  ...deliveryMigrations,
  ...caseMigrations,
  ...consentMigrations,
  ...answerMigrations,
  ...ratingMigrations,
  ...callbackMigrations,
  ...mediaMigrations,
  ...entryMigrations,
  ...operatorMigrations,
];

/** A clock that stands still until it is moved. */
export class SetClock {
  at = NOON;
  now = (): number => this.at;
  monotonic = (): number => this.at - NOON;
}

type Raw = { raw: Uint8Array };
const withRaw = <U extends Update>(update: Omit<U, 'raw'>): U =>
  ({ ...update, raw: Buffer.from(JSON.stringify(update)) }) as Omit<U, 'raw'> & Raw as U;

/** Reads what `withRaw` wrote. */
export const readRaw = (raw: Uint8Array): Update => ({ ...(JSON.parse(Buffer.from(raw).toString()) as Update), raw });

export const phone = (value: string): Sender => ({ phone: value as never });
export const user = (userId: string, number?: string): Sender => ({
  userId: userId as never,
  ...(number === undefined ? {} : { phone: number as never }),
});

let ids = 0;
const freshWamid = () => `wamid.${(ids += 1)}` as Wamid;

export function message(
  sender: Sender,
  body: string | Content = 'hello',
  more: Partial<MessageUpdate> = {},
): MessageUpdate {
  const wamid = more.wamid ?? freshWamid();
  const content: Content = typeof body === 'string' ? { type: 'text', body } : body;
  return withRaw<MessageUpdate>({
    kind: 'message',
    phoneNumberId: OURS as PhoneNumberId,
    dedupeKey: `message:${more.phoneNumberId ?? OURS}:${wamid}`,
    at: NOON,
    wamid,
    sender,
    content,
    ...more,
  });
}

export function change(before: Sender, after: Sender, at = NOON): IdentityChangeUpdate {
  const wamid = freshWamid();
  return withRaw<IdentityChangeUpdate>({
    kind: 'identityChange',
    phoneNumberId: OURS as PhoneNumberId,
    dedupeKey: `message:${OURS}:${wamid}`,
    at,
    wamid,
    before,
    after,
  });
}

export function status(wamid: string, name: string, more: Partial<StatusUpdate> = {}): StatusUpdate {
  return {
    kind: 'status',
    phoneNumberId: OURS as PhoneNumberId,
    dedupeKey: `status:${wamid}:${name}`,
    at: NOON,
    wamid: wamid as Wamid,
    status: name,
    errors: [],
    raw: new Uint8Array(0),
    ...more,
  };
}

/** What the stub was told in one turn. */
export type Told = {
  readonly session: Session | undefined;
  readonly bodies: readonly string[];
  readonly facts: Facts;
};

export type InboxUnderTest = Awaited<ReturnType<typeof openInbox>>;

export type StubOptions = {
  /** Whether the stub answers; it does not unless told. */
  readonly answers?: boolean;
  /** Throws to be a poison. */
  readonly onInputs?: (inputs: readonly Input[]) => void;
};

export const bodyOf = ({ content }: Pick<Input, 'content'>): string =>
  content.type === 'text' ? content.body : content.type;

/** The session counts what it has heard, so that a turn lost or done twice shows. */
export const heardOf = (session: Session | null | undefined): readonly string[] =>
  (session as unknown as { heard?: readonly string[] } | null | undefined)?.heard ?? [];

export async function openInbox(engine: Engine, clock = new SetClock()) {
  const appended: Appended[] = [];
  const append = createAppend({
    engine,
    pepper: PEPPER,
    isOurs: (phoneNumberId) => phoneNumberId === OURS,
    onAppended: (counts) => appended.push(counts),
  });
  const told: Told[] = [];
  const lines: { severity: string; event: string; fields: Record<string, string | number> }[] = [];
  const log = (severity: string) => (event: string, fields: Record<string, string | number>) =>
    void lines.push({ severity, event, fields });

  const advance =
    ({ answers, onInputs }: StubOptions) =>
    (session: Session | undefined, inputs: readonly Input[], facts: Facts): Turn => {
      onInputs?.(inputs);
      const bodies = inputs.map(bodyOf);
      told.push({ session, bodies, facts });
      const next = { ...session, heard: [...heardOf(session), ...bodies].slice(-200) } as unknown as Session;
      const replies = answers ? [{ content: { type: 'text', body: 'yes' }, priority: 'ordinary' } as const] : [];
      return { session: next, changes: [], replies };
    };

  const makeTurns = (stub: StubOptions = {}, more: Partial<TurnsDeps> = {}): Turns =>
    new Turns({
      engine,
      clock,
      advance: advance(stub),
      worldFacts: () => ({}) as ReturnType<TurnsDeps['worldFacts']>,
      countryOf: () => undefined,
      textHash: (body) => body,
      newId: timeId,
      pepper: PEPPER,
      ledger: testLedger,
      read: readRaw,
      isUrgent: (update) => update.kind !== 'message' || bodyOf(update).startsWith('stop'),
      ownedPartitions: () => 'all',
      onQueued: () => undefined,
      log: { warn: log('warn'), error: log('error') },
      ...more,
    });

  return {
    engine,
    clock,
    append,
    appended,
    told,
    lines,
    makeTurns,
    /** Each in a POST of its own, in this order. */
    async post(...updates: readonly Update[]): Promise<void> {
      for (const update of updates) await append({ updates: [update], receivedAt: clock.at });
    },
    /** All in one POST. */
    postTogether: (updates: readonly Update[], receivedAt = clock.at): Promise<void> =>
      append({ updates, receivedAt } satisfies Post),
    /** All that is said in turns, in their order. */
    bodies: () => told.flatMap((one) => one.bodies),
    rows: (state?: InboxState): Promise<InboxRow[]> =>
      engine.find(inbox, { where: state ? { state } : {}, orderBy: [['arrival', 'asc']], limit: 10_000 }),
    contacts: (): Promise<ContactRow[]> =>
      engine.find(contacts, { where: { mergedInto: null }, orderBy: [['id', 'asc']], limit: 1_000 }),
    /** Who has the identity now. */
    async owner(kind: 'phone' | 'userId' | 'parentUserId', value: string): Promise<ContactRow | undefined> {
      const row = await engine.get(identities, identityKey({ kind, value }));
      return row && !row.former ? survivorOf(engine, row.contactId) : undefined;
    },
  };
}

/** Waits for something that comes by itself. @throws Error when it does not come in time */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const started = performance.now();
  while (!(await isSo())) {
    if (performance.now() - started > limitMs) throw new Error('it did not come in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Nudges until nothing waits any more. */
export async function drain(test: InboxUnderTest, turns: Turns, limitMs?: number): Promise<void> {
  await until(async () => {
    turns.nudge();
    return (await test.engine.count(inbox, { state: 'waiting' })) === 0;
  }, limitMs);
  // A turn notes that its reply is on its way just after the commit that empties the inbox: only then may a clock be moved.
  await new Promise((resolve) => setTimeout(resolve, 150));
}

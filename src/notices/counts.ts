import { setImmediate as breathe } from 'node:timers/promises';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import type { Engine, Where } from '../storage/engine.js';
import { announcements, recipients, type AnnouncementRow, type RecipientRow } from './notice-tables.js';
import { isSkipReason, SKIP_REASONS, type SkipReason } from './notice.js';

/** What has become of an announcement's audience: each person in exactly one count, their current one. */
export type DeliveryCounts = {
  /** The sum of all others. */
  readonly planned: number;
  readonly queued: number;
  readonly attempted: number;
  readonly accepted: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
  readonly unknown: number;
  readonly notDelivered: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
};

export const DELIVERY_STATES = [
  'queued',
  'attempted',
  'accepted',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
  'notDelivered',
  'skipped',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const NO_DELIVERIES: DeliveryCounts = {
  ...{ planned: 0, queued: 0, attempted: 0, accepted: 0, sent: 0, delivered: 0, read: 0, failed: 0, unknown: 0 },
  ...{ notDelivered: 0, skipped: {} },
};

type Told = Pick<
  OutboxRow,
  'state' | 'errorCode' | 'reason' | 'readAt' | 'playedAt' | 'deliveredAt' | 'failedAt' | 'sentAt' | 'attemptedAt'
>;
export type Fate = { readonly state: DeliveryState; readonly reason: SkipReason | null };

/** Where one message of an announcement stands. What proves the most is shown; a message that Graph took and that was not delivered within
 *  its template's time to live has lapsed. `countMessages` says the same as conditions; a test compares the two.
 *  @param lapsedBefore attempts of this time and before have lapsed, ms */
export function fateOfMessage(row: Told, lapsedBefore: number): Fate {
  const as = (state: DeliveryState): Fate => ({ state, reason: null });
  switch (row.state) {
    case 'queued':
    case 'claimed':
      return as('queued');
    case 'attempted':
    case 'unknown':
      return as(row.state);
    case 'rejected':
      if (row.errorCode !== null) return as('failed');
      return { state: 'skipped', reason: isSkipReason(row.reason) ? row.reason : 'cancelled' };
    case 'accepted':
      if (row.readAt !== null || row.playedAt !== null) return as('read');
      if (row.deliveredAt !== null) return as('delivered');
      if (row.failedAt !== null) return as('failed');
      if ((row.attemptedAt ?? 0) <= lapsedBefore) return as('notDelivered');
      return as(row.sentAt !== null ? 'sent' : 'accepted');
  }
}

/** Where somebody stands who has no message. */
export function fateOfRecipient(row: RecipientRow, word: Pick<AnnouncementRow, 'state' | 'reason'>): Fate {
  if (row.state === 'skipped') return { state: 'skipped', reason: row.reason ?? 'cancelled' };
  // Cut short, and not swept yet: it does not leave any more.
  if (word.state !== 'running') return { state: 'skipped', reason: word.reason ?? 'cancelled' };
  return { state: 'queued', reason: null };
}

export const lapsedBefore = ({ ttlMs }: Pick<AnnouncementRow, 'ttlMs'>, now: number): number =>
  ttlMs === null ? -1 : now - ttlMs;

const NONE = null;
const SOME = { not: null } as const;
type Condition = readonly [DeliveryState, Where<OutboxRow>];

const messageConditions = (lapsed: number): readonly Condition[] => {
  const unread = { state: 'accepted', readAt: NONE, playedAt: NONE } as const;
  const away = { ...unread, deliveredAt: NONE, failedAt: NONE } as const;
  return [
    ['queued', { state: { in: ['queued', 'claimed'] } }],
    ['attempted', { state: 'attempted' }],
    ['unknown', { state: 'unknown' }],
    ['failed', { state: 'rejected', errorCode: SOME }],
    ['read', { state: 'accepted', readAt: SOME }],
    ['read', { state: 'accepted', readAt: NONE, playedAt: SOME }],
    ['delivered', { ...unread, deliveredAt: SOME }],
    ['failed', { ...unread, deliveredAt: NONE, failedAt: SOME }],
    ['notDelivered', { ...away, attemptedAt: { lte: lapsed } }],
    ['sent', { ...away, sentAt: SOME, attemptedAt: { gt: lapsed } }],
    ['accepted', { ...away, sentAt: NONE, attemptedAt: { gt: lapsed } }],
  ];
};

/** Counts of a finished announcement change seldom, and a list asks for many. */
const KEPT_FOR_MS = 60_000;
const SETTLED_AFTER_MS = 24 * 3_600_000;
const MAX_KEPT = 5_000;

/** Counts announcements from their rows, each count by an index alone; between two of them whatever waits has its turn. */
export class DeliveryCounter {
  readonly #engine: Engine;
  readonly #kept = new Map<string, { readonly counts: DeliveryCounts; readonly at: number }>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async count(word: AnnouncementRow, now: number): Promise<DeliveryCounts> {
    if (word.audience === 0 && !word.open) return NO_DELIVERIES;
    const kept = this.#kept.get(word.id);
    if (kept && now - kept.at < KEPT_FOR_MS && now >= kept.at) return kept.counts;
    const counts = await this.#count(word, now);
    if (!word.open && word.uselessAfter + SETTLED_AFTER_MS < now) {
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      this.#kept.set(word.id, { counts, at: now });
    }
    return counts;
  }

  async #count(word: AnnouncementRow, now: number): Promise<DeliveryCounts> {
    const counts = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<DeliveryState, number>;
    const skipped: Partial<Record<SkipReason, number>> = {};
    const skip = (reason: SkipReason, count: number) => {
      if (count > 0) skipped[reason] = (skipped[reason] ?? 0) + count;
    };
    for (const [state, where] of messageConditions(lapsedBefore(word, now)))
      counts[state] += await this.#messages(word.id, where);
    const rejected = await this.#messages(word.id, { state: 'rejected', errorCode: NONE });
    const planned = await this.#recipients(word.id, { state: 'planned' });
    const left = await this.#recipients(word.id, { state: 'skipped' });
    for (const reason of SKIP_REASONS) {
      if (rejected > 0) skip(reason, await this.#messages(word.id, { state: 'rejected', errorCode: NONE, reason }));
      if (left > 0) skip(reason, await this.#recipients(word.id, { state: 'skipped', reason }));
    }
    if (word.state === 'running') counts.queued += planned;
    else skip(word.reason ?? 'cancelled', planned);
    // The audience is what was written down at the time: whoever is not there any more was erased since. Read again, since a slice may have
    // been added meanwhile.
    const audience = (await this.#engine.get(announcements, word.id))?.audience ?? word.audience;
    const found = sumOf(counts, skipped);
    if (!word.open && audience > found) skip('erased', audience - found);
    return {
      planned: sumOf(counts, skipped),
      queued: counts.queued,
      attempted: counts.attempted,
      accepted: counts.accepted,
      sent: counts.sent,
      delivered: counts.delivered,
      read: counts.read,
      failed: counts.failed,
      unknown: counts.unknown,
      notDelivered: counts.notDelivered,
      skipped,
    };
  }

  async #messages(announcementId: string, where: Where<OutboxRow>): Promise<number> {
    await breathe();
    return this.#engine.count(outbox, { purpose: 'notice', announcementId, ...where });
  }

  async #recipients(announcementId: string, where: Where<RecipientRow>): Promise<number> {
    await breathe();
    return this.#engine.count(recipients, { announcementId, ...where });
  }
}

const sumOf = (counts: Readonly<Record<DeliveryState, number>>, skipped: Readonly<Record<string, number>>): number =>
  [...Object.values(counts), ...Object.values(skipped)].reduce((sum, count) => sum + count, 0);

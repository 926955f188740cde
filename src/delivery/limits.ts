import type { Clock } from '../clock.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { conversationId, conversations } from '../messages/message-tables.js';
import { windowOpen } from '../messages/window.js';
import { MessagingLimit } from '../platform/messaging-limit.js';
import { templateKey, templateStatuses } from '../platform/template-table.js';
import { slices, type Engine, type Op } from '../storage/engine.js';
import { outbox, type OutboxRow } from './outbox-table.js';

/** What the platform's limits say of the rows that are about to leave (docs/platform-limits.md). They concern templates alone: free words
 *  leave in the person's window only, where nothing is limited but the rate. */

/** Why a row waits, as it stands in the row; it becomes the reason of its end when it waits until it is useless. */
export type HeldReason = 'overTier' | 'template';
export const isHeldReason = (reason: string | null): reason is HeldReason =>
  reason === 'overTier' || reason === 'template';

export type LimitVerdict =
  | { readonly kind: 'leaves'; readonly op: Op | undefined }
  | { readonly kind: 'later'; readonly dueAt: number; readonly reason: HeldReason | undefined }
  | { readonly kind: 'refused'; readonly reason: 'template' };

/** Of the number, now. */
export type NumberLimits = { readonly tier: number; readonly noticesPaused: boolean };

/** A paused template or class is asked about again so often; sooner when the row would be useless by then. */
const HELD_MS = 5 * 60_000;
/** The tier may be raised before somebody's day ends. */
const TIER_MIN_MS = 60_000;
const TIER_MAX_MS = 15 * 60_000;
const PAGE = 250;
const MAX_PAGES = 4_000;
const STATUSES_MAX_AGE_MS = 1_000;
/** These do not come back by themselves. */
const GONE: ReadonlySet<string> = new Set(['REJECTED', 'DISABLED', 'DELETED', 'PENDING_DELETION']);

export class Limits {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #limit: MessagingLimit;
  #statuses = new Map<string, { readonly status: string | undefined; readonly readAt: number }>();

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
    this.#limit = new MessagingLimit(engine, clock);
  }

  /** Reads what is needed to judge these rows. @throws StoreUnavailable */
  async look(
    rows: readonly OutboxRow[],
    people: ReadonlyMap<ContactId, ContactRow>,
    number: NumberLimits,
  ): Promise<(row: OutboxRow) => LimitVerdict> {
    const templates = rows.filter(({ content }) => content?.type === 'template');
    if (templates.length === 0) return () => ({ kind: 'leaves', op: undefined });
    await this.#limit.refresh();
    const [counted, open] = await Promise.all([
      this.#limit.counted(templates.map(({ personKey }) => personKey)),
      this.#openWindows(templates, people),
      this.#readStatuses(templates),
    ]);
    const isFull = this.#limit.used >= number.tier;
    const nextFreeAt = isFull ? await this.#limit.nextFreeAt() : undefined;
    return (row) => this.#judge(row, number, counted, open, nextFreeAt);
  }

  /** Not written after all. */
  notWritten(rows: readonly OutboxRow[]): void {
    this.#limit.notWritten(rows.map(({ id }) => id));
  }

  /** The limit was raised: whoever waited for it is due now. In one pass over what is queued. @throws StoreUnavailable */
  async release(phoneNumberId: string): Promise<void> {
    const now = this.#clock.now();
    for (let after = '', page = 0; page < MAX_PAGES; page += 1) {
      const rows = await this.#engine.find(outbox, {
        where: { phoneNumberId, active: true, state: 'queued', reason: 'overTier', id: { gt: after } },
        orderBy: [['id', 'asc']],
        limit: PAGE,
      });
      await this.#engine.patchMany(
        outbox,
        rows.map(({ id, dueAt }) => ({ id, set: { dueAt: Math.min(dueAt, now) }, when: { state: 'queued' } })),
      );
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.id ?? after;
    }
  }

  /** What became of attempts: those that are proven to have reached nobody count no longer. */
  settle(
    reached: readonly OutboxRow[],
    refused: readonly Pick<OutboxRow, 'id' | 'attempt' | 'personKey'>[],
  ): Promise<void> {
    for (const { id } of reached) this.#limit.settled(id);
    return this.#limit.giveBack(refused);
  }

  /** A refusal has said something of a template: the next look reads anew. */
  forgetStatuses(): void {
    this.#statuses.clear();
  }

  #judge(
    row: OutboxRow,
    { tier, noticesPaused }: NumberLimits,
    counted: ReadonlyMap<PersonKey, number>,
    open: ReadonlySet<string>,
    nextFreeAt: number | undefined,
  ): LimitVerdict {
    if (row.content?.type !== 'template') return { kind: 'leaves', op: undefined };
    const now = this.#clock.now();
    const later = (dueAt: number, reason?: HeldReason): LimitVerdict => ({
      kind: 'later',
      dueAt: Math.min(dueAt, Math.max(row.uselessAfter, now)),
      reason,
    });
    if (noticesPaused) return later(now + HELD_MS);
    const status = this.#statuses.get(templateKey(row.content.name, row.content.language))?.status;
    if (status !== undefined && GONE.has(status)) return { kind: 'refused', reason: 'template' };
    // Of a template that nobody has told us about Graph is the judge.
    if (status !== undefined && status !== 'APPROVED') return later(now + HELD_MS, 'template');
    if (open.has(row.id)) return { kind: 'leaves', op: undefined };
    const op = this.#limit.take(row, counted.get(row.personKey), tier);
    if (op) return { kind: 'leaves', op };
    const wait = Math.min(Math.max((nextFreeAt ?? 0) - now, TIER_MIN_MS), TIER_MAX_MS);
    return later(now + wait, 'overTier');
  }

  /** @returns ids of the rows whose person may be written to freely: a template in an open window counts for nothing */
  async #openWindows(
    rows: readonly OutboxRow[],
    people: ReadonlyMap<ContactId, ContactRow>,
  ): Promise<ReadonlySet<string>> {
    const idOf = (row: OutboxRow) =>
      conversationId(row.phoneNumberId, people.get(row.contactId)?.personKey ?? row.personKey);
    const found = await Promise.all(
      [...slices([...new Set(rows.map(idOf))])].map((slice) => this.#engine.getMany(conversations, slice)),
    );
    const now = this.#clock.now();
    const open = new Set(found.flat().flatMap((talk) => (windowOpen(talk.lastInboundAt, now) ? [talk.id] : [])));
    return new Set(rows.flatMap((row) => (open.has(idOf(row)) ? [row.id] : [])));
  }

  async #readStatuses(rows: readonly OutboxRow[]): Promise<void> {
    const monotonic = this.#clock.monotonic();
    const wanted = new Set(
      rows.flatMap(({ content }) =>
        content?.type === 'template' ? [templateKey(content.name, content.language)] : [],
      ),
    );
    const isOld = (id: string) => monotonic - (this.#statuses.get(id)?.readAt ?? -Infinity) > STATUSES_MAX_AGE_MS;
    const ids = [...wanted].filter(isOld);
    if (ids.length === 0) return;
    const found = new Map((await this.#engine.getMany(templateStatuses, ids)).map((row) => [row.id, row.status]));
    for (const id of ids) this.#statuses.set(id, { status: found.get(id), readAt: monotonic });
  }
}

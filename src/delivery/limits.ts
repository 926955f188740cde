import type { Clock } from '../clock.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { conversationId } from '../messages/message-tables.js';
import { openWindows } from '../messages/open-windows.js';
import type { OutboundContent } from '../messages/outbound.js';
import { MessagingLimit } from '../platform/messaging-limit.js';
import { templateKey, templateStatuses } from '../platform/template-table.js';
import type { Engine, Op } from '../storage/engine.js';
import type { Announcements } from './announcements.js';
import { outbox, type OutboxRow } from './outbox-table.js';

/** What the platform's limits say of the rows that are about to leave (docs/platform-limits.md). They concern templates alone: free words
 *  leave in the person's window only, where nothing is limited but the rate. An announcement has both forms: where its template cannot be
 *  used it leaves as a message to whoever has an open window, and waits for the others. */

/** Why a row waits, as it stands in the row; it becomes the reason of its end when it waits until it is useless. */
export type HeldReason = 'overTier' | 'template';
export const isHeldReason = (reason: string | null): reason is HeldReason =>
  reason === 'overTier' || reason === 'template';

export type LimitVerdict =
  /** `content`: in this form, where that is another than the row has. */
  | { readonly kind: 'leaves'; readonly op: Op | undefined; readonly content?: OutboundContent }
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
/** Whether a template that messages wait for can be used again is asked so often. */
const HELD_LOOK_MS = 1_000;
const USABLE = 'APPROVED';
/** These do not come back by themselves. */
const GONE: ReadonlySet<string> = new Set(['REJECTED', 'DISABLED', 'DELETED', 'PENDING_DELETION']);

/** A row that the limits are about, with the template in question. */
type Limited = {
  readonly row: OutboxRow;
  readonly template: Extract<OutboundContent, { type: 'template' }>;
  readonly key: string;
};

export class Limits {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #limit: MessagingLimit;
  readonly #formsOf: Announcements['forms'];
  /** Templates that messages wait for, by their keys. */
  readonly #waitedFor = new Set<string>();
  #lookedAt = -Infinity;
  #statuses = new Map<string, { readonly status: string | undefined; readonly readAt: number }>();

  constructor(engine: Engine, clock: Clock, formsOf: Announcements['forms']) {
    this.#engine = engine;
    this.#clock = clock;
    this.#formsOf = formsOf;
    this.#limit = new MessagingLimit(engine, clock);
  }

  /** Reads what is needed to judge these rows. @throws StoreUnavailable */
  async look(
    rows: readonly OutboxRow[],
    people: ReadonlyMap<ContactId, ContactRow>,
    number: NumberLimits,
  ): Promise<(row: OutboxRow) => LimitVerdict> {
    const limited = rows.flatMap((row) => this.#limited(row) ?? []);
    const templates = limited.map(({ row }) => row);
    if (limited.length === 0) return () => ({ kind: 'leaves', op: undefined });
    await this.#limit.refresh();
    const [counted, open] = await Promise.all([
      this.#limit.counted(templates.map(({ personKey }) => personKey)),
      this.#openWindows(templates, people),
      this.#readStatuses(limited.map(({ key }) => key)),
    ]);
    const isFull = this.#limit.used >= number.tier;
    const nextFreeAt = isFull ? await this.#limit.nextFreeAt() : undefined;
    const known = new Map(limited.map((one) => [one.row.id, one]));
    return (row) => {
      const found = known.get(row.id);
      return found ? this.#judge(found, number, counted, open, nextFreeAt) : { kind: 'leaves', op: undefined };
    };
  }

  /** What of the row the limits are about: its template, or the one that its words are of. */
  #limited(row: OutboxRow): Limited | undefined {
    const { content } = row;
    if (content?.type === 'template')
      return { row, template: content, key: templateKey(content.name, content.language) };
    if (row.purpose !== 'notice') return undefined;
    const template = this.#formsOf(row)?.template;
    return template && { row, template, key: templateKey(template.name, template.language) };
  }

  /** Not written after all. */
  notWritten(rows: readonly OutboxRow[]): void {
    this.#limit.notWritten(rows.map(({ id }) => id));
  }

  /** A template that messages wait for can be used again: they are due now. @throws StoreUnavailable */
  async releaseTemplates(phoneNumberId: string): Promise<void> {
    const monotonic = this.#clock.monotonic();
    if (this.#waitedFor.size === 0 || monotonic - this.#lookedAt < HELD_LOOK_MS) return;
    this.#lookedAt = monotonic;
    const rows = await this.#engine.getMany(templateStatuses, [...this.#waitedFor]);
    const usable = rows.filter(({ status }) => status === USABLE);
    if (usable.length === 0) return;
    this.forgetStatuses();
    await this.release(phoneNumberId, 'template');
    for (const { id } of usable) this.#waitedFor.delete(id);
  }

  /** What they waited for is there, or may be: they are due now. In one pass over what is queued. @throws StoreUnavailable */
  async release(phoneNumberId: string, reason: HeldReason): Promise<void> {
    const now = this.#clock.now();
    for (let after = '', page = 0; page < MAX_PAGES; page += 1) {
      const rows = await this.#engine.find(outbox, {
        where: { phoneNumberId, active: true, state: 'queued', reason, id: { gt: after } },
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
    { row, template, key }: Limited,
    { tier, noticesPaused }: NumberLimits,
    counted: ReadonlyMap<PersonKey, number>,
    open: ReadonlySet<string>,
    nextFreeAt: number | undefined,
  ): LimitVerdict {
    const now = this.#clock.now();
    const later = (dueAt: number, reason?: HeldReason): LimitVerdict => ({
      kind: 'later',
      dueAt: Math.min(dueAt, Math.max(row.uselessAfter, now)),
      reason,
    });
    if (noticesPaused) return later(now + HELD_MS);
    const status = this.#statuses.get(key)?.status;
    // Of a template that nobody has told us about Graph is the judge.
    if (status !== undefined && status !== USABLE) {
      const content = open.has(row.id) ? this.#formsOf(row)?.inWindow : undefined;
      if (content) return { kind: 'leaves', op: undefined, content };
      if (GONE.has(status)) return { kind: 'refused', reason: 'template' };
      this.#waitedFor.add(key);
      return later(now + HELD_MS, 'template');
    }
    // It was to leave as a message once, and did not.
    const inForm = row.content?.type === 'template' ? {} : { content: template };
    if (open.has(row.id)) return { kind: 'leaves', op: undefined, ...inForm };
    const op = this.#limit.take(row, counted.get(row.personKey), tier);
    if (op) return { kind: 'leaves', op, ...inForm };
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
    const open = await openWindows(this.#engine, rows.map(idOf), this.#clock.now());
    return new Set(rows.flatMap((row) => (open.has(idOf(row)) ? [row.id] : [])));
  }

  async #readStatuses(keys: readonly string[]): Promise<void> {
    const monotonic = this.#clock.monotonic();
    const isOld = (id: string) => monotonic - (this.#statuses.get(id)?.readAt ?? -Infinity) > STATUSES_MAX_AGE_MS;
    const ids = [...new Set(keys)].filter(isOld);
    if (ids.length === 0) return;
    const found = new Map((await this.#engine.getMany(templateStatuses, ids)).map((row) => [row.id, row.status]));
    for (const id of ids) this.#statuses.set(id, { status: found.get(id), readAt: monotonic });
  }
}

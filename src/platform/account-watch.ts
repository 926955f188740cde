import type { Clock } from '../clock.js';
import type { Engine } from '../storage/engine.js';
import type { GraphClient } from './graph-client.js';
import type { PhoneNumberId } from './ids.js';
import { listTemplates } from './list-templates.js';
import { refreshNumber } from './refresh-number.js';
import { noteListing, IS_USABLE } from './template-status.js';
import { templateStatuses } from './template-table.js';

/** Asks Meta what no webhook tells: the number's quality, every five minutes while messages leave (a restriction follows a bad one, and
 *  there is no other warning), and how all templates stand, each night and whenever one of ours has been out of use for a while: a webhook
 *  that was lost must not hold a notice back. */
export type AccountWatchDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly graph: GraphClient;
  readonly phoneNumberId: PhoneNumberId;
  readonly businessAccountId: string;
  /** The templates that we use. */
  readonly wanted: readonly { readonly name: string; readonly language: string }[];
  /** Whether this process asks (a lease on MongoDB). */
  readonly mayAsk: () => boolean;
  /** Whether a call was made after this time, ms. @throws StoreUnavailable */
  readonly hasSentSince: (at: number) => Promise<boolean>;
  /** Something may be sent again, or not any more. */
  readonly onChange: () => void;
  readonly log: Record<'warn' | 'error', (event: string, fields: Record<string, string | number>) => void>;
};

const TICK_MS = 15_000;
export const QUALITY_EVERY_MS = 5 * 60_000;
export const LISTING_EVERY_MS = 24 * 3_600_000;
const LISTING_WHILE_HELD_MS = 15 * 60_000;
const LISTING_RETRY_MS = 5 * 60_000;

export class AccountWatch {
  readonly #deps: AccountWatchDeps;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #askedAt = -Infinity;
  #listedAt = -Infinity;
  #triedAt = -Infinity;

  constructor(deps: AccountWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#schedule(0);
  }

  /** Begins nothing new and resolves when what runs is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** The nightly listing is due. */
  listNow(): void {
    this.#listedAt = -Infinity;
  }

  /** Asks whatever is due, once. Never throws: what cannot be learnt now is asked again. */
  async tick(): Promise<void> {
    const { mayAsk, log } = this.#deps;
    if (!mayAsk()) return;
    try {
      await this.#lookAtNumber();
      await this.#lookAtTemplates();
    } catch (error) {
      log.warn('account.watchFailed', { error: error instanceof Error ? error.name : 'unknown' });
    }
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.tick().then(() => this.#schedule(TICK_MS));
    }, afterMs);
  }

  /** Once at the start, since nobody knows the tier before; then while something leaves. */
  async #lookAtNumber(): Promise<void> {
    const { clock, engine, graph, phoneNumberId, hasSentSince, onChange, log } = this.#deps;
    const now = clock.now();
    const isFirst = this.#askedAt === -Infinity;
    if (!isFirst && (now - this.#askedAt < QUALITY_EVERY_MS || !(await hasSentSince(this.#askedAt)))) return;
    this.#askedAt = now;
    if (await refreshNumber({ engine, graph, phoneNumberId }, now)) log.error('notices.paused', { why: 'quality' });
    onChange();
  }

  async #lookAtTemplates(): Promise<void> {
    const { clock, engine, graph, businessAccountId, wanted, onChange, log } = this.#deps;
    const now = clock.now();
    const age = now - this.#listedAt;
    if (now - this.#triedAt < LISTING_RETRY_MS) return;
    if (age < LISTING_EVERY_MS && (age < LISTING_WHILE_HELD_MS || !(await this.#someAreHeld()))) return;
    this.#triedAt = now;
    const listing = await listTemplates(graph, businessAccountId);
    if (listing.kind === 'refused') return log.warn('templates.notListed', { code: listing.code ?? 0 });
    await noteListing(engine, listing.templates, wanted, now);
    this.#listedAt = now;
    onChange();
  }

  /** Meta has them, and they are out of use: those that nobody has submitted do not come by themselves. */
  async #someAreHeld(): Promise<boolean> {
    const held = await this.#deps.engine.count(templateStatuses, { status: { notIn: [IS_USABLE, 'MISSING'] } });
    return held > 0;
  }
}

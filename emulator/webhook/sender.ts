import { Pool } from 'undici';
import type { Clock } from '../clock.js';
import type { Journal } from '../journal.js';
import type { Settings } from '../settings.js';
import type { Traffic } from '../traffic.js';
import { drawn, fateOf, PLAIN, type Fate } from './chaos.js';
import { body, escapedChange, oddBody, type Change, type Escaped } from './envelope.js';
import { signatureOf } from './escape.js';
import type { Recording } from './recording.js';

/** What waits to be posted, and the ids it is about (for the journal). */
interface Waiting extends Escaped {
  readonly ids: readonly string[];
  readonly field: string;
  readonly fate: Fate;
}

interface Post {
  readonly body: string;
  readonly ids: readonly string[];
  /** where it goes is asked anew for every attempt: the address may change while it waits */
  readonly field: string;
  readonly madeAt: number;
  readonly lost: boolean;
  readonly deaf: boolean;
  attempt: number;
}

/** How one attempt ended. `answered` is null when there was no answer at all. */
export interface Outcome {
  readonly answered: number | null;
  readonly ms: number;
  readonly error?: string;
}

/** What surrounds the sender: who is told how deliveries go, and where they go. */
export interface Surroundings {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly traffic: Traffic;
  readonly recording: Recording;
  readonly account: { readonly businessAccountId: string; readonly appSecret: string };
  /** @returns where updates of that field go; undefined: nobody is subscribed */
  address(field: string): string | undefined;
  /** the server said 200 to a POST about these */
  delivered(ids: readonly string[]): void;
  /** the server began or ceased to answer with 200 */
  turned(answers: boolean): void;
}

export interface EnqueueOptions {
  /** see `escapedChange` */
  readonly numeric?: readonly string[];
  /** names the update the same in every run, for seeded misbehaviour; the first id when absent */
  readonly label?: string;
}

/** Changes and POSTs held while the server is away; beyond it the newest are refused and said so in the journal. */
export const MAX_WAITING = 500_000;
const MAX_ADDRESSES = 20;
/** Updates that wait for later ones to overtake them go anyway after so long. */
const OVERTAKE_WITHIN_MS = 500;
/** Odd batches need something to batch: updates gather for so long. */
const GATHER_MS = 40;
const ODD_BATCH = 30;

/** Posts signed webhooks to the server, many at once, and again with growing pauses until it answers 200 (reference §1.3).
 *  What waits lives in memory: it outlives the server's death, not this process's. */
export class WebhookSender {
  private readonly queue: Waiting[] = [];
  private head = 0;
  private readonly due: Post[] = [];
  private readonly sleeping = new Set<NodeJS.Timeout>();
  private overtaken: { readonly item: Waiting; readonly timer: NodeJS.Timeout; left: number }[] = [];
  private inFlight = 0;
  private posts = 0;
  private answers = true;
  private scheduled = false;
  private closed = false;
  private readonly pools = new Map<string, { readonly pool: Pool; readonly path: string }>();
  private poolConcurrency = 0;

  constructor(private readonly around: Surroundings) {}

  /** POSTs and changes not yet answered with 200. */
  get pending(): number {
    return this.queue.length - this.head + this.due.length + this.sleeping.size + this.inFlight;
  }

  /** Whether the last POST was answered with 200. */
  get serverAnswers(): boolean {
    return this.answers;
  }

  /** Queues one change. @param ids message ids, statuses as `wamid:status`, for the journal */
  enqueue(change: Change, ids: readonly string[], { numeric, label }: EnqueueOptions = {}): void {
    if (this.closed) return;
    const nobody = this.around.address(change.field) === undefined;
    const lost = nobody ? 'nobody is subscribed' : this.pending >= MAX_WAITING ? 'queue full' : undefined;
    if (lost !== undefined) {
      this.around.journal.add({
        event: 'webhook',
        ids,
        attempt: 0,
        answered: null,
        ms: 0,
        error: lost,
        gaveUp: true,
      });
      return;
    }
    const { chaos } = this.around.settings;
    const fate = fateOf(chaos, label ?? ids[0] ?? '');
    const item: Waiting = {
      change: escapedChange(change, numeric),
      ...(chaos.oddBatches > 0 ? { raw: change } : {}),
      ids,
      field: change.field,
      time: change.field === 'messages' ? undefined : this.around.clock.nowSeconds(),
      fate,
    };
    if (fate === PLAIN) return this.put(item);
    for (let n = 0; n < fate.copies; n++) {
      // Only the first one is lost, late or overtaken: its copies go their usual way.
      const one = n === 0 ? item : { ...item, fate: PLAIN };
      if (one.fate.delayMs > 0) this.later(one.fate.delayMs, () => this.put(one));
      else if (one.fate.behind > 0) this.letOvertake(one);
      else this.put(one);
    }
  }

  /** Looks again at what waits: after a change of settings. */
  wake(): void {
    if (this.scheduled || this.closed) return;
    this.scheduled = true;
    const look = () => {
      this.scheduled = false;
      this.fill();
    };
    if (this.around.settings.chaos.oddBatches > 0) setTimeout(look, GATHER_MS).unref();
    else setImmediate(look);
  }

  /** Posts a body as it is, once, outside the queue and without retries: the control API's raw webhook.
   *  @param headers replace or add to the usual ones; undefined takes one away */
  async postRaw(body: string | Buffer, headers: Record<string, string | undefined> = {}): Promise<Outcome> {
    const all: Record<string, string> = {};
    const signed = {
      'content-type': 'application/json',
      'x-hub-signature-256': signatureOf(body, this.around.account.appSecret),
    };
    for (const [name, value] of Object.entries({ ...signed, ...headers })) if (value !== undefined) all[name] = value;
    return this.request(this.addressOf('messages'), body, all);
  }

  /** Forgets everything that waits. */
  clear(): void {
    this.queue.length = 0;
    this.head = 0;
    this.due.length = 0;
    this.overtaken = [];
    for (const timer of this.sleeping) clearTimeout(timer);
    this.sleeping.clear();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.clear();
    await Promise.all([...this.pools.values()].map(({ pool }) => pool.destroy()));
  }

  private put(item: Waiting): void {
    if (this.closed) return;
    this.queue.push(item);
    if (this.overtaken.length > 0) this.overtake();
    this.wake();
  }

  private letOvertake(item: Waiting): void {
    const timer = this.later(OVERTAKE_WITHIN_MS, () => {
      this.overtaken = this.overtaken.filter((each) => each.timer !== timer);
      this.put(item);
    });
    this.overtaken.push({ item, timer, left: item.fate.behind });
  }

  private overtake(): void {
    const ready = this.overtaken.filter((each) => --each.left <= 0);
    if (ready.length === 0) return;
    this.overtaken = this.overtaken.filter((each) => !ready.includes(each));
    for (const { item, timer } of ready) {
      clearTimeout(timer);
      this.sleeping.delete(timer);
      this.queue.push(item);
    }
  }

  private fill(): void {
    const { settings } = this.around;
    while (!this.closed && settings.webhooks && this.inFlight < settings.webhookConcurrency) {
      const post = this.due.shift() ?? this.nextPost();
      if (!post) return;
      this.inFlight += 1;
      void this.attempt(post);
    }
  }

  private nextPost(): Post | undefined {
    const first = this.queue[this.head];
    if (!first) return undefined;
    const { chaos, batchUpTo } = this.around.settings;
    const number = ++this.posts;
    const odd = chaos.oddBatches > 0 && drawn(chaos.seed, `odd ${number}`) < chaos.oddBatches;
    const most = odd ? 2 + Math.floor(drawn(chaos.seed, `size ${number}`) * ODD_BATCH) : batchUpTo;
    const address = this.addressOf(first.field);
    const taken = [first];
    while (taken.length < most) {
      const next = this.queue[this.head + taken.length];
      if (!next || this.addressOf(next.field) !== address) break;
      taken.push(next);
    }
    this.head += taken.length;
    // The used front is cut off now and then: shift() on a long array costs as much as the array is long.
    if (this.head > 4_096 || this.head === this.queue.length) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    const { businessAccountId } = this.around.account;
    return {
      body: odd ? oddBody(businessAccountId, taken, chaos.seed, String(number)) : body(businessAccountId, taken),
      ids: taken.length === 1 ? first.ids : taken.flatMap((each) => each.ids),
      field: first.field,
      madeAt: Date.now(),
      lost: taken.some((each) => each.fate.lost),
      deaf: taken.some((each) => each.fate.deaf),
      attempt: 0,
    };
  }

  private async attempt(post: Post): Promise<void> {
    const { account, journal, settings, traffic, recording } = this.around;
    post.attempt += 1;
    const startedAt = performance.now();
    const outcome = await this.outcomeOf(post, {
      'content-type': 'application/json',
      'x-hub-signature-256': signatureOf(post.body, account.appSecret),
    });
    this.inFlight -= 1;
    if (this.closed) return;
    if (recording.on) recording.note(post.body, outcome.answered, startedAt);
    const failed = outcome.answered !== 200 || outcome.error !== undefined;
    const gaveUp = failed && Date.now() - post.madeAt > settings.retryForMs;
    journal.add({
      event: 'webhook',
      ids: post.ids,
      attempt: post.attempt,
      ...outcome,
      ...(gaveUp ? { gaveUp: true as const } : {}),
    });
    for (const id of post.ids) {
      traffic.note(messageOf(id), { kind: 'webhook', request: post.body, answered: outcome.answered });
    }
    if (this.answers === failed && !post.lost && !post.deaf) {
      this.answers = !failed;
      this.around.turned(this.answers);
    }
    if (!failed) this.around.delivered(post.ids);
    else if (!gaveUp) this.sleep(post);
    this.fill();
  }

  private async outcomeOf(post: Post, headers: Record<string, string>): Promise<Outcome> {
    if (post.lost && post.attempt === 1) return { answered: null, ms: 0, error: 'lost on its way, by chance' };
    const outcome = await this.request(this.addressOf(post.field), post.body, headers);
    // The server has it, but the platform is told nothing: what it posts next is a duplicate.
    if (post.deaf && post.attempt === 1) return { ...outcome, error: 'the answer was lost, by chance' };
    return outcome;
  }

  private sleep(post: Post): void {
    const schedule = this.around.settings.retryScheduleMs;
    const pauseMs = schedule[Math.min(post.attempt, schedule.length) - 1] ?? 1_000;
    this.later(pauseMs, () => {
      this.due.push(post);
      this.wake();
    });
  }

  private later(ms: number, then: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.sleeping.delete(timer);
      then();
    }, ms);
    this.sleeping.add(timer);
    return timer;
  }

  private async request(url: string, body: string | Buffer, headers: Record<string, string>): Promise<Outcome> {
    const startedAt = performance.now();
    const ms = () => Math.round((performance.now() - startedAt) * 10) / 10;
    const timeoutMs = this.around.settings.webhookTimeoutMs;
    try {
      const { pool, path } = this.poolFor(url);
      const answer = await pool.request({
        method: 'POST',
        path,
        headers: { 'user-agent': 'facebookexternalua', ...headers },
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      await answer.body.dump();
      return { answered: answer.statusCode, ms: ms() };
    } catch (error) {
      return { answered: null, ms: ms(), error: nameOf(error) };
    }
  }

  private addressOf(field: string): string {
    return this.around.address(field) ?? this.around.settings.webhookUrl;
  }

  private poolFor(address: string): { readonly pool: Pool; readonly path: string } {
    const { webhookConcurrency, webhookTimeoutMs } = this.around.settings;
    if (this.poolConcurrency !== webhookConcurrency || this.pools.size > MAX_ADDRESSES) this.dropPools();
    this.poolConcurrency = webhookConcurrency;
    const known = this.pools.get(address);
    if (known) return known;
    const url = new URL(address);
    const pool = new Pool(url.origin, {
      connections: webhookConcurrency,
      pipelining: 1,
      connect: { timeout: webhookTimeoutMs },
    });
    const made = { pool, path: url.pathname + url.search };
    this.pools.set(address, made);
    return made;
  }

  private dropPools(): void {
    for (const { pool } of this.pools.values()) void pool.close().catch(() => undefined);
    this.pools.clear();
  }
}

/** The message an entry of `ids` is about: statuses stand there as `wamid:status`. */
const messageOf = (id: string): string => (id.startsWith('wamid.') ? (id.split(':')[0] ?? id) : id);

const nameOf = (error: unknown): string =>
  error instanceof Error
    ? ('code' in error && typeof error.code === 'string' && error.code) || error.message
    : String(error);

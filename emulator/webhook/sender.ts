import { Pool } from 'undici';
import type { Clock } from '../clock.js';
import type { Journal } from '../journal.js';
import type { Settings } from '../settings.js';
import { escapedJson, signatureOf } from './escape.js';

/** What waits to be posted: one `change`, already escaped, and the ids it is about (for the journal). */
interface Waiting {
  readonly change: string;
  readonly ids: readonly string[];
  /** seconds; absent for messages and statuses */
  readonly time: number | undefined;
}

/** One element of `entry[].changes`. */
export interface Change {
  readonly field: string;
  readonly value: unknown;
}

export interface EnqueueOptions {
  /** members whose digits are to stand as a JSON number, as Meta's ids of templates do, however large (reference §0.2) */
  readonly numeric?: readonly string[];
}

interface Post {
  readonly body: string;
  readonly ids: readonly string[];
  readonly madeAt: number;
  attempt: number;
}

/** How one attempt ended. `answered` is null when there was no answer at all. */
export interface Outcome {
  readonly answered: number | null;
  readonly ms: number;
  readonly error?: string;
}

/** Who is told how deliveries go. */
export interface DeliveryWatch {
  /** the server said 200 to a POST about these */
  delivered(ids: readonly string[]): void;
  /** the server began or ceased to answer with 200 */
  turned(answers: boolean): void;
}

/** Changes and POSTs held while the server is away; beyond it the newest are refused and said so in the journal. */
export const MAX_WAITING = 500_000;

/** Posts signed webhooks to the server, many at once, and again with growing pauses until it answers 200 (reference §1.3).
 *  What waits lives in memory: it outlives the server's death, not this process's. */
export class WebhookSender {
  private readonly queue: Waiting[] = [];
  private head = 0;
  private readonly due: Post[] = [];
  private readonly sleeping = new Set<NodeJS.Timeout>();
  private inFlight = 0;
  private answers = true;
  private scheduled = false;
  private closed = false;
  private pool: Pool | undefined;
  private poolKey = '';
  private path = '/';

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly account: { readonly businessAccountId: string; readonly appSecret: string },
    private readonly journal: Journal,
    private readonly watch: DeliveryWatch,
  ) {}

  /** POSTs and changes not yet answered with 200. */
  get pending(): number {
    return this.queue.length - this.head + this.due.length + this.sleeping.size + this.inFlight;
  }

  /** Whether the last POST was answered with 200. */
  get serverAnswers(): boolean {
    return this.answers;
  }

  /** Queues one change. @param ids message ids, statuses as `wamid:status`, for the journal */
  enqueue(change: Change, ids: readonly string[], options: EnqueueOptions = {}): void {
    if (this.closed) return;
    if (this.pending >= MAX_WAITING) {
      this.journal.add({ event: 'webhook', ids, attempt: 0, answered: null, ms: 0, error: 'queue full', gaveUp: true });
      return;
    }
    this.queue.push({ change: escapedChange(change, options), ids, time: timeOf(change, this.clock) });
    this.wake();
  }

  /** Looks again at what waits: after a change of settings. */
  wake(): void {
    if (this.scheduled || this.closed) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.fill();
    });
  }

  /** Posts a body as it is, once, outside the queue and without retries: the control API's raw webhook.
   *  @param headers replace or add to the usual ones; undefined takes one away */
  async postRaw(body: string | Buffer, headers: Record<string, string | undefined>): Promise<Outcome> {
    const all: Record<string, string> = {};
    const signed = {
      'content-type': 'application/json',
      'x-hub-signature-256': signatureOf(body, this.account.appSecret),
    };
    for (const [name, value] of Object.entries({ ...signed, ...headers })) if (value !== undefined) all[name] = value;
    return this.request(body, all);
  }

  /** Forgets everything that waits. */
  clear(): void {
    this.queue.length = 0;
    this.head = 0;
    this.due.length = 0;
    for (const timer of this.sleeping) clearTimeout(timer);
    this.sleeping.clear();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.clear();
    await this.pool?.destroy();
  }

  private fill(): void {
    while (!this.closed && this.settings.webhooks && this.inFlight < this.settings.webhookConcurrency) {
      const post = this.due.shift() ?? this.nextPost();
      if (!post) return;
      this.inFlight += 1;
      void this.attempt(post);
    }
  }

  private nextPost(): Post | undefined {
    const waiting = this.queue.length - this.head;
    if (waiting === 0) return undefined;
    const taken = this.queue.slice(this.head, this.head + Math.min(waiting, this.settings.batchUpTo));
    this.head += taken.length;
    // The used front is cut off now and then: shift() on a long array costs as much as the array is long.
    if (this.head > 4_096 || this.head === this.queue.length) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    return {
      body: `{"object":"whatsapp_business_account","entry":[${this.entriesOf(taken)}]}`,
      ids: taken.flatMap((each) => each.ids),
      madeAt: Date.now(),
      attempt: 0,
    };
  }

  // What is about messages stands in one entry without a time; every other update has an entry with its own (reference §1.5).
  private entriesOf(taken: readonly Waiting[]): string {
    const id = escapedJson(this.account.businessAccountId);
    const timeless = taken.filter((each) => each.time === undefined).map((each) => each.change);
    const entries = taken
      .filter((each) => each.time !== undefined)
      .map(({ change, time }) => `{"id":${id},"time":${time},"changes":[${change}]}`);
    if (timeless.length > 0) entries.unshift(`{"id":${id},"changes":[${timeless.join(',')}]}`);
    return entries.join(',');
  }

  private async attempt(post: Post): Promise<void> {
    post.attempt += 1;
    const outcome = await this.request(post.body, {
      'content-type': 'application/json',
      'x-hub-signature-256': signatureOf(post.body, this.account.appSecret),
    });
    this.inFlight -= 1;
    if (this.closed) return;
    const failed = outcome.answered !== 200;
    const gaveUp = failed && Date.now() - post.madeAt > this.settings.retryForMs;
    this.journal.add({
      event: 'webhook',
      ids: post.ids,
      attempt: post.attempt,
      ...outcome,
      ...(gaveUp ? { gaveUp: true as const } : {}),
    });
    if (this.answers === failed) {
      this.answers = !failed;
      this.watch.turned(this.answers);
    }
    if (!failed) this.watch.delivered(post.ids);
    else if (!gaveUp) this.sleep(post);
    this.fill();
  }

  private sleep(post: Post): void {
    const schedule = this.settings.retryScheduleMs;
    const pauseMs = schedule[Math.min(post.attempt, schedule.length) - 1] ?? 1_000;
    const timer = setTimeout(() => {
      this.sleeping.delete(timer);
      this.due.push(post);
      this.wake();
    }, pauseMs);
    this.sleeping.add(timer);
  }

  private async request(body: string | Buffer, headers: Record<string, string>): Promise<Outcome> {
    const startedAt = performance.now();
    const ms = () => Math.round((performance.now() - startedAt) * 10) / 10;
    try {
      const pool = this.poolFor();
      const answer = await pool.request({
        method: 'POST',
        path: this.path,
        headers: { 'user-agent': 'facebookexternalua', ...headers },
        body,
        headersTimeout: this.settings.webhookTimeoutMs,
        bodyTimeout: this.settings.webhookTimeoutMs,
      });
      await answer.body.dump();
      return { answered: answer.statusCode, ms: ms() };
    } catch (error) {
      return { answered: null, ms: ms(), error: nameOf(error) };
    }
  }

  private poolFor(): Pool {
    const { webhookUrl, webhookConcurrency } = this.settings;
    const key = `${webhookUrl} ${webhookConcurrency}`;
    if (!this.pool || this.poolKey !== key) {
      const url = new URL(webhookUrl);
      const old = this.pool;
      this.pool = new Pool(url.origin, {
        connections: webhookConcurrency,
        pipelining: 1,
        connect: { timeout: this.settings.webhookTimeoutMs },
      });
      this.path = url.pathname + url.search;
      this.poolKey = key;
      void old?.close().catch(() => undefined);
    }
    return this.pool;
  }
}

// A number beyond 2^53 cannot pass through JSON.stringify unharmed, so the quotes are taken off afterwards.
function escapedChange(change: Change, { numeric = [] }: EnqueueOptions): string {
  let text = escapedJson(change);
  for (const name of numeric) text = text.replace(new RegExp(`"${name}":"(\\d+)"`, 'g'), `"${name}":$1`);
  return text;
}

const timeOf = (change: Change, clock: Clock): number | undefined =>
  change.field === 'messages' ? undefined : clock.nowSeconds();

const nameOf = (error: unknown): string =>
  error instanceof Error
    ? ('code' in error && typeof error.code === 'string' && error.code) || error.message
    : String(error);

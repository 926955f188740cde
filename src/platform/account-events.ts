import type { Clock } from '../clock.js';
import type { Sender } from '../contacts/identity.js';
import { inbox, type InboxRow } from '../inbox/inbox-tables.js';
import type { Engine, Patch } from '../storage/engine.js';
import { changeNumber, pauseNumber } from './change-number.js';
import type { PhoneNumberId } from './ids.js';
import { PAUSES } from './number-table.js';
import { readAccountNews, type AccountNews } from './read-account-news.js';
import { readEchoes } from './read-echoes.js';
import { noteTemplate } from './template-status.js';

/** Acts on what the platform says of the account and of others who answer our customers: updates that belong to no person's turn. They are
 *  kept by the door under the reasons `account` and `bystander`; whatever was looked at here bears its field as the reason, and stays for as
 *  long as message bodies do. Cut off half-way it is looked at again, which changes nothing. */
export type AccountEventsDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly phoneNumberId: PhoneNumberId;
  readonly businessAccountId: string;
  /** Whether this process does so now (a lease on MongoDB). */
  readonly mayRead: () => boolean;
  /** A colleague wrote to the person from the phone app. @throws StoreUnavailable */
  readonly onColleague: (person: Sender, at: number) => Promise<void>;
  /** Something may be sent again, or not any more. */
  readonly onChange: () => void;
  readonly log: Record<'warn' | 'error', (event: string, fields: Record<string, string | number>) => void>;
};

const ROUND_ROWS = 100;
const IDLE_MS = 1_000;
const REASONS = ['account', 'bystander'] as const;
/** Others who may have the thread: Meta's agent or another app, and a colleague on the phone (reference §5.3). */
const ELSEWHERE = new Set(['standby', 'messaging_handovers', 'smb_message_echoes', 'message_echoes']);

export class AccountEvents {
  readonly #deps: AccountEventsDeps;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #failing = false;

  constructor(deps: AccountEventsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#schedule(0);
  }

  /** Begins no new round and resolves when the running one is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Looks at what waits, once. @returns whether there may be more @throws StoreUnavailable */
  async round(): Promise<boolean> {
    let more = false;
    for (const reason of REASONS) {
      const rows = await this.#deps.engine.find(inbox, {
        where: { reason, state: 'kept' },
        orderBy: [['arrival', 'asc']],
        limit: ROUND_ROWS,
      });
      more ||= rows.length === ROUND_ROWS;
      const seen: Patch<InboxRow>[] = [];
      for (const row of rows) seen.push({ id: row.id, set: { reason: await this.#look(row) }, when: { reason } });
      await this.#deps.engine.patchMany(inbox, seen);
    }
    return more;
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#runRound().then((next) => this.#schedule(next));
    }, afterMs);
  }

  async #runRound(): Promise<number> {
    if (!this.#deps.mayRead()) return IDLE_MS;
    try {
      const more = await this.round();
      this.#failing = false;
      return more ? 0 : IDLE_MS;
    } catch (error) {
      if (!this.#failing) this.#deps.log.warn('account.failed', { error: nameOf(error) });
      this.#failing = true;
      return IDLE_MS;
    }
  }

  /** @returns what the row was: the reason it bears from now on */
  async #look(row: InboxRow): Promise<string> {
    const change = readChange(row.raw);
    if (!change) return 'unreadable';
    const { field, value, account } = change;
    if (account !== undefined && account !== this.#deps.businessAccountId) return 'foreignAccount';
    if (row.kind === 'bystander') await this.#stepBack(field, value, row.at);
    else for (const news of readAccountNews(field, value, row.at)) await this.#act(news);
    return field;
  }

  async #act(news: AccountNews): Promise<void> {
    const { engine, clock, phoneNumberId, log } = this.#deps;
    switch (news.kind) {
      case 'template':
        await noteTemplate(engine, news.news);
        break;
      case 'tier':
        await changeNumber(engine, phoneNumberId, ({ tier }) => (tier === news.tier ? undefined : { tier: news.tier }));
        break;
      case 'pause':
        if (await pauseNumber(engine, phoneNumberId, [news.why], clock.now()))
          log.error(`${PAUSES[news.why]}.paused`, { why: news.why });
        break;
      case 'alert':
        log.warn('account.event', { event: asWord(news.event) });
        return;
    }
    this.#deps.onChange();
  }

  /** What others answer is never answered here: the door keeps it away from turns. That it happens is shown; and where a colleague has
   *  written, the bot is silent until they are done. */
  async #stepBack(field: string, value: unknown, at: number): Promise<void> {
    if (!ELSEWHERE.has(field)) return;
    const { engine, phoneNumberId, log, onColleague } = this.#deps;
    await changeNumber(engine, phoneNumberId, ({ elsewhere }) =>
      elsewhere && elsewhere.at >= at ? undefined : { elsewhere: { field, at } },
    );
    if (field !== 'smb_message_echoes') return;
    const people = readEchoes(value);
    for (const person of people) await onColleague(person, at);
    if (people.length > 0) log.warn('colleague.wrote', { people: people.length });
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** For the log: Meta's word, and never more than a word. */
const asWord = (event: string): string => event.replace(/[^\w. -]/g, '?').slice(0, 64);

type ReadChange = { readonly field: string; readonly value: unknown; readonly account: string | undefined };

/** The one change of a kept body. */
function readChange(raw: Uint8Array | null): ReadChange | undefined {
  if (!raw) return undefined;
  try {
    const body = JSON.parse(Buffer.from(raw).toString('utf8')) as {
      entry?: { id?: unknown; changes?: { field?: unknown; value?: unknown }[] }[];
    };
    const entry = body.entry?.[0];
    const change = entry?.changes?.[0];
    if (typeof change?.field !== 'string') return undefined;
    const id = typeof entry?.id === 'string' || typeof entry?.id === 'number' ? String(entry.id) : undefined;
    return { field: asWord(change.field), value: change.value, account: id };
  } catch {
    return undefined;
  }
}

import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest, type Caller } from '../api/api.fixture.js';
import { said, testLedger } from '../consent/ledger.fixture.js';
import { Chain, readGuards } from '../consent/ledger.js';
import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import { Bench, dispatcherMigrations } from '../delivery/dispatcher.fixture.js';
import { hearBlocks } from '../delivery/hear-blocks.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { conversationId, conversations } from '../messages/message-tables.js';
import { noteTemplate } from '../platform/template-status.js';
import type { Engine } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import {
  DELIVERY_STATES,
  DeliveryCounter,
  fateOfMessage,
  fateOfRecipient,
  lapsedBefore,
  type DeliveryCounts,
} from './counts.js';
import type { QuietHours } from '../config.js';
import type { SendingRoom } from './dry-run.js';
import {
  announcements,
  noticeMigrations,
  recipients,
  type AnnouncementRow,
  type RecipientRow,
} from './notice-tables.js';
import { noticeRoutes } from './notice-routes.js';
import { NoticesRunner, type RunnerDeps } from './runner.js';
import { SendGate } from './send-gate.js';
import {
  NOTICE_LANGUAGES,
  type AnnouncementKind,
  type NoticeLanguage,
  type TemplateKey,
  type TemplateStanding,
  type ToSay,
  type WindowFacts,
  type Wording,
  type Wordings,
} from './wordings.js';

/** What the notices' tests stand on: a store, the API, the runner and the dispatcher in one process, a clock that is set, and words that
 *  say what they are made of. */

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const ALL_KINDS: readonly AnnouncementKind[] = ['before', 'begun', 'changed', 'cancelled', 'done'];

/** Says when the window begins, in both languages, by one template a kind. */
export class PlainWordings implements Wordings {
  readonly unusable = new Set<string>();
  ttlSeconds = 3_600;

  say({ kind, window }: ToSay, language: NoticeLanguage): Wording {
    const template = `notice_${kind}`;
    const text = new Date(window.startsAt).toISOString();
    return {
      template,
      language,
      content: {
        type: 'template',
        name: template,
        language,
        bodyParameters: [{ name: 'start', text }],
        buttonPayloads: ['stop'],
      },
      body: `${kind} ${text} ${window.timeZone}`,
      footer: null,
      buttons: ['Stop these'],
      ttlSeconds: this.ttlSeconds,
    };
  }

  needed(_window: WindowFacts, kinds: readonly AnnouncementKind[]): readonly TemplateKey[] {
    const wanted = ALL_KINDS.filter((kind) => kinds.includes(kind) || kind === 'changed' || kind === 'cancelled');
    return wanted.flatMap((kind) => NOTICE_LANGUAGES.map((language) => ({ name: `notice_${kind}`, language })));
  }

  standing(keys: readonly TemplateKey[]): Promise<readonly TemplateStanding[]> {
    return Promise.resolve(
      keys.map((key) => ({ ...key, usable: !this.unusable.has(`${key.name} ${key.language}`), category: 'utility' })),
    );
  }
}

type ShownAnnouncement = {
  readonly id: string;
  readonly kind: AnnouncementKind;
  readonly lead: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly notBefore: string;
  readonly uselessAfter: string;
  readonly deliveries: DeliveryCounts;
};
export type ShownNotice = {
  readonly id: string;
  readonly state: string;
  readonly announcements: readonly ShownAnnouncement[];
  readonly warnings: readonly unknown[];
  readonly proposed: unknown;
};

export class NoticesStand {
  readonly wordings = new PlainWordings();
  readonly room: { -readonly [Field in keyof SendingRoom]: SendingRoom[Field] } = { perSecond: 1_000, tierLeft: null };
  readonly #runners = new Set<NoticesRunner>();
  secondApprovalAbove = 1_000;
  /** Of everybody; null: there are none. */
  quietHours: QuietHours | null = null;
  gate: SendGate;

  private constructor(
    readonly api: ApiUnderTest,
    readonly bench: Bench,
  ) {
    this.gate = new SendGate(bench.store, bench.clock);
  }

  static async open(place: StorePlace): Promise<NoticesStand> {
    const made: { stand?: NoticesStand } = {};
    const the = () => made.stand ?? assert.fail('not open yet');
    const api = await serveApi(
      place,
      (means) =>
        noticeRoutes({
          engine: means.engine,
          wordings: {
            say: (...args) => the().wordings.say(...args),
            needed: (...args) => the().wordings.needed(...args),
            standing: (keys) => the().wordings.standing(keys),
          },
          counter: new DeliveryCounter(means.engine),
          newId: timeId,
          get quiet() {
            return the().quietHours;
          },
          companyZone: 'Europe/Moscow',
          languageOf: ({ language }) => (language === 'en' ? 'en' : 'ru'),
          room: () => Promise.resolve(the().room),
          price: () => 360,
          currency: 'RUB',
          get secondApprovalAbove() {
            return the().secondApprovalAbove;
          },
          changed: () => undefined,
        }),
      [...dispatcherMigrations, ...noticeMigrations],
    );
    return (made.stand = new NoticesStand(api, new Bench(api.engine)));
  }

  get engine(): Engine {
    return this.bench.store;
  }

  /** A process that runs notices and sends. */
  start(wishes: Partial<RunnerDeps> = {}, messagesPerSecond = 1_000): NoticesRunner {
    const { bench } = this;
    const onRefused = hearBlocks({ engine: bench.store, now: () => bench.clock.now() });
    this.bench.dispatcher({ announcements: this.gate, messagesPerSecond, onRefused });
    const runner = new NoticesRunner({
      engine: bench.watched(),
      clock: bench.clock,
      quiet: this.quietHours,
      companyZone: 'Europe/Moscow',
      phoneNumberId: bench.number,
      languageOf: ({ language }) => (language === 'en' ? 'en' : 'ru'),
      wordings: this.wordings,
      newId: () => timeId(bench.clock.now()),
      mayRun: () => true,
      perSecond: 500,
      onQueued: () => undefined,
      log: {
        info: () => undefined,
        warn: (event, fields) => bench.warnings.push(`${event} ${String(fields['error'])}`),
      },
      ...wishes,
    });
    this.#runners.add(runner);
    runner.nudge();
    return runner;
  }

  async close(): Promise<void> {
    for (const runner of this.#runners) await runner.stop();
    this.#runners.clear();
    await this.bench.stop();
    await this.api.close();
  }

  /** Of the API, at the time that it is. */
  as(caller: Caller = this.api.admin): Caller {
    this.api.clock.at = this.bench.clock.now();
    return caller;
  }

  time(fromNowMs: number): string {
    return new Date(this.bench.clock.now() + fromNowMs).toISOString();
  }

  /** Drafts a notice of a window that begins so long from now and lasts an hour. */
  async draft(fromNowMs: number, more: object = {}): Promise<ShownNotice> {
    const body = { startsAt: this.time(fromNowMs), endsAt: this.time(fromNowMs + HOUR), ...more };
    return (await this.as().post('/notices').send(body).expect(201)).body as ShownNotice;
  }

  async act(notice: { readonly id: string }, name: string, body: object = {}): Promise<ShownNotice> {
    return (await this.as().post(`/notices/${notice.id}/${name}`).send(body).expect(200)).body as ShownNotice;
  }

  async approved(fromNowMs: number, more: object = {}): Promise<ShownNotice> {
    return this.act(await this.draft(fromNowMs, more), 'approve', { evenIfLate: true });
  }

  async shown({ id }: { readonly id: string }): Promise<ShownNotice> {
    return (await this.as().get(`/notices/${id}`).expect(200)).body as ShownNotice;
  }

  /** The announcements of a kind, in the order of time. */
  async words(notice: { readonly id: string }, kind: AnnouncementKind): Promise<readonly ShownAnnouncement[]> {
    return (await this.shown(notice)).announcements.filter((word) => word.kind === kind);
  }

  /** People who opted in to maintenance. */
  async people(count: number, more: Partial<ContactRow> = {}): Promise<ContactRow[]> {
    const people = await this.strangers(count, more);
    for (const person of people) await this.bench.agree(person);
    return people;
  }

  async strangers(count: number, more: Partial<ContactRow> = {}): Promise<ContactRow[]> {
    const people: ContactRow[] = [];
    for (let index = 0; index < count; index += 1) {
      const person = await this.bench.person();
      const { id: _, ...set } = { ...person, ...more };
      if (Object.keys(more).length > 0) await this.engine.patchMany(contacts, [{ id: person.id, set: { ...more } }]);
      people.push({ ...person, ...set });
    }
    return people;
  }

  async stop(person: ContactRow): Promise<void> {
    const chain = new Chain(testLedger, person.id, (await readGuards(this.engine, [person.id])).get(person.id));
    chain.say(said('optOut', 'maintenance', this.bench.clock.now()));
    assert.equal(await this.engine.commit(chain.ops()), 'committed');
  }

  /** The person writes: their window is open from now on. */
  async wrote({ id, personKey }: ContactRow): Promise<void> {
    const { number, clock } = this.bench;
    await this.engine.append(conversations, [
      {
        id: conversationId(number, personKey),
        ...{ phoneNumberId: number, personKey, contactId: id, session: null, version: 1 },
        lastInboundAt: clock.now(),
      },
    ]);
  }

  /** What Meta says of a template of ours. */
  async template(kind: AnnouncementKind, language: NoticeLanguage, status: string): Promise<void> {
    const name = `notice_${kind}`;
    if (status === 'APPROVED') this.wordings.unusable.delete(`${name} ${language}`);
    else this.wordings.unusable.add(`${name} ${language}`);
    await noteTemplate(this.engine, { name, language, status, reason: null, at: this.bench.clock.now() });
  }

  /** Lets everything happen that can happen now. */
  async quiet(): Promise<void> {
    let last = '';
    for (let still = 0; still < 3;) {
      for (const runner of this.#runners) runner.nudge();
      await this.bench.quiet();
      const rows = await this.engine.find(announcements, { where: {}, limit: 1_000 });
      const now = `${this.bench.cloudApi.sent.length} ${this.bench.results.length} ${JSON.stringify(rows)}`;
      still = now === last ? still + 1 : 0;
      last = now;
    }
  }

  /** Moves time on and lets everything happen. */
  async pass(ms: number): Promise<void> {
    this.bench.clock.advance(ms);
    await this.quiet();
  }

  /** What was sent, as `contact template`. */
  async sent(): Promise<string[]> {
    const rows = new Map<string, OutboxRow>();
    for (const { id } of this.bench.cloudApi.sent) rows.set(id, await this.bench.row({ id }));
    return this.bench.cloudApi.sent.map(({ id, message }) => {
      const name =
        message.content.type === 'template' ? message.content.name.replace('notice_', '') : message.content.type;
      return `${rows.get(id)?.contactId ?? ''} ${name}`;
    });
  }

  async told(person: ContactRow): Promise<string[]> {
    return (await this.sent()).flatMap((line) =>
      line.startsWith(`${person.id} `) ? [line.slice(person.id.length + 1)] : [],
    );
  }

  /** Recomputes every count of a notice from its rows alone, and checks that nobody is there twice or nowhere. */
  async check(notice: { readonly id: string }): Promise<void> {
    const now = this.bench.clock.now();
    const shown = await this.shown(notice);
    for (const one of shown.announcements) {
      const word = (await this.engine.get(announcements, one.id)) ?? assert.fail();
      const rows = await this.engine.find(recipients, { where: { announcementId: one.id }, limit: 100_000 });
      const messages = await this.engine.find(outbox, {
        where: { purpose: 'notice', announcementId: one.id },
        limit: 100_000,
      });
      assert.deepEqual(one.deliveries, recount(word, rows, messages, now), `${one.kind} ${one.lead ?? ''}`);
      assert.equal(new Set(messages.map((row) => row.contactId)).size, messages.length, 'nobody twice');
      assert.equal(new Set(rows.map((row) => row.contactId)).size, rows.length);
      assert.equal(rows.length, word.audience, 'everybody is there');
      assert.equal(rows.filter(({ state }) => state === 'queued').length, messages.length);
      if (!word.open)
        assert.ok(
          rows.every(({ state }) => state !== 'planned'),
          'nobody is left without a word or a reason',
        );
      const listed = await this.deliveries(notice, one.id);
      assert.equal(listed.length, one.deliveries.planned);
    }
  }

  async deliveries(
    notice: { readonly id: string },
    announcement: string,
    filter = '',
  ): Promise<{ contactId: string; state: string; reason?: string }[]> {
    const items: { contactId: string; state: string; reason?: string }[] = [];
    for (let after = ''; ;) {
      const { body } = await this.as()
        .get(
          `/notices/${notice.id}/deliveries?announcement=${announcement}&limit=7${after && `&after=${after}`}${filter}`,
        )
        .expect(200);
      items.push(...(body.items as typeof items));
      if (body.next === undefined) return items;
      after = body.next as string;
    }
  }
}

function recount(
  word: AnnouncementRow,
  rows: readonly RecipientRow[],
  messages: readonly OutboxRow[],
  now: number,
): DeliveryCounts {
  const counts: Record<string, number> = Object.fromEntries(
    DELIVERY_STATES.filter((state) => state !== 'skipped').map((state) => [state, 0]),
  );
  const skipped: Record<string, number> = {};
  const fates = [
    ...messages.map((row) => fateOfMessage(row, lapsedBefore(word, now))),
    ...rows.filter(({ state }) => state !== 'queued').map((row) => fateOfRecipient(row, word)),
  ];
  for (const { state, reason } of fates)
    if (state === 'skipped') skipped[reason ?? ''] = (skipped[reason ?? ''] ?? 0) + 1;
    else counts[state] = (counts[state] ?? 0) + 1;
  return { planned: fates.length, ...counts, skipped } as unknown as DeliveryCounts;
}

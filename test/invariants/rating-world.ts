import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { readUpdates } from '../../webhooks/read-updates.js';
import { API_PATH, createApi } from '../../src/api/create-api.js';
import { apiRoutes } from '../../src/api-routes.js';
import type { Clock } from '../../src/clock.js';
import { migrations } from '../../src/composition.js';
import { readConfig } from '../../src/config.js';
import { createLedger } from '../../src/consent/ledger.js';
import type { Erasures } from '../../src/contacts/erasures.js';
import { contacts } from '../../src/contacts/contact-tables.js';
import { advance } from '../../src/conversation/advance.js';
import { factsFor, offersOf } from '../../src/conversation/play.js';
import { Dispatcher } from '../../src/delivery/dispatcher.js';
import { outbox } from '../../src/delivery/outbox-table.js';
import { createAppend } from '../../src/inbox/append.js';
import { inbox } from '../../src/inbox/inbox-tables.js';
import { Turns } from '../../src/inbox/turns.js';
import { deriveKeys, hashed } from '../../src/keys.js';
import { answersFrom } from '../../src/knowledge/answers.js';
import { loadArticles } from '../../src/load-articles.js';
import { loadTariffs } from '../../src/load-tariffs.js';
import { loadTexts } from '../../src/load-texts.js';
import type { OutboundContent } from '../../src/messages/outbound.js';
import { createAuthenticate } from '../../src/operators/authenticate.js';
import type { PhoneNumberId, Wamid } from '../../src/platform/ids.js';
import { closeWeeksWhenDue } from '../../src/ratings/close-weeks.js';
import { RatingKeys } from '../../src/ratings/rating-keys.js';
import { starRows } from '../../src/ratings/star-rows.js';
import type { Engine } from '../../src/storage/engine.js';
import { timeId } from '../../src/time-id.js';
import type { StorePlace } from '../means/stores.js';

/* The whole way of a rating on a real store: the door's reader, the inbox, turns, the dispatcher, the API; only the clock is set, and
 * everything random is drawn from a seed. So two worlds in which the same happens are the same to the last byte, and what differs between
 * two worlds in which people chose otherwise is what the choices show. */

export const SECRET_KEY = 'a-secret-key-of-more-than-thirty-two-characters';
const ADMIN_TOKEN = 'an-admin-token-of-more-than-thirty-two-characters';
const OURS = '1000' as PhoneNumberId;

/** Begins on a Monday, 2026-W45. */
export const BEGINNING = Date.UTC(2026, 10, 2, 0, 30);

class WorldClock implements Clock {
  at = BEGINNING;
  now = (): number => this.at;
  monotonic = (): number => this.at - BEGINNING + 5_000;
}

/** Bytes that are as good as random, and the same in each world. */
function seeded(): (bytes: number) => Buffer {
  let drawn = 0;
  return (bytes) =>
    createHash('sha512')
      .update(`seed ${(drawn += 1)}`)
      .digest()
      .subarray(0, bytes);
}

export type Rater = { readonly number: number; readonly phone: string; readonly name: string };

export type World = Awaited<ReturnType<typeof openWorld>>;

/** @param leak spoils the world on purpose: the name that WhatsApp shows for a person says what they chose */
export async function openWorld(place: StorePlace, { leak = false } = {}) {
  const engine: Engine = await place.open(migrations);
  const clock = new WorldClock();
  const keys = deriveKeys(SECRET_KEY);
  const random = seeded();
  let ids = 0;
  const newId = (now: number) => timeId(now, () => String((ids += 1)).padStart(14, '0'));
  const texts = loadTexts();
  const articles = loadArticles();
  const answers = answersFrom(articles, 'Vestnik', () => undefined);
  const ratingKeys = new RatingKeys(engine, keys.ratingWrap, random);
  const logged: string[] = [];
  const log = (event: string, fields: Record<string, string | number> = {}) =>
    void logged.push(JSON.stringify([event, fields]));
  const logs = { debug: log, info: log, warn: log, error: log };

  /** What the person's phone shows: messages as they left. */
  const sent: { readonly to: string; readonly content: OutboundContent }[] = [];
  let wamids = 0;
  const wamid = () => `wamid.${String((wamids += 1)).padStart(12, '0')}` as Wamid;

  const append = createAppend({
    engine,
    pepper: keys.pepper,
    isOurs: (id) => id === OURS,
    onAppended: () => undefined,
  });
  const dispatcher = new Dispatcher({
    engine,
    clock,
    cloudApi: {
      send: async ({ to, content }) => {
        sent.push({ to: 'phone' in to ? to.phone : to.userId, content });
        return { kind: 'accepted', wamid: wamid(), held: false };
      },
      markRead: async () => true,
      probe: async () => 'valid',
      upload: () => Promise.reject(new Error('nothing is uploaded here')),
      discard: async () => undefined,
    },
    phoneNumberId: OURS,
    messagesPerSecond: 80,
    pepper: keys.pepper,
    holder: 'world',
    onSettled: (id) => turns.replySettled(id),
    onResult: () => undefined,
    dress: starRows({ keys: ratingKeys, texts, now: clock.now, random }),
    log: logs,
  });
  const turns = new Turns({
    engine,
    clock,
    advance,
    worldFacts: (now) => factsFor(texts, now, { answers }),
    countryOf: () => 'RU',
    textHash: (body) => hashed(keys.pepper, body),
    newId,
    pepper: keys.pepper,
    ledger: createLedger(keys.ledger),
    read: (raw) => {
      const read = readUpdates(raw);
      return read.kind === 'ok' ? read.updates[0] : undefined;
    },
    isUrgent: () => false,
    ownedPartitions: () => 'all',
    onQueued: () => dispatcher.nudge(),
    log: logs,
  });
  const config = readConfig({ SECRET_KEY, ADMIN_API_TOKEN: ADMIN_TOKEN });
  const api = createApi({
    engine,
    clock,
    pepper: keys.pepper,
    authenticate: createAuthenticate({ engine, pepper: keys.pepper, adminToken: ADMIN_TOKEN }),
    routes: apiRoutes({
      engine,
      clock,
      keys,
      config,
      graph: undefined,
      tariffs: loadTariffs(undefined, '2026-11-02'),
      worldFacts: (now) => factsFor(texts, now, { answers }),
      // Nobody is erased here.
      erasures: { erase: () => Promise.reject(new Error('nobody is erased here')) } as unknown as Erasures,
      templates: articles,
      articlesChanged: () => undefined,
      texts,
      // Nothing is announced here.
      notices: {} as Parameters<typeof apiRoutes>[0]['notices'],
      nudge: () => undefined,
    }),
    version: '0.0.0',
    onRequest: ({ method, route, status }) => log('api.request', { method, route, status }),
    onError: () => log('api.fault'),
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = express()
      .use(API_PATH, api)
      .listen(0, '127.0.0.1', () => resolve(listening));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${API_PATH}`;
  turns.start();
  dispatcher.start();

  const settled = async () => {
    const started = performance.now();
    turns.nudge();
    for (;;) {
      const [waits, active] = [
        await engine.count(inbox, { state: 'waiting' }),
        await engine.count(outbox, { active: true }),
      ];
      if (waits + active === 0) return;
      if (performance.now() - started > 20_000) throw new Error('the world does not settle');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  /** A row of a list is tapped: a signed webhook's body comes in and all that follows happens. */
  const tap = async (rater: Rater, row: { readonly id: string; readonly title: string }, chosen: number) => {
    clock.at += 61_000;
    const { phone } = rater;
    const name = leak && chosen > 0 ? `${rater.name} ${chosen}` : rater.name;
    const reply = { id: row.id, title: row.title, description: row.title };
    const message = {
      ...{ from: phone, id: wamid(), timestamp: String(Math.floor(clock.at / 1000)), type: 'interactive' },
      context: { from: '15550100001', id: `wamid.ours${wamids}` },
      interactive: { type: 'list_reply', list_reply: reply },
    };
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550100001', phone_number_id: OURS },
      contacts: [{ profile: { name }, wa_id: phone }],
      messages: [message],
    };
    const entry = [{ id: '2000', changes: [{ field: 'messages', value }] }];
    const read = readUpdates(Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry })));
    if (read.kind !== 'ok') throw new Error('the door cannot read it');
    await append({ updates: read.updates, receivedAt: clock.at });
    await settled();
  };

  const lastSent = (rater: Rater): OutboundContent => {
    const last = sent.findLast(({ to }) => to === rater.phone);
    if (!last) throw new Error('nothing was sent');
    return last.content;
  };

  return {
    engine,
    clock,
    keys,
    ratingKeys,
    sent,
    logged,
    /** Asks something whose answer is an article, and so asks for stars. */
    ask: (rater: Rater, topic: string) => tap(rater, { id: `article:${topic}`, title: topic }, 0),
    /** Chooses one of the five rows of the last message, by the place of the choice among them. */
    async choose(rater: Rater, stars: number): Promise<void> {
      const content = lastSent(rater);
      const rows = content.type === 'list' ? content.sections.flatMap((section) => section.rows) : [];
      const row = rows.slice(0, 5)[5 - stars];
      if (!row?.id.startsWith('star:')) throw new Error(`no stars in ${offersOf(content).join()}`);
      await tap(rater, row, stars);
    },
    /** Every hour of a Monday's beginning the job is asked whether the week is over. */
    close: (): Promise<{ closed: number; keys: number }> =>
      closeWeeksWhenDue({ engine, keys: ratingKeys, now: clock.at }),
    async get(path: string): Promise<unknown> {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response.json();
    },
    async contactId(rater: Rater): Promise<string> {
      const rows = await engine.find(contacts, { where: {}, limit: 1_000 });
      const row = rows.find(({ identities }) => identities.some(({ value }) => value === rater.phone));
      if (!row) throw new Error('nobody has that number');
      return row.id;
    },
    async end(): Promise<void> {
      await turns.stop();
      await dispatcher.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await engine.close();
    },
  };
}

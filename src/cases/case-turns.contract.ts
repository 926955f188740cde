import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { advance } from '../conversation/advance.js';
import { factsFor } from '../conversation/play.js';
import { outbox } from '../delivery/outbox-table.js';
import {
  change,
  drain,
  inboxUnderTestMigrations,
  message,
  openInbox,
  user,
  type InboxUnderTest,
} from '../inbox/inbox.fixture.js';
import type { Turns } from '../inbox/turns.js';
import type { Content } from '../inbox/update.js';
import { loadTexts } from '../load-texts.js';
import { media } from '../media/media-table.js';
import { scheduleMigrations } from '../schedule/due-table.js';
import type { Engine } from '../storage/engine.js';
import { storageMigrations } from '../storage/meta-table.js';
import { timeId } from '../time-id.js';
import { operatorRow, replyOps } from './act-on-case.js';
import { readCase } from './case-scene.js';
import { cases } from './case-table.js';

const texts = loadTexts();
const ANN = user('RU.ann', '79160000001');
const ANNA = user('RU.anna', '79160000002');
const picture: Content = { type: 'media', mediaType: 'image', mediaId: '77', mimeType: 'image/jpeg' };

/** Cases and the bot's own engine, on a real store. */
export const caseTurnsContract = (place: () => Promise<StorePlace>): void => {
  let store: Engine;
  let test: InboxUnderTest;
  let turns: Turns;
  /** What happens just before the next turn is committed. */
  let meanwhile: (() => Promise<unknown>) | undefined;

  beforeEach(async () => {
    store = await (await place()).open([...storageMigrations, ...inboxUnderTestMigrations, ...scheduleMigrations]);
    meanwhile = undefined;
    const engine = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const first = name === 'commit' ? meanwhile : undefined;
          if (first) {
            meanwhile = undefined;
            await first();
          }
          return (value as (...given: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    test = await openInbox(store);
    // Nobody sends here, so nobody waits for a reply to leave.
    turns = test.makeTurns({}, { engine, advance, worldFacts: (now) => factsFor(texts, now), isUrgent: () => true });
  });
  afterEach(async () => {
    await turns.stop();
    await store.close();
  });

  const says = async (sender: typeof ANN, ...said: readonly (string | Content)[]) => {
    for (const one of said) {
      test.clock.at += 1_000;
      await test.post(message(sender, one, { at: test.clock.at }));
      await drain(test, turns);
    }
  };
  const all = () => store.find(cases, { where: {}, orderBy: [['id', 'asc']], limit: 9 });
  const said = () => store.find(outbox, { where: {}, orderBy: [['id', 'asc']], limit: 99 });
  const files = () => store.find(media, { where: {}, orderBy: [['id', 'asc']], limit: 9 });
  async function agentReplies(id: string) {
    const now = test.clock.at;
    const scene = await readCase(store, id);
    assert.ok(scene);
    const words = operatorRow(scene, timeId(now), { type: 'text', body: 'Да?' }, now);
    assert.equal(await store.commit(replyOps(scene, words, 'maria', now)), 'committed');
  }

  it('an agent who answers while a turn is being decided silences the bot in that very turn', async () => {
    await says(ANN, 'оператор');
    const [standing] = await all();
    assert.ok(standing);
    meanwhile = () => agentReplies(standing.id);
    await says(ANN, 'что ты умеешь?');
    assert.deepEqual(
      (await said()).map(({ purpose }) => purpose),
      ['reply', 'operator'],
    );
    await says(ANN, 'привет');
    assert.equal((await said()).length, 2);
  });

  it('"menu" that comes in between takes the case first: the agent’s answer is decided anew, and refused', async () => {
    await says(ANN, 'оператор');
    const [standing] = await all();
    const scene = await readCase(store, standing?.id ?? '');
    assert.ok(scene);
    await says(ANN, 'меню');
    const now = test.clock.at;
    const words = operatorRow(scene, timeId(now), { type: 'text', body: 'Да?' }, now);
    assert.equal(await store.commit(replyOps(scene, words, 'maria', now)), 'conflict');
    assert.equal((await all())[0]?.state, 'closed');
  });

  it('a file is fetched for the case that stands, or that the same turn opens, and for nobody else', async () => {
    await says(ANN, picture);
    assert.deepEqual(await files(), []);
    await says(ANN, { ...picture, caption: 'оператор', fileName: 'a.jpg' });
    await says(ANN, picture);
    const [standing] = await all();
    const found = await files();
    assert.deepEqual(
      found.map(({ caseId, platformId, state, mimeType }) => [caseId, platformId, state, mimeType]),
      Array.from({ length: 2 }, () => [standing?.id, '77', 'waiting', 'image/jpeg']),
    );
    assert.equal(found[0]?.fileName, 'a.jpg');
    await says(ANN, { ...picture, caption: 'меню' }, picture);
    assert.equal((await files()).length, 2);
  });

  it('of two people who become one both cases end with "menu", and the one with an agent keeps the bot silent', async () => {
    await says(ANN, 'оператор');
    await says(ANNA, 'оператор');
    const [first] = await all();
    assert.ok(first);
    await agentReplies(first.id);
    test.clock.at += 1_000;
    await test.post(change(user('RU.ann'), user('RU.anna'), test.clock.at));
    await drain(test, turns);
    const before = (await said()).length;
    await says(ANNA, 'привет');
    assert.equal((await said()).length, before, 'the bot is silent');
    await says(ANNA, 'меню');
    assert.deepEqual(
      (await all()).map(({ state, closedBy }) => [state, closedBy]),
      Array.from({ length: 2 }, () => ['closed', 'person']),
    );
    await says(ANNA, 'привет');
    assert.equal((await said()).length, before + 2);
  });
};

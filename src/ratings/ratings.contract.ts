import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { StorePlace } from '../../test/means/stores.js';
import { contactMigrations, contacts } from '../contacts/contact-tables.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { storageMigrations } from '../storage/meta-table.js';
import { purge } from '../storage/purge.js';
import { erasePerson } from '../storage/register.js';
import { remove, type Engine } from '../storage/engine.js';
import { closeWeeksWhenDue } from './close-weeks.js';
import { ratingFacts, readRatings } from './rating-facts.js';
import { RatingKeys } from './rating-keys.js';
import { ratingOps } from './rating-ops.js';
import { DAY, keysOf, MONDAY, rate, WRAPPING_KEY } from './ratings.fixture.js';
import {
  closedWeeks,
  ratedAsks,
  ratingGroups,
  ratingKeys,
  ratingMigrations,
  ratingTables,
  waitingTaps,
} from './rating-tables.js';
import { starRows } from './star-rows.js';
import { loadTexts } from '../load-texts.js';
import { readStarTap } from '../conversation/star-tap.js';

const ALL = { where: {}, limit: 1_000 };
const WEEK = 7 * DAY;
/** The first minutes of the week after `MONDAY`'s. */
const NEXT_WEEK = Date.UTC(2026, 10, 9, 0, 15);

/** Ratings on a real store: taps, closes, keys. */
export const ratingsContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await (await place()).open([...storageMigrations, ...contactMigrations, ...ratingMigrations]);
  });
  afterEach(() => engine.close());

  const close = (now = NEXT_WEEK, on: Engine = engine) => closeWeeksWhenDue({ engine: on, keys: keysOf(engine), now });
  const waiting = () => engine.count(waitingTaps, {});
  const published = async () =>
    (await engine.find(ratingGroups, { where: {}, orderBy: [['id', 'asc']], limit: 100 })).map(
      ({ topic, week, counts }) => `${week} ${topic} ${counts.join('')}`,
    );

  it('counts a week once it is over, and not before', async () => {
    await rate(engine, [5, 5, 4, 1, 5]);
    await close(Date.UTC(2026, 10, 8, 23, 59));
    await close(Date.UTC(2026, 10, 9, 0, 5));
    assert.deepEqual([await published(), await waiting()], [[], 5]);
    await close();
    assert.deepEqual([await published(), await waiting()], [['2026-W45 opt-out 10013'], 0]);
  });

  it('leaves nothing of the taps but that the asks were answered', async () => {
    const asks = await rate(engine, [5, 5, 4, 1, 5]);
    await close();
    const left = await Promise.all(
      ratingTables.map(async ({ name }, n) => [
        name,
        (await engine.find(ratingTables[n] as typeof ratedAsks, ALL)).length,
      ]),
    );
    assert.deepEqual(Object.fromEntries(left), {
      ratingKeys: 1,
      waitingTaps: 0,
      ratedAsks: 5,
      ratingGroups: 1,
      closedWeeks: 1,
    });
    const rated = await engine.find(ratedAsks, ALL);
    assert.deepEqual(rated.map(({ id }) => id).sort(), asks.map(({ id }) => id).sort());
  });

  it('closes a week once, however often it is asked to: what comes late is counted with the next', async () => {
    await rate(engine, [5, 5, 5, 5, 5]);
    await Promise.all([close(), close(), close()]);
    await rate(engine, [1, 1, 1, 1, 1]); // turns that began in the week that has been closed
    await close();
    assert.deepEqual([await published(), await waiting()], [['2026-W45 opt-out 00005'], 5]);
    await close(NEXT_WEEK + WEEK);
    assert.deepEqual(await published(), ['2026-W45 opt-out 00005', '2026-W46 opt-out 50000']);
  });

  it('lets fewer than five people wait, then joins them with others of their language, else drops them', async () => {
    await rate(engine, [5, 4], { topic: 'consent' });
    await rate(engine, [3, 3, 3], { topic: 'human', who: ['q1', 'q2', 'q3'] });
    await rate(engine, [1, 1], { topic: 'human', language: 'en' });
    await close();
    assert.deepEqual([await published(), await waiting()], [[], 7]);
    await close(NEXT_WEEK + WEEK);
    assert.deepEqual([await published(), await waiting()], [['2026-W46 other 00311'], 0]);
  });

  it('closes all weeks that went by while nobody was there, one after the other', async () => {
    await rate(engine, [5, 4, 3]);
    await rate(engine, [2, 1], { at: MONDAY + WEEK, who: ['p8', 'p9'] });
    await rate(engine, [5, 5, 5, 5, 5], { at: MONDAY + 4 * WEEK });
    assert.deepEqual(await close(MONDAY + 5 * WEEK), { closed: 5, keys: 2 });
    assert.deepEqual(await published(), ['2026-W46 opt-out 11111', '2026-W49 opt-out 00005']);
    assert.deepEqual(await close(MONDAY + 5 * WEEK), { closed: 0, keys: 0 });
  });

  it('goes on after a close that was cut off at any point', async () => {
    await rate(engine, [5, 5, 5, 5, 5]);
    await rate(engine, [1, 1, 1, 1, 1], { topic: 'consent' });
    await rate(engine, [1, 1], { topic: 'human', at: MONDAY - WEEK });
    for (const [name, nth] of [
      ['commit', 2],
      ['commit', 2],
      ['removeMany', 1],
      ['commit', 1],
    ] as const) {
      let calls = 0;
      const failing = standIn(engine, name, () => {
        if ((calls += 1) === nth) throw new Error('the power went');
      });
      await assert.rejects(close(NEXT_WEEK, failing), /power/);
    }
    await close();
    assert.deepEqual(await published(), ['2026-W45 consent 50000', '2026-W45 opt-out 00005']);
    assert.equal(await waiting(), 0);
  });

  it('decides anew when somebody is erased while a week is closing: five people or none', async () => {
    await rate(engine, [5, 5, 5, 5, 1]);
    let erased = false;
    const racing = standIn(engine, 'commit', async () => {
      if (erased) return;
      erased = true;
      await erasePerson(engine, [waitingTaps], { contactIds: ['p4'], personKeys: [] });
    });
    await close(NEXT_WEEK, racing);
    assert.deepEqual([await published(), await waiting()], [[], 4]);
  });

  it('takes two contacts that became one for one person', async () => {
    const person = (id: string, mergedInto: string | null) => ({
      id: id as ContactId,
      personKey: `key-${id}` as PersonKey,
      identities: [],
      mergedIds: [],
      mergedInto: mergedInto as ContactId | null,
      ...{ name: null, language: null, timeZone: null, tags: [], sites: [], createdAt: MONDAY, version: 1 },
    });
    await engine.append(contacts, [person('p0', null), person('p1', 'p0')] as never);
    await rate(engine, [5, 5, 5, 5, 5]);
    await close();
    assert.deepEqual([await published(), await waiting()], [[], 5]);
  });

  it('counts what people chose among reasons by itself', async () => {
    await rate(engine, [5, 4, 3, 2, 1]);
    await rate(engine, [1, 1, 1, 1, 5], { about: 'reasons' });
    await close();
    const rows = await engine.find(ratingGroups, ALL);
    assert.deepEqual(Object.fromEntries(rows.map(({ about, counts }) => [about, counts.join('')])), {
      stars: '11111',
      reasons: '40001',
    });
  });

  it('leaves out what was forged, and opens nothing for fewer than five people without it', async () => {
    const forged = async (count: number, topic: string) => {
      for (let n = 0; n < count; n += 1) {
        const key = (await keysOf(engine).of('2026-W45')).id;
        const ask = { id: `forged${topic}${n}`, about: 'stars', topic, language: 'ru' } as const;
        const tap = { kind: 'rating.tap', ask, key, sealed: randomBytes(29).toString('base64url') } as const;
        await engine.commit(ratingOps(tap, `forger${n}` as ContactId, MONDAY));
      }
    };
    await rate(engine, [5, 5, 5, 5, 5]);
    await rate(engine, [1], { topic: 'consent' });
    await forged(2, 'opt-out');
    await forged(4, 'consent');
    await close();
    assert.deepEqual([await published(), await waiting()], [['2026-W45 opt-out 00005'], 0]);
  });

  describe('rating keys', () => {
    it('are one a week, whoever asks for them at once', async () => {
      const asked = await Promise.all(Array.from({ length: 8 }, () => keysOf(engine).of('2026-W45')));
      assert.equal(new Set(asked.map(({ id, bytes }) => id + bytes.toString('hex'))).size, 1);
      const other = await keysOf(engine).of('2026-W46');
      assert.notDeepEqual(other.bytes, asked[0]?.bytes);
      assert.equal(await engine.count(ratingKeys, {}), 2);
    });

    it('are of no use to another SECRET_KEY', async () => {
      await keysOf(engine).of('2026-W45');
      await assert.rejects(new RatingKeys(engine, randomBytes(32)).of('2026-W45'), /another SECRET_KEY/);
    });

    it('are deleted 14 days after their week, with the close of that moment done first', async () => {
      const [ask] = await rate(engine, [5, 5, 5, 5, 5], { at: MONDAY + 2 * WEEK, keyOf: '2026-W45' });
      assert.ok(ask);
      const row = () => engine.find(ratingKeys, { where: { week: '2026-W45' }, limit: 1 });
      const [key] = await row();
      const standing = async (now: number) => {
        const tap = readStarTap(`star:fresh.stars.opt-out.ru.${key?.id}.${'A'.repeat(39)}`);
        assert.ok(tap);
        return ratingFacts(await readRatings(engine, [tap]), now).standingOf(tap);
      };
      const over = Date.UTC(2026, 10, 23);
      await close(over - 1);
      assert.equal(await standing(over - 1), 'counts');
      assert.equal(await standing(over), 'tooLate');
      await close(over + 60_000); // the last turns of the week may still be at work
      assert.equal((await row()).length, 1);
      await close(over + 10 * 60_000);
      assert.equal((await row()).length, 0);
      assert.deepEqual(await published(), ['2026-W47 opt-out 00005']);
      assert.equal(await standing(over - 1), 'tooLate', 'a key that is lost opens nothing, whatever the time');
    });

    it('that are lost with a restore take with them what waited, and nothing else', async () => {
      await rate(engine, [5, 5, 5, 5, 5]);
      const [key] = await engine.find(ratingKeys, ALL);
      await engine.commit([remove(ratingKeys, key?.id ?? '')]);
      await rate(engine, [1, 2, 3, 4, 5]);
      await close();
      assert.deepEqual([await published(), await waiting()], [['2026-W45 opt-out 11111'], 0]);
    });
  });

  it('notes each ask once: of two taps at once one counts', async () => {
    const [ask] = await rate(engine, [5]);
    assert.ok(ask);
    const again = { kind: 'rating.tap', ask, key: 'x', sealed: 'y' } as const;
    assert.equal(await engine.commit(ratingOps(again, 'p0' as ContactId, MONDAY)), 'conflict');
    assert.equal(await waiting(), 1);
    await close();
    assert.equal(await engine.commit(ratingOps(again, 'p0' as ContactId, NEXT_WEEK)), 'conflict');
    const tap = { to: 'rate', ask, key: 'x', sealed: 'y' } as const;
    assert.equal(ratingFacts(await readRatings(engine, [tap]), NEXT_WEEK).standingOf(tap), 'rated');
  });

  it('forgets that an ask was answered only when its key is long gone', async () => {
    await rate(engine, [5]);
    await purge(engine, [ratedAsks], MONDAY + 28 * DAY, { bodiesDays: 1 });
    assert.equal(await engine.count(ratedAsks, {}), 1);
    await purge(engine, [ratedAsks], MONDAY + 31 * DAY, { bodiesDays: 1 });
    assert.equal(await engine.count(ratedAsks, {}), 0);
  });

  it('dresses a message that asks with five rows of equal length, above the others, that open to what they say', async () => {
    const texts = loadTexts();
    const dress = starRows({ keys: keysOf(engine), texts, now: () => MONDAY });
    const ask = { id: 'ask1', about: 'stars', topic: 'opt-out', language: 'ru' } as const;
    const list = {
      type: 'list',
      body: 'b',
      button: 'x',
      sections: [{ title: 't', rows: [{ id: 'menu:open', title: 'm' }] }],
    } as const;
    const [one, two] = [await dress({ ...list, ask }), await dress({ ...list, ask })];
    assert.ok(one.type === 'list' && two.type === 'list' && !('ask' in one));
    const rows = one.sections[0]?.rows ?? [];
    assert.deepEqual(
      rows.map(({ title }) => title),
      [5, 4, 3, 2, 1].map((stars) => texts.say('ru', `stars.${stars as 1}`)),
    );
    assert.deepEqual(one.sections.slice(1), list.sections);
    assert.equal(new Set(rows.map(({ id }) => id.length)).size, 1);
    assert.ok(
      rows.every(({ id }, index) => id !== two.sections[0]?.rows[index]?.id),
      'sent once more, they are new',
    );
    assert.deepEqual(await dress(list), list);
    assert.equal(await engine.count(closedWeeks, {}), 0);
    const opened = await new RatingKeys(engine, WRAPPING_KEY).of('2026-W45');
    assert.ok(rows.every(({ id }) => readStarTap(id)?.key === opened.id));
  });
};

/** The engine, with something that happens before each call of one method. */
const standIn = (engine: Engine, method: 'commit' | 'removeMany', before: () => unknown): Engine =>
  new Proxy(engine, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (name === method) await before();
        return (value as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });

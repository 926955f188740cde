import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { tables } from '../../src/composition.js';
import { weekOf } from '../../src/ratings/week.js';
import { openChoice, unwrapKey } from '../../src/ratings/sealed-choice.js';
import { readStarTap, type RateTap } from '../../src/conversation/star-tap.js';
import { ratingKeys } from '../../src/ratings/rating-tables.js';
import { everyRow } from '../../src/storage/row-walk.js';
import { writeBackup } from '../../src/storage/sqlite-backup.js';
import { temporaryFolder } from '../means/caretaker.js';
import { onBothStores, type StorePlace } from '../means/stores.js';
import { BEGINNING, openWorld, type Rater, type World } from './rating-world.js';

/* Nobody who has all but the key can tell whose a rating is (DESIGN §4.8).
 *
 * The attacker knows who was asked about what and when (it stands in the outbox), has every row of the store after every tap, the bytes of
 * its files with the write-ahead log (on MongoDB: the oplog), a backup, the log, and asks the API after every tap. Two worlds are
 * played in which the same people rate the same things at the same times; in the second one the choices are handed round among those
 * who rated the same thing in the same week, so that the published rows are the same. If the attacker sees the same in both worlds, but for
 * ciphertexts that tell nothing without the key, then no attack whatever can do better than the published rows allow: it would have to
 * give different answers to the same evidence. */

const WEEK = 7 * 86_400_000;
const PEOPLE = 20;
const WEEKS = 10;
const LIMIT_MS = 600_000;

const raters: readonly Rater[] = Array.from({ length: PEOPLE }, (_, number) => ({
  number,
  phone: `7916${String(1_000_000 + number * 7_919)}`,
  name: `Person ${String.fromCharCode(65 + number)}`,
}));

/** What the n-th person rates: most the same, some things seldom, and some every other week only, so that they find no company. */
function topicOf(person: number, week: number): string {
  const place = (person * 5 + week * 3) % 8;
  if (place < 4) return 'opt-out';
  if (place === 4) return 'number-privacy';
  return (week % 2 === 0 ? ['newsletters', 'consent', 'message-privacy'][place - 5] : undefined) ?? 'opt-out';
}

type Rating = {
  readonly rater: Rater;
  readonly week: number;
  readonly topic: string;
  readonly stars: number;
  /** What the stars were about; not everybody says. */
  readonly reason: number | undefined;
};

/** 200 ratings: each of 20 people one a week, for ten weeks. */
const plan: readonly Rating[] = Array.from({ length: WEEKS }, (_, week) =>
  raters.map((rater) => ({
    rater,
    week,
    topic: topicOf(rater.number, week),
    stars: ((rater.number * rater.number + week * 7 + rater.number) % 5) + 1,
    reason: (rater.number + week) % 2 === 0 ? ((rater.number * 3 + week) % 5) + 1 : undefined,
  })),
).flat();

/** Hands the choices round among those who chose of the same thing in the same week. */
function handedRound(ratings: readonly Rating[]): readonly Rating[] {
  const next = (rating: Rating, among: (other: Rating) => boolean) => {
    const same = ratings.filter((one) => one.week === rating.week && one.topic === rating.topic && among(one));
    return same[(same.indexOf(rating) + 1) % same.length] ?? rating;
  };
  return ratings.map((rating) => ({
    ...rating,
    stars: next(rating, () => true).stars,
    reason: rating.reason && next(rating, ({ reason }) => reason !== undefined).reason,
  }));
}

/** What the attacker sees, moment by moment, with ciphertexts of choices blackened: `what` and the lines of it. */
type Evidence = { readonly what: string; readonly lines: readonly string[] };
type Seen = {
  readonly evidence: readonly Evidence[];
  /** The ids of all rows of stars that were tapped. */
  readonly taps: readonly RateTap[];
  readonly published: readonly Group[];
  readonly world: World;
  readonly place: StorePlace;
};
type Group = { topic: string; language: string; week: string; count: number; stars: Record<string, number> };
type Summary = { groups: Group[]; waiting: number };

async function observe(place: StorePlace, ratings: readonly Rating[], options: { leak?: boolean } = {}): Promise<Seen> {
  const world = await openWorld(place, options);
  const evidence: Evidence[] = [];
  const taps: RateTap[] = [];
  let known = new Set<string>();
  const blackenedRows = new Map<string, string>();
  const note = (what: string, lines: readonly string[]) => evidence.push({ what, lines: lines.map(blackened) });
  const look = async (what: string) => {
    // Nearly all of them stood there after the last tap.
    const rows = new Set((await rowsOf(world)).map((row) => remembered(blackenedRows, row, blackened)));
    note(
      `${what}: rows that came`,
      [...rows].filter((row) => !known.has(row)),
    );
    note(
      `${what}: rows that went`,
      [...known].filter((row) => !rows.has(row)),
    );
    known = rows;
  };
  const ask = async (path: string) => note(path, [JSON.stringify(await world.get(path))]);

  for (let week = 0; week < WEEKS; week += 1) {
    for (const { rater, topic, stars, reason } of ratings.filter((rating) => rating.week === week)) {
      world.clock.at = Math.max(world.clock.at, BEGINNING + week * WEEK + rater.number * 6 * 3_600_000);
      await world.ask(rater, topic);
      await world.choose(rater, stars);
      await look(`week ${week}, ${rater.name} rated ${topic}`);
      if (reason !== undefined) await world.choose(rater, reason);
      const contactId = await world.contactId(rater);
      for (const path of ['/ratings/summary', `/messages?contactId=${contactId}`, `/contacts/${contactId}/export`])
        await ask(path);
    }
    for (const path of [
      '/contacts',
      '/cases',
      '/inbox/dead',
      '/answers/unanswered',
      '/audit?limit=200',
      '/messages?limit=200',
    ])
      await ask(path);
    note(`week ${week}: files`, await wordsOnDisk(place));
    world.clock.at = BEGINNING + (week + 1) * WEEK;
    await world.close();
    await look(`close of week ${week}`);
    await ask('/ratings/summary');
  }
  note('backup', await backupOf(place));
  note('log', world.logged);
  for (const content of world.sent.map((one) => one.content))
    if (content.type === 'list')
      for (const row of content.sections[0]?.rows ?? []) {
        const tap = readStarTap(row.id);
        if (tap) taps.push(tap);
      }
  const { groups } = (await world.get('/ratings/summary?from=2026-W01')) as Summary;
  return { evidence, taps, published: groups, world, place };
}

/** Sealed choices; and ids that no seed reaches, of POSTs and of the audit: random in every world. */
const SEALED = /(?<=\.20\d\d-W\d\d-[a-z0-9]{4}\.|"sealed":"|20\d\d-W\d\d-[a-z0-9]{4})[A-Za-z0-9_-]{39}/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** A time and a random tail; the seeded tails are digits. */
const TIME_ID = /(0m[0-9a-z]{7})(?!\d{14})[A-Za-z0-9]{0,14}/g;
/** When a backup was made, by the machine's clock. */
const BACKUP_AT = /(?<="backupAt":)\d+/g;
const blackened = (text: string): string =>
  text.replace(SEALED, '█'.repeat(39)).replace(UUID, 'uuid').replace(TIME_ID, '$1').replace(BACKUP_AT, 'now');

function remembered(all: Map<string, string>, text: string, make: (text: string) => string): string {
  const known = all.get(text) ?? make(text);
  all.set(text, known);
  return known;
}

/** Every row of every table. */
async function rowsOf(world: World): Promise<string[]> {
  const rows: string[] = [];
  for (const table of tables)
    for await (const row of everyRow(world.engine, table)) {
      const shown = Object.entries(row).map(([name, value]) => [
        name,
        // A body is text, and what stands in it is to be blackened.
        value instanceof Uint8Array && name === 'raw' ? Buffer.from(value).toString('utf8') : value,
      ]);
      rows.push(`${table.name} ${JSON.stringify(Object.fromEntries(shown))}`);
    }
  return rows;
}

/** All that can be read in the files as they lie there, the write-ahead log included; on MongoDB every operation of the oplog. */
async function wordsOnDisk(place: StorePlace): Promise<string[]> {
  if (place.kind === 'mongodb') return operationsOf(place);
  const folder = String(place.environment['DATA_DIR']);
  return wordsOf(readdirSync(folder).flatMap((name) => (/sqlite(-wal)?$/.test(name) ? [join(folder, name)] : [])));
}

function wordsOf(files: readonly string[]): string[] {
  const words = files.flatMap((file) => blackened(pagesOf(file)).match(/[\x20-\x7e\x80-\xff█]{8,}/g) ?? []);
  return [...new Set(words)].sort();
}

/** The pages of a file. Those of a write-ahead log stand between headers with random salts and checksums, which say nothing of their own. */
function pagesOf(file: string): string {
  const bytes = readFileSync(file);
  if (!file.endsWith('-wal') || bytes.length < WAL_HEADER) return bytes.toString('latin1');
  const frame = FRAME_HEADER + bytes.readUInt32BE(8);
  const pages: string[] = [];
  for (let at = WAL_HEADER; at + frame <= bytes.length; at += frame)
    pages.push(bytes.toString('latin1', at + FRAME_HEADER, at + frame));
  return pages.join('\0');
}

/** Source: SQLite, "The Write-Ahead Log file format". */
const WAL_HEADER = 32;
const FRAME_HEADER = 24;

async function operationsOf(place: StorePlace): Promise<string[]> {
  const uri = String(place.environment['MONGODB_URI']);
  const database = /\/\/[^/]+\/([^?]+)/.exec(uri)?.[1] ?? '';
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  try {
    const found = await client
      .db('local')
      .collection('oplog.rs')
      .find({ $or: [{ ns: { $regex: `^${database}\\.` } }, { 'o.applyOps.ns': { $regex: `^${database}\\.` } }] })
      .toArray();
    type Operation = { op?: string; ns?: string; o?: Record<string, unknown>; o2?: unknown };
    const single = (found as Operation[]).flatMap((one) => (one.o?.['applyOps'] as Operation[] | undefined) ?? [one]);
    // Leases and migrations hold the machine's own time, which nobody sets.
    const ours = single.filter(
      ({ ns, op }) => ns?.startsWith(`${database}.`) && op !== 'c' && !/\.(leases|migrations)$/.test(ns),
    );
    const shown = ours.map(({ op, ns, o, o2 }) =>
      JSON.stringify([op, ns?.slice(database.length), o, o2], (_, value: unknown) =>
        value instanceof mongoose.mongo.Binary ? Buffer.from(value.buffer).toString('utf8') : bytesAsText(value),
      ),
    );
    return shown.sort();
  } finally {
    await client.close();
  }
}

/** `JSON.stringify` asks a Binary for its JSON, base64, before the replacer sees it. */
const bytesAsText = (value: unknown): unknown =>
  typeof value === 'string' && value.length > 60 && /^[A-Za-z0-9+/]+=*$/.test(value)
    ? Buffer.from(value, 'base64').toString('latin1')
    : value;

/** SQLite's backup as it is made for users; that of MongoDB's tools holds the rows, which are looked at anyway. */
async function backupOf(place: StorePlace): Promise<string[]> {
  if (place.kind === 'mongodb') return [];
  const file = join(temporaryFolder('backup'), 'backup.sqlite');
  const leftOut = tables.filter((table) => table.inBackup === false).map(({ name }) => name);
  writeBackup(join(String(place.environment['DATA_DIR']), 'vestnik.sqlite'), file, leftOut);
  assert.ok(statSync(file).size > 0);
  return wordsOf([file]);
}

/** Where two attackers have seen different things; the first few of them. */
function differences(one: Seen, other: Seen): string[] {
  const found: string[] = [];
  assert.deepEqual(
    one.evidence.map(({ what }) => what),
    other.evidence.map(({ what }) => what),
  );
  one.evidence.forEach(({ what, lines }, index) => {
    const theirs = other.evidence[index]?.lines ?? [];
    const [mine, others] = [new Set(lines), new Set(theirs)];
    const only = [...lines.filter((line) => !others.has(line)), ...theirs.filter((line) => !mine.has(line))];
    if (only.length > 0 || lines.length !== theirs.length)
      found.push(`${what}: ${only.slice(0, 2).join('\n  ').slice(0, 900)}`);
  });
  return found.slice(0, 5);
}

onBothStores('Two hundred ratings by twenty people', (makePlace) => {
  const opened: World[] = [];
  const played = async (ratings: readonly Rating[], options?: { leak?: boolean }) => {
    const seen = await observe(await makePlace(), ratings, options);
    opened.push(seen.world);
    return seen;
  };
  let first: Seen;
  let second: Seen;
  before('two worlds are played', async function () {
    this.timeout(LIMIT_MS);
    const other = handedRound(plan);
    assert.equal(plan.length, 200);
    assert.ok(plan.filter(({ stars }, index) => stars !== other[index]?.stars).length > 100, 'most chose otherwise');
    [first, second] = await Promise.all([played(plan), played(other)]);
  });
  after('the worlds end', async function () {
    this.timeout(60_000);
    for (const world of opened.splice(0)) await world.end();
  });

  it('are published in groups of at least five people, in both worlds the same', () => {
    assert.deepEqual(first.published, second.published);
    const counted = first.published.reduce((sum, { count }) => sum + count, 0);
    assert.ok(counted > 150 && counted <= 200, `${counted} of 200 were counted`);
    assert.ok(first.published.every(({ count }) => count >= 5));
    assert.ok(first.published.some(({ topic }) => topic === 'other'));
    const weekly = plan.filter(({ topic, week }) => topic === 'opt-out' && week === 0);
    const group = first.published.find(({ topic, week }) => topic === 'opt-out' && week === weekOf(BEGINNING));
    for (const stars of [1, 2, 3, 4, 5])
      assert.equal(group?.stars[String(stars)], weekly.filter((one) => one.stars === stars).length);
  });

  it('leave the same evidence whoever chose what: every row, file, log line and answer of the API, after every tap', () => {
    assert.deepEqual(differences(first, second), []);
  });

  it('leave evidence that tells much: who was asked, who rated, and a ciphertext for each', () => {
    const all = first.evidence.flatMap(({ lines }) => lines);
    assert.ok(all.some((line) => line.startsWith('waitingTaps ') && line.includes('█')));
    assert.ok(all.some((line) => line.startsWith('outbox ') && line.includes('"ask":')));
    assert.ok(
      all.filter((line) => line.startsWith('inboundMessages ') && line.includes('"type":"rated","text":null')).length >=
        200,
    );
    const files = first.evidence.filter(({ what }) => what.endsWith(': files'));
    assert.ok(files.every(({ lines }) => lines.some((line) => line.includes('star:') && line.includes('█'))));
  });

  it('stand nowhere in the words that the customer saw', () => {
    const seen = first.evidence.flatMap(({ lines }) => lines).join('\n');
    const latin = Buffer.from('★', 'utf8').toString('latin1');
    for (const words of ['★', latin, '☆', 'Отлично', 'Очень плохо', 'Excellent', 'Very poor'])
      assert.ok(!seen.includes(words), words);
  });

  it('are sealed into ciphertexts that are equally long, never the same twice, and open with nothing that lies about', async () => {
    const { taps, world } = first;
    assert.ok(taps.length >= 1_000);
    assert.deepEqual([...new Set(taps.map(({ sealed }) => sealed.length))], [39]);
    assert.equal(new Set(taps.map(({ sealed }) => sealed)).size, taps.length);
    const rows = await world.engine.find(ratingKeys, { where: {}, limit: 100 });
    assert.ok(rows.length > 0);
    for (const { ask, key, sealed } of taps.slice(-20))
      for (const { id, wrapped } of rows) {
        for (const guess of [
          wrapped.subarray(0, 32),
          wrapped.subarray(12, 44),
          wrapped.subarray(-32),
          world.keys.pepper,
        ])
          assert.equal(openChoice(guess, key, ask, sealed), undefined, id);
      }
  });

  it('cannot be opened by anybody any more, SECRET_KEY or not, 14 days after their week', async () => {
    const { taps, world, place } = first;
    const wrapped = await world.engine.find(ratingKeys, { where: {}, limit: 100 });
    const weeks = new Set(wrapped.map(({ week }) => week));
    assert.ok(!weeks.has(weekOf(BEGINNING)) && weeks.size <= 3, [...weeks].join());
    const ofFirstWeek = taps.filter(({ key }) => key.startsWith(weekOf(BEGINNING)));
    assert.ok(ofFirstWeek.length >= 100);
    const there = await world.ratingKeys.open([...new Set(ofFirstWeek.map(({ key }) => key))]);
    assert.equal(there.size, 0);
    world.clock.at += 4 * WEEK;
    await world.close();
    assert.equal(await world.engine.count(ratingKeys, {}), 0);
    if (place.kind !== 'sqlite') return; // the oplog is the operator's: docs/ratings.md
    const folder = String(place.environment['DATA_DIR']);
    const bytes = Buffer.concat(
      readdirSync(folder).flatMap((name) => (/sqlite(-wal)?$/.test(name) ? [readFileSync(join(folder, name))] : [])),
    );
    for (const row of wrapped) {
      assert.ok(unwrapKey(world.keys.ratingWrap, row.id, row.wrapped), 'it was one');
      assert.equal(bytes.includes(Buffer.from(row.wrapped)), false, 'it lies in no page any more');
    }
  });

  it('would be told apart if anything else showed the choice: the comparison finds it', async function () {
    this.timeout(LIMIT_MS);
    const few = plan.filter(({ week, rater }) => week === 0 && rater.number < 6);
    const [mine, theirs] = [await played(few, { leak: true }), await played(handedRound(few), { leak: true })];
    assert.deepEqual(mine.published, theirs.published);
    assert.ok(differences(mine, theirs).length > 0);
  });
});

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { caseRoutes } from '../cases/case-routes.js';
import { cases } from '../cases/case-table.js';
import { migrations, tables } from '../composition.js';
import { testLedger } from '../consent/ledger.fixture.js';
import { contacts } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import type { Content } from '../inbox/update.js';
import { inboundMessages } from '../messages/message-tables.js';
import { aContact, anInbound } from '../messages/thread.fixture.js';
import type { MediaClient } from '../platform/media-client.js';
import type { Engine } from '../storage/engine.js';
import { erasePerson, purge } from '../storage/register.js';
import { timeId } from '../time-id.js';
import { MediaFetcher } from './fetcher.js';
import { CASE_LIMITS, MEDIA_LIMITS } from './limits.js';
import { mediaOp } from './media-ops.js';
import { mediaRoutes } from './media-routes.js';
import { media, type MediaRow } from './media-table.js';
import { sweepFiles } from './sweep-files.js';

const DAY = 24 * 3_600_000;
const ownMigrations = migrations.filter(({ id }) => !/^(operators|api)\//.test(id));

type Piece = Uint8Array | Error | Promise<Uint8Array>;
type File = { mimeType: string; bytes: Buffer; says?: { bytes?: number; sha256?: string }; body?: Piece[] };

/** Meta's files, as a test has them: by id; and how often each was asked for. */
class Platform implements Pick<MediaClient, 'info' | 'download'> {
  readonly files = new Map<string, File>();
  readonly asked: string[] = [];
  /** The next answers, whatever is asked. */
  failing: ('gone' | 'expired' | 'later' | 'untrusted')[] = [];
  expired = 0;

  info(phoneNumberId: string, id: string): ReturnType<MediaClient['info']> {
    this.asked.push(`${phoneNumberId}/${id}`);
    const kind = this.failing.shift();
    if (kind) return Promise.resolve({ kind });
    const file = this.files.get(id);
    if (!file) return Promise.resolve({ kind: 'gone' });
    const { mimeType, bytes, says = {} } = file;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return Promise.resolve({ kind: 'info', url: id, mimeType, bytes: bytes.length, sha256, ...says });
  }

  download(url: string): ReturnType<MediaClient['download']> {
    if (this.expired > 0) {
      this.expired -= 1;
      return Promise.resolve({ kind: 'expired' });
    }
    const file = this.files.get(url);
    const pieces = file?.body ?? [file?.bytes ?? Buffer.alloc(0)];
    const body = async function* () {
      for (const piece of pieces) {
        if (piece instanceof Error) throw piece;
        yield await piece;
      }
    };
    return Promise.resolve({ kind: 'bytes', body: body() });
  }
}

/** What customers send to cases: fetched, kept, handed out, erased. */
export const mediaContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let engine: Engine;
  let platform: Platform;
  let fetcher: MediaFetcher;
  let lines: string[];

  const newFetcher = (mayRun = () => true) =>
    new MediaFetcher({
      engine,
      clock: api.clock,
      client: platform,
      mayRun,
      log: { warn: (event, fields) => lines.push(`${event} ${Object.values(fields).join(' ')}`) },
    });
  const open = async (storePlace: StorePlace) => {
    api = await serveApi(
      storePlace,
      (means) => [
        ...caseRoutes({ engine: means.engine, ledger: testLedger, newId: timeId, onQueued: () => undefined }),
        ...mediaRoutes({ engine: means.engine }),
      ],
      ownMigrations,
    );
    engine = api.engine;
    fetcher = newFetcher();
  };

  beforeEach(async () => {
    platform = new Platform();
    lines = [];
    await open(await place());
    await engine.append(contacts, [aContact('ann')]);
    await engine.append(cases, [
      {
        ...{ id: 'c', phoneNumberId: '1000', contactId: 'ann' as ContactId, state: 'open', reason: 'asked' },
        ...{ openedAt: 1, promisedAt: 2, owner: null, repliedAt: null, closedAt: null, closedBy: null, version: 1 },
      },
    ]);
  });
  afterEach(async () => {
    await fetcher.stop();
    await api.close();
  });

  /** A message with a file, as a turn commits it. @returns its id */
  async function sent(file: Partial<File> = {}, content: Partial<Extract<Content, { type: 'media' }>> = {}) {
    const at = api.clock.at;
    const id = timeId(at);
    const whole = { mimeType: 'image/jpeg', bytes: randomBytes(200_000), ...file };
    platform.files.set(`m-${id}`, whole);
    await engine.append(inboundMessages, [{ ...anInbound(at, 'ann', ''), id, type: 'image', text: null }]);
    const message = { id, caseId: 'c', contactId: 'ann' as ContactId, phoneNumberId: '1000', at };
    const op = mediaOp({ type: 'media', mediaType: 'image', mediaId: `m-${id}`, ...content }, message, at);
    assert.equal(await engine.commit([op]), 'committed');
    return { id, bytes: whole.bytes };
  }
  const rowOf = async (id: string): Promise<MediaRow> => {
    const row = await engine.get(media, id);
    assert.ok(row);
    return row;
  };
  const tick = async () => {
    await fetcher.tick();
    await fetcher.idle();
  };
  const fate = async (id: string) => {
    const { state, reason, tries } = await rowOf(id);
    return [state, reason, tries];
  };
  const lying = async () => {
    const ids: string[] = [];
    for await (const { id } of engine.files.list()) ids.push(id);
    return ids;
  };
  const bytesOf = async (id: string) => {
    const file = await engine.files.open(id);
    return file && Buffer.concat((await file.stream.toArray()) as Buffer[]);
  };

  describe('are fetched', () => {
    it('at once, whole, and Meta is asked no more', async () => {
      const { id, bytes } = await sent();
      await tick();
      assert.deepEqual(await fate(id), ['stored', null, 1]);
      assert.ok((await bytesOf(id))?.equals(bytes));
      const { sha256, dueAt, platformId, mimeType } = await rowOf(id);
      assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'));
      assert.deepEqual([dueAt, platformId, mimeType], [null, null, 'image/jpeg']);
      api.clock.at += DAY;
      await tick();
      assert.deepEqual(platform.asked, [`1000/m-${id}`]);
    });

    it('many of them, four at a time, without waiting for a tick between', async () => {
      const ids = [];
      for (let n = 0; n < 11; n += 1) ids.push((await sent()).id);
      await tick();
      for (const id of ids) assert.equal((await rowOf(id)).state, 'stored');
    });

    it('with a new address where the first has just expired', async () => {
      const { id } = await sent();
      platform.expired = 1;
      await tick();
      assert.deepEqual(await fate(id), ['stored', null, 1]);
      assert.equal(platform.asked.length, 2);
    });

    it('not at all where they are too large or of a type that is not kept, as Graph says before a byte is asked for', async () => {
      const large = await sent({ says: { bytes: MEDIA_LIMITS.image.maxBytes + 1 }, body: [new Error('asked for')] });
      const program = await sent(
        { mimeType: 'application/x-msdownload' },
        { mediaType: 'document', fileName: 'a.pdf' },
      );
      await tick();
      assert.deepEqual(await fate(large.id), ['refused', 'tooLarge', 1]);
      assert.deepEqual(await fate(program.id), ['refused', 'type', 1]);
      assert.deepEqual(await lying(), []);
    });

    it('no further than the limit, whatever Graph said of their size', async () => {
      const piece = Buffer.alloc(1024 * 1024);
      const { id } = await sent({ says: { bytes: 10 }, body: Array.from({ length: 50 }, () => piece) });
      await tick();
      assert.deepEqual(await fate(id), ['refused', 'tooLarge', 1]);
      assert.deepEqual(await lying(), []);
    });

    it('until the case holds as much as one may', async () => {
      const { id: held } = await sent();
      await tick();
      await engine.patchMany(media, [{ id: held, set: { bytes: CASE_LIMITS.bytes } }]);
      const { id } = await sent();
      await tick();
      assert.deepEqual(await fate(id), ['refused', 'tooMany', 1]);
    });

    it('again, with growing pauses, when the connection breaks half-way or the bytes are not those that were meant', async () => {
      const bytes = randomBytes(100_000);
      const { id } = await sent({ bytes, body: [bytes.subarray(0, 50_000), new Error('reset')] });
      await tick();
      assert.deepEqual([await fate(id), await lying()], [['waiting', null, 1], []]);
      assert.equal((await rowOf(id)).dueAt, api.clock.at + 2_000);
      await tick();
      assert.equal(platform.asked.length, 1, 'not before its time');

      platform.files.set(`m-${id}`, { mimeType: 'image/jpeg', bytes, body: [bytes.subarray(0, 50_000)] });
      api.clock.at += 2_000;
      await tick();
      assert.deepEqual([await fate(id), await lying()], [['waiting', null, 2], []]);
      assert.equal((await rowOf(id)).dueAt, api.clock.at + 6_000);

      platform.files.set(`m-${id}`, { mimeType: 'image/jpeg', bytes });
      api.clock.at += 6_000;
      await tick();
      assert.deepEqual(await fate(id), ['stored', null, 3]);
    });

    it('twelve times at the most, over restarts too, and then are given up by name', async () => {
      const { id } = await sent();
      platform.failing = Array.from({ length: 30 }, () => 'later');
      for (let attempt = 1; attempt <= 20; attempt += 1) {
        await fetcher.stop();
        fetcher = newFetcher();
        api.clock.at += 6 * 3_600_000;
        await tick();
      }
      assert.deepEqual(await fate(id), ['failed', 'unavailable', 12]);
      assert.equal(platform.asked.length, 12);
      assert.deepEqual(lines, ['media.lost unavailable 12']);
    });

    it('three times where Meta knows the file no more', async () => {
      const { id } = await sent();
      platform.files.clear();
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        await tick();
        api.clock.at += 60_000;
      }
      assert.deepEqual(await fate(id), ['failed', 'expired', 3]);
    });

    it('never from an address that is none of Meta’s', async () => {
      const { id } = await sent();
      platform.download = () => Promise.resolve({ kind: 'untrusted' });
      await tick();
      assert.deepEqual(await fate(id), ['waiting', null, 1]);
    });

    it('by whoever has the lease; what stopping breaks off was no try', async () => {
      const { id, bytes } = await sent();
      await newFetcher(() => false).tick();
      assert.equal(platform.asked.length, 0);
      let release: (bytes: Uint8Array) => void = () => undefined;
      const held = new Promise<Uint8Array>((resolve) => (release = resolve));
      platform.files.set(`m-${id}`, { mimeType: 'image/jpeg', bytes, body: [held, new Error('broken off')] });
      await fetcher.tick();
      while (platform.asked.length === 0) await sleep(5);
      const stopped = fetcher.stop();
      release(bytes);
      await stopped;
      assert.deepEqual(await fate(id), ['waiting', null, 0]);
      platform.files.set(`m-${id}`, { mimeType: 'image/jpeg', bytes });
      fetcher = newFetcher();
      await tick();
      assert.deepEqual(await fate(id), ['stored', null, 1]);
    });
  });

  describe('are gone', () => {
    it('with the person, the file too, even one that was being fetched', async () => {
      const kept = await sent();
      await tick();
      const { id, bytes } = await sent();
      let release: (bytes: Uint8Array) => void = () => undefined;
      const held = new Promise<Uint8Array>((resolve) => (release = resolve));
      platform.files.set(`m-${id}`, { mimeType: 'image/jpeg', bytes, body: [held] });
      await fetcher.tick();
      while (platform.asked.length < 2) await sleep(5);
      await erasePerson(engine, tables, { contactIds: ['ann'], personKeys: ['key-ann'] });
      release(bytes);
      await fetcher.idle();
      assert.deepEqual(
        [await lying(), await engine.get(media, id), await engine.get(media, kept.id)],
        [[], undefined, undefined],
      );
    });

    it('with the bodies of messages, by the register’s purge', async () => {
      const { id } = await sent();
      await tick();
      await purge(engine, tables, api.clock.at + 89 * DAY, { bodiesDays: 90 });
      assert.ok(await bytesOf(id));
      await purge(engine, tables, api.clock.at + 91 * DAY, { bodiesDays: 90 });
      assert.deepEqual([await lying(), await engine.get(media, id)], [[], undefined]);
    });

    it('where a crash left a file without a row: a day later', async () => {
      const { id } = await sent();
      await tick();
      await engine.files.write('0orphan', [Buffer.from('x')] as unknown as AsyncIterable<Uint8Array>);
      assert.equal(await sweepFiles(engine, Date.now() + DAY - 60_000), 0);
      assert.equal(await sweepFiles(engine, Date.now() + DAY + 60_000), 1);
      assert.deepEqual(await lying(), [id]);
    });
  });

  describe('for agents', () => {
    const shown = async () =>
      ((await api.admin.get('/cases/c').expect(200)).body as { messages: { id: string; media?: object }[] }).messages;

    it('stand with their message, whatever became of them', async () => {
      const stored = await sent({}, { fileName: 'договор.jpg' });
      const large = await sent({ says: { bytes: 10 ** 9 } });
      const [before] = await shown();
      assert.equal((before?.media as { state: string }).state, 'waiting');
      await tick();
      const byId = new Map((await shown()).map((message) => [message.id, message.media]));
      assert.deepEqual(byId.get(stored.id), {
        ...{ id: stored.id, state: 'stored', mimeType: 'image/jpeg', fileName: 'договор.jpg', bytes: 200_000 },
      });
      assert.deepEqual(byId.get(large.id), {
        ...{
          id: large.id,
          state: 'refused',
          reason: 'tooLarge',
          mimeType: 'image/jpeg',
          fileName: null,
          bytes: 10 ** 9,
        },
      });
    });

    it('are handed out as attachments that no browser opens, to operators alone', async () => {
      const { id, bytes } = await sent({ mimeType: 'image/jpeg' }, { fileName: '../фото "1".html' });
      const path = `/cases/c/media/${id}`;
      await api.admin.get(path).expect(409);
      await tick();
      const agent = await api.asRole('agent');
      const { body, headers } = await agent.get(path).responseType('blob').expect(200);
      assert.ok(Buffer.isBuffer(body) && body.equals(bytes));
      assert.equal(headers['content-type'], 'image/jpeg');
      assert.equal(headers['content-length'], String(bytes.length));
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(headers['content-security-policy'] ?? '', /sandbox/);
      assert.match(headers['content-disposition'] ?? '', /^attachment; filename=".*\.jpg"; filename\*=UTF-8''/);
      assert.equal(headers['cache-control'], 'no-store');
      await api.as(undefined).get(path).expect(401);
      await api.admin.get(`/cases/none/media/${id}`).expect(404);
      await engine.append(cases, [{ ...(await engine.get(cases, 'c')), id: 'd' } as never]);
      await api.admin.get(`/cases/d/media/${id}`).expect(404);
    });

    it('that are not here say so', async () => {
      const { id } = await sent({ mimeType: 'text/html' });
      await tick();
      await api.admin.get(`/cases/c/media/${id}`).expect(410);
      const kept = await sent();
      await tick();
      await engine.files.remove([kept.id]); // restored without its files
      await api.admin.get(`/cases/c/media/${kept.id}`).expect(410);
    });
  });
};

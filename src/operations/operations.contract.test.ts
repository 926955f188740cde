import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { temporaryFolder } from '../../test/means/caretaker.js';
import { freshMongoUri, needsMongo } from '../../test/means/mongod.js';
import { migrations } from '../composition.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { workers } from '../inbox/partitions.js';
import { deriveKeys } from '../keys.js';
import type { ContactId } from '../contacts/identity.js';
import { media, type MediaRow } from '../media/media-table.js';
import { inboundMessages, type InboundRow } from '../messages/message-tables.js';
import type { Engine } from '../storage/engine.js';
import { readHold } from '../storage/hold.js';
import { openMongo } from '../storage/mongo-engine.js';
import { openDatabase } from '../storage/sqlite-binding.js';
import { openSqlite } from '../storage/sqlite-engine.js';
import { claimStore, StoreRefused } from '../storage/store-stamp.js';

type Ended = { readonly code: number | null; readonly said: string };

/** Runs one of the programs of this folder as npm does. */
function program(name: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.js`), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

const message = (id: string, text = 'hello'): InboundRow =>
  ({ id, phoneNumberId: '1', contactId: 'c', type: 'text', text, wamid: null, at: 1 }) as InboundRow;

const secret = 'a secret of the tests, long enough for all';
const fingerprint = deriveKeys(secret).fingerprint;

async function open(dataDir: string): Promise<Engine> {
  const engine = openSqlite({ dataDir });
  await engine.migrate(migrations);
  return engine;
}

describe('Operations', function () {
  this.timeout(60_000);
  let folder: string;
  let dataDir: string;
  let file: string;

  beforeEach(() => {
    folder = temporaryFolder('operations');
    dataDir = join(folder, 'data');
    file = join(folder, 'backup.sqlite');
  });

  const backup = () => program('backup', [file], { DATA_DIR: dataDir });
  const restore = (more: Record<string, string> = {}) => program('restore', [file], { DATA_DIR: dataDir, ...more });

  describe('backup', () => {
    it('is one snapshot made beside a running server, whole, held, and readable by its owner alone', async () => {
      const engine = await open(dataDir);
      await engine.append(inboundMessages, [message('before')]);
      const before = Date.now();
      let writing = true;
      const writer = (async () => {
        for (let number = 0; writing; number += 1) await engine.append(inboundMessages, [message(`beside${number}`)]);
      })();
      const { code, said } = await backup();
      writing = false;
      await writer;
      await engine.close();
      assert.equal(code, 0, said);
      assert.match(said, /backup\.sqlite.*sends nothing/s);
      if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(folder).sort(), ['backup.sqlite', 'data']);
      const copy = openDatabase(file, { readOnly: true });
      assert.equal(copy.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
      assert(copy.prepare(`SELECT 1 FROM "inboundMessages" WHERE "id" = 'before'`).get());
      const hold = JSON.parse(
        String(copy.prepare(`SELECT "value" FROM "meta" WHERE "id" = 'hold'`).get()?.['value']),
      ) as {
        backupAt: number;
      };
      copy.close();
      assert(hold.backupAt >= before && hold.backupAt <= Date.now());
    });

    it('is made of a store that nobody has open, too, and leaves that one without a hold', async () => {
      await (await open(dataDir)).close();
      assert.equal((await backup()).code, 0);
      const engine = await open(dataDir);
      assert.equal(await readHold(engine), undefined);
      await engine.close();
    });

    it('overwrites nothing, and says so', async () => {
      await (await open(dataDir)).close();
      writeFileSync(file, 'precious');
      const { code, said } = await backup();
      assert.equal(code, 1);
      assert.match(said, /there already.*overwrites nothing/);
      assert.equal(readFileSync(file, 'utf8'), 'precious');
    });

    it('holds no secret of the data folder', async () => {
      await (await open(dataDir)).close();
      writeFileSync(join(dataDir, 'secret-key'), secret);
      await backup();
      assert(!readFileSync(file).includes(secret));
    });

    it('says where else the store may be, and what is missing, in one line and no stack trace', async () => {
      const cases: [string[], Record<string, string>, RegExp][] = [
        [[file], { DATA_DIR: join(folder, 'nowhere') }, /holds no store\. Set DATA_DIR/],
        [[], { DATA_DIR: dataDir }, /npm run backup -- FILE/],
        [[join(folder, 'no', 'such', 'folder')], { DATA_DIR: dataDir }, /does not exist/],
        [[file], { MONGODB_URI: 'mongodb://127.0.0.1:1/x' }, /docs\/operations\.md/],
      ];
      for (const [args, env, expected] of cases) {
        const { code, said } = await program('backup', args, env);
        assert.equal(code, 1);
        assert.match(said, expected);
        assert.equal(said.trim().split('\n').length, 1, said);
      }
      await (await open(join(dataDir, 'emulator'))).close();
      assert.match((await backup()).said, /but the emulator's.*DATA_DIR=.*emulator/);
    });
  });

  describe('restore', () => {
    it('puts the backup in the place of the store, held, and keeps what was there', async () => {
      let engine = await open(dataDir);
      await claimStore(engine, { owner: 'emulator', secretFingerprint: fingerprint });
      await engine.append(inboundMessages, [message('backed-up')]);
      await engine.append(outbox, [
        { ...emptyOutbox, id: 'under-way', state: 'claimed', active: true, createdAt: 1 } as OutboxRow,
      ]);
      await backup();
      await engine.append(inboundMessages, [message('later')]);
      await engine.close();

      const { code, said } = await restore({ SECRET_KEY: secret });
      assert.equal(code, 0, said);
      assert.match(said, /kept as .*before-restore.*The store is held/s);
      assert.doesNotMatch(said, /SECRET_KEY/);
      engine = await open(dataDir);
      assert(await engine.get(inboundMessages, 'backed-up'));
      assert.equal(await engine.get(inboundMessages, 'later'), undefined);
      assert(await readHold(engine));
      await engine.close();

      const aside = readdirSync(dataDir).find((name) => /before-restore-[^.]*$/.test(name));
      const old = openDatabase(join(dataDir, String(aside)), { readOnly: true });
      assert.equal(old.prepare(`SELECT count(*) AS n FROM "inboundMessages"`).get()?.['n'], 2);
      old.close();
    });

    it('works on an empty machine, and says which SECRET_KEY is needed', async () => {
      const engine = await open(dataDir);
      await claimStore(engine, { owner: null, secretFingerprint: fingerprint });
      await backup();
      await engine.close();
      dataDir = join(folder, 'new-machine');
      const { code, said } = await restore();
      assert.equal(code, 0, said);
      assert.match(said, /SECRET_KEY this store was made with is needed/);
      assert.match((await restore({ SECRET_KEY: 'x'.repeat(40) })).said, /not the one this store was made with/);
    });

    it('refuses while a server runs', async () => {
      const engine = await open(dataDir);
      await backup();
      const { code, said } = await restore();
      assert.equal(code, 1);
      assert.match(said, /another Vestnik works .* Stop the server first/);
      await engine.close();
    });

    it('refuses a file that is not whole, not ours, or newer, and changes nothing', async () => {
      const engine = await open(dataDir);
      await engine.append(inboundMessages, [message('here', 'x'.repeat(50_000))]);
      await engine.migrate([...migrations, { id: 'future/1', steps: [] }]);
      await backup();
      await engine.close();
      const before = readFileSync(join(dataDir, 'vestnik.sqlite'));
      assert.match((await restore()).said, /newer version/);
      writeFileSync(file, 'no database at all, but long enough to be looked at as one');
      assert.match((await restore()).said, /no SQLite file, or is damaged/);
      const foreign = join(folder, 'foreign.sqlite');
      const other = openDatabase(foreign);
      other.exec('CREATE TABLE t (a)');
      other.close();
      assert.match((await program('restore', [foreign], { DATA_DIR: dataDir })).said, /not a backup of Vestnik/);
      assert.match((await program('restore', [join(folder, 'gone')], { DATA_DIR: dataDir })).said, /no file/);
      assert(readFileSync(join(dataDir, 'vestnik.sqlite')).equals(before));
      assert(!readdirSync(dataDir).some((name) => name.includes('before-restore')));
    });

    it('refuses a backup that was cut short or changed on its way', async () => {
      const engine = await open(dataDir);
      for (let number = 0; number < 50; number += 1)
        await engine.append(inboundMessages, [message(`m${number}`, 'x'.repeat(5_000))]);
      await backup();
      await engine.close();
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, whole.length / 2));
      assert.match((await restore()).said, /damaged/);
    });
  });

  describe('with MongoDB', () => {
    needsMongo();
    let uri: string;
    beforeEach(async () => {
      uri = await freshMongoUri('operations');
    });
    const transfer = () => program('transfer', [], { DATA_DIR: dataDir, MONGODB_URI: uri });

    it('transfer moves everything, once, and the old store refuses to be started again', async () => {
      const engine = await open(dataDir);
      await claimStore(engine, { owner: 'emulator', secretFingerprint: fingerprint });
      const rows = Array.from({ length: 700 }, (_, number) => message(`m${number}`));
      for (let start = 0; start < 700; start += 250)
        await engine.append(inboundMessages, rows.slice(start, start + 250));
      await engine.append(media, [aFile('with-file'), aFile('without')]);
      const bytes = randomBytes(700_000);
      await engine.files.write('with-file', Readable.from([bytes]));
      await engine.close();

      const { code, said } = await transfer();
      assert.equal(code, 0, said);
      assert.match(said, /inboundMessages: 700.*secret-key/s);
      const target = await openMongo({ uri });
      assert.equal(await target.count(inboundMessages, {}), 700);
      const file = await target.files.open('with-file');
      assert(file && Buffer.concat((await file.stream.toArray()) as Buffer[]).equals(bytes));
      assert.equal(await target.files.open('without'), undefined);
      await claimStore(target, { owner: 'emulator', secretFingerprint: fingerprint });
      await target.close();

      const old = await open(dataDir);
      await assert.rejects(claimStore(old, { owner: 'emulator', secretFingerprint: fingerprint }), StoreRefused);
      await old.close();
      assert.match((await transfer()).said, /has been moved to MongoDB already/);
    });

    it('transfer refuses while the server runs, and a target that holds anything', async () => {
      const engine = await open(dataDir);
      assert.match((await transfer()).said, /Stop the server first/);
      await engine.close();
      const target = await openMongo({ uri });
      await target.migrate(migrations);
      await target.append(inboundMessages, [message('there')]);
      await target.close();
      const { code, said } = await transfer();
      assert.equal(code, 1);
      assert.match(said, /not empty \(inboundMessages/);
      const again = await open(dataDir);
      await claimStore(again, { owner: null, secretFingerprint: fingerprint });
      await again.close();
    });

    it('transfer says what is missing', async () => {
      assert.match((await program('transfer', [], { DATA_DIR: dataDir })).said, /Set MONGODB_URI/);
      assert.match((await transfer()).said, /holds no store/);
      mkdirSync(dataDir, { recursive: true });
      assert(!existsSync(join(dataDir, 'vestnik.sqlite')));
    });

    it('restore -- --hold holds a MongoDB that its own tools restored, unless a server works with it', async () => {
      const engine = await openMongo({ uri });
      await engine.migrate(migrations);
      await engine.append(workers, [{ id: 'w', seenAt: Date.now() }]);
      const hold = () => program('restore', ['--hold'], { MONGODB_URI: uri });
      assert.match((await hold()).said, /A server works with this store/);
      assert.equal(await readHold(engine), undefined);
      await engine.removeMany(workers, ['w']);
      assert.equal((await hold()).code, 0);
      assert((await readHold(engine))?.backupAt);
      await engine.close();
    });

    it('restore of a file is for SQLite, and says how MongoDB is restored', async () => {
      assert.match((await restore({ MONGODB_URI: uri })).said, /its own tools, then run npm run restore -- --hold/);
    });
  });
});

const aFile = (id: string): MediaRow => ({
  ...{ id, caseId: 'c', contactId: 'c' as ContactId, phoneNumberId: '1', kind: 'image', platformId: null },
  ...{ mimeType: 'image/png', fileName: null, bytes: 700_000, sha256: null, state: 'stored', reason: null },
  ...{ tries: 1, dueAt: null, at: 1 },
});

const emptyOutbox = {
  ...{ phoneNumberId: '1', contactId: 'c', personKey: 'p', purpose: 'reply', priority: 1, content: null, dueAt: 1 },
  ...{ uselessAfter: 1, attempt: 0, fence: 1, attemptedAt: null, settledAt: null, resent: false, wamid: null },
  ...{ wamidHash: null, errorCode: null, reason: null, sentAt: null, deliveredAt: null, readAt: null, playedAt: null },
  ...{ failedAt: null, failedCode: null, category: null },
};

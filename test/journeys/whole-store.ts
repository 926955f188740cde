import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { tables } from '../../src/composition.js';
import { inDatabase } from '../means/mongod.js';
import { openDatabase } from '../../src/storage/sqlite-binding.js';
import type { Stand } from './stand.js';

/* The store as it lies there, past the server: what a thief of the disk sees, and damage. */

/** Learnt from the articles, megabytes of numbers. */
const MODEL = 'knowledge.model';

/** Everything the store keeps: the raw files of SQLite, or every document of every collection, files in GridFS too. */
export async function everything(stand: Stand): Promise<string> {
  const files = filesUnder(stand.server.dataDir).map((file) => readFileSync(file).toString('utf8'));
  if (stand.mongoUri === undefined) return files.join('\n');
  return inDatabase(stand.mongoUri, async (database) => {
    const documents = (await Promise.all((await database.collections()).map((one) => one.find().toArray()))).flat();
    assert.ok(documents.length > 10);
    const raw = documents.map((one) => Buffer.from(mongoose.mongo.BSON.serialize(one)).toString('utf8'));
    return [...files, ...raw].join('\n');
  });
}

/** Names of the tables in which `text` stands. */
export async function tablesWith(stand: Stand, text: string): Promise<string[]> {
  const rows = await Promise.all(tables.map(async ({ name }) => ({ name, rows: await rowsOf(stand, name) })));
  return rows.filter((table) => JSON.stringify(table.rows).includes(text)).map(({ name }) => name);
}

/** A row as it lies there: JSON is text on SQLite, what is empty is absent on MongoDB. */
export type Row = Readonly<Record<string, unknown>>;

/** All rows of a table, their ids in `id`. */
export async function rowsOf(stand: Stand, table: string): Promise<Row[]> {
  if (stand.mongoUri !== undefined) {
    const rows = await inDatabase(stand.mongoUri, (database) => database.collection(table).find().toArray());
    return rows.map(({ _id, ...row }) => ({ ...row, id: _id }));
  }
  return withSqlite(stand, (database) => database.prepare(`SELECT * FROM "${table}"`).all()) as Row[];
}

/** Makes one message of the person one that nobody can read, and that waits. */
export async function spoilMessage(stand: Stand, personKey: string, raw: Buffer): Promise<void> {
  if (stand.mongoUri !== undefined) {
    const change = { $set: { state: 'waiting', raw: new mongoose.mongo.Binary(raw) } };
    await inDatabase(stand.mongoUri, (database) =>
      database.collection('inbox').updateOne({ personKey, kind: 'message' }, change),
    );
    return;
  }
  const one = `SELECT id FROM inbox WHERE kind = 'message' AND "personKey" = ? LIMIT 1`;
  withSqlite(stand, (database) =>
    database.prepare(`UPDATE inbox SET state = 'waiting', raw = ? WHERE id = (${one})`).run(raw, personKey),
  );
}

/** The key that the person's rows are ordered by. */
export async function personKeyOf(stand: Stand, contactId: string): Promise<string> {
  const rows = (await rowsOf(stand, 'contacts')) as { id: string; personKey: string }[];
  const key = rows.find(({ id }) => id === contactId)?.personKey;
  assert.ok(key);
  return key;
}

function withSqlite<Result>({ server }: Stand, work: (database: ReturnType<typeof openDatabase>) => Result): Result {
  const database = openDatabase(join(server.dataDir, 'vestnik.sqlite'));
  try {
    // The server writes, too.
    database.prepare('PRAGMA busy_timeout = 10000').all();
    return work(database);
  } finally {
    database.close();
  }
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== MODEL)
    .map((entry) => join(entry.parentPath, entry.name));

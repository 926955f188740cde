import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from './refusal.mjs';

/**
 * The account the emulator pretends to be and the server uses. Made once and kept, so that the store (which knows whose it
 * is) and the phone page find each other again after a restart.
 * @typedef {{ phoneNumberId: string, businessAccountId: string, appSecret: string, verifyToken: string, accessToken: string }} Account
 */

const FIELDS = ['phoneNumberId', 'businessAccountId', 'appSecret', 'verifyToken', 'accessToken'];

export const accountPath = (folder) => join(folder, 'account.json');

/**
 * The account kept in `folder`, made at the first call.
 * @param {string} folder `DATA_DIR/emulator-platform`
 * @returns {Promise<Account>}
 */
export async function keptAccount(folder) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = accountPath(folder);
  return (await read(path)) ?? (await make(path));
}

async function read(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const account = JSON.parse(text);
    if (FIELDS.every((field) => typeof account[field] === 'string' && account[field] !== '')) return account;
  } catch {
    // said below, together with the case of a missing field
  }
  throw new Refusal(`${path} does not hold an account any more: delete it, and the data of the emulator with it.`);
}

// Written aside and linked into place: of two starts at once the second finds the first one's file, whole.
async function make(path) {
  const account = {
    phoneNumberId: digits(15),
    businessAccountId: digits(15),
    appSecret: randomBytes(16).toString('hex'),
    verifyToken: randomBytes(12).toString('hex'),
    accessToken: `EAA${randomBytes(60).toString('hex')}`,
  };
  const aside = `${path}.${randomUUID()}`;
  await writeFile(aside, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 });
  try {
    await link(aside, path);
    return account;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return await read(path);
  } finally {
    await rm(aside, { force: true });
  }
}

const digits = (length) =>
  String(randomInt(1, 10)) + Array.from({ length: length - 1 }, () => String(randomInt(10))).join('');

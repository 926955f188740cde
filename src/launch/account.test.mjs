import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountPath, keptAccount } from './account.mjs';
import { Refusal } from './refusal.mjs';

describe("The emulator's account", () => {
  let folder;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'vestnik-account-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('is made once and stays the same', async () => {
    const account = await keptAccount(folder);
    assert.match(account.phoneNumberId, /^[1-9]\d{14}$/);
    assert.deepEqual(await keptAccount(folder), account);
  });

  it('is one and the same for starts at the same moment', async () => {
    const accounts = await Promise.all(Array.from({ length: 8 }, () => keptAccount(folder)));
    assert.equal(new Set(accounts.map(({ appSecret }) => appSecret)).size, 1);
    assert.deepEqual(await readdir(folder), ['account.json']);
  });

  it('is for its owner only', async function () {
    await keptAccount(folder);
    const { mode } = await stat(accountPath(folder));
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600);
  });

  it('is refused, not replaced, when its file is damaged: the store belongs to it', async () => {
    await writeFile(accountPath(folder), '{"phoneNumberId":"1"}');
    await assert.rejects(keptAccount(folder), Refusal);
  });
});

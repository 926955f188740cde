import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { needsBrowser, openBrowser } from './browser.js';
import { isAllowed } from './loopback-only.js';
import { freshMongoUri, needsMongo } from './mongod.js';

describe('The means of the tests', () => {
  describe('the way out', () => {
    it('is closed to every host but this machine', async () => {
      await assert.rejects(fetch('http://192.0.2.1/'), (error: Error) => /loopback only/.test(String(error.cause)));
      await assert.rejects(fetch('http://graph.example/'), (error: Error) => /loopback only/.test(String(error.cause)));
      for (const host of ['127.0.0.1', '127.8.9.1', '::1', '[::1]', 'localhost']) assert.ok(isAllowed(host), host);
      for (const host of ['10.0.0.1', '127.evil.example', '1270.0.0.1', '']) assert.ok(!isAllowed(host), host);
    });
  });

  describe('MongoDB', () => {
    needsMongo();

    it('is a replica set, for it commits transactions, and each database is a new one', async () => {
      const uris = [await freshMongoUri('means'), await freshMongoUri('means')];
      assert.notEqual(uris[0], uris[1]);
      const client = await new mongoose.mongo.MongoClient(uris[0] ?? '').connect();
      try {
        const rows = client.db().collection('rows');
        await client.withSession((session) =>
          session.withTransaction(() => rows.insertMany([{ n: 1 }, { n: 2 }], { session })),
        );
        assert.equal(await rows.countDocuments(), 2);
      } finally {
        await client.close();
      }
    });
  });

  describe('the browser', () => {
    needsBrowser();

    it('shows a page and runs its script', async () => {
      const browser = await openBrowser();
      const page = await browser.newPage();
      await page.setContent('<h1>-</h1><script>document.querySelector("h1").textContent = "привет"</script>');
      assert.equal(await page.textContent('h1'), 'привет');
      await browser.close();
    });
  });

  describe('the caretaker', () => {
    it('ends the children and deletes the folders of a run that was killed', async function () {
      this.timeout(60_000);
      const caretaker = JSON.stringify(new URL('caretaker.js', import.meta.url).href);
      const script = `
        const { lookAfter, temporaryFolder } = await import(${caretaker});
        const { spawn } = await import('node:child_process');
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
        lookAfter(child);
        console.log(JSON.stringify({ pid: child.pid, folder: temporaryFolder('caretaker') }));
        setInterval(() => {}, 1000);`;
      const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: run.stdout })[Symbol.asyncIterator]();
      const line = String((await lines.next()).value);
      const { pid, folder } = JSON.parse(line) as { pid: number; folder: string };
      assert.ok(isRunning(pid) && existsSync(folder));
      run.kill('SIGKILL');
      while (isRunning(pid) || existsSync(join(folder, '.'))) await sleep(50);
    });
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

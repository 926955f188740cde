import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { onBothStores, type StorePlace } from '../../test/means/stores.js';
import { migrations } from '../composition.js';
import { consentLedger } from '../consent/consent-tables.js';
import { NOON, person, said } from '../consent/ledger.fixture.js';
import { Chain, createLedger, readGuards } from '../consent/ledger.js';
import { sealLedger } from '../consent/seals.js';
import { deriveKeys } from '../keys.js';
import type { Engine } from '../storage/engine.js';
import { claimStore } from '../storage/store-stamp.js';

const SECRET = 'a secret of the tests, long enough for all';
const keys = deriveKeys(SECRET);
const ledger = createLedger(keys.ledger);

/** As npm runs it. */
function verify(place: StorePlace, secret = SECRET): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ledger-verify.js')], {
    env: { PATH: process.env['PATH'] ?? '', ...place.environment, SECRET_KEY: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said: text }));
  });
}

onBothStores('npm run ledger:verify', (makePlace) => {
  let place: StorePlace;
  let engine: Engine;
  beforeEach(async () => {
    place = await makePlace();
    engine = await place.open(migrations);
    await claimStore(engine, { owner: null, secretFingerprint: keys.fingerprint });
  });
  afterEach(() => engine.close());

  const say = async (name: string, at: number) => {
    const guard = (await readGuards(engine, [person(name)])).get(person(name));
    const chain = new Chain(ledger, person(name), guard);
    chain.say(said(at % 2 === 0 ? 'optIn' : 'optOut', 'news', NOON + at));
    await engine.commit(chain.ops(), name);
  };

  it('says beside a server that writes that all is whole, and when the last seal was made', async function () {
    this.timeout(60_000);
    await say('ann', 0);
    assert.match((await verify(place)).said, /1 people, 1 entries.*No seal yet.*whole/s);
    await sealLedger(engine, keys.ledger, NOON);
    let writing = true;
    const writer = (async () => {
      for (let at = 0; writing; at += 1) await say(`person${at % 7}`, at);
    })();
    const { code, said: text } = await verify(place);
    writing = false;
    await writer;
    assert.equal(code, 0, text);
    assert.match(text, /Last seal: 2026-11-02T09:00:00.000Z.*The ledger is whole/s);
  });

  it('ends with 1 when an entry was altered or the last one removed, and says which', async function () {
    this.timeout(60_000);
    await say('ann', 0);
    await say('ann', 1);
    await engine.patchMany(consentLedger, [{ id: 'ann:00000001', set: { act: 'optOut' } }]);
    const altered = await verify(place);
    assert.equal(altered.code, 1);
    assert.match(altered.said, /damaged.*ann: entry 1: it was altered/s);
    await engine.patchMany(consentLedger, [{ id: 'ann:00000001', set: { act: 'optIn' } }]);
    assert.equal((await verify(place)).code, 0);
    await engine.removeMany(consentLedger, ['ann:00000002']);
    const cut = await verify(place);
    assert.equal(cut.code, 1);
    assert.match(cut.said, /ann: entries after 1 are missing/);
  });

  it('refuses another SECRET_KEY instead of calling everything damaged', async function () {
    this.timeout(60_000);
    await say('ann', 0);
    const { code, said: text } = await verify(place, 'x'.repeat(40));
    assert.equal(code, 1);
    assert.match(text, /not the SECRET_KEY that the store was made with/);
    assert.equal(text.trim().split('\n').length, 1);
  });
});

import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { migrations } from '../composition.js';
import { createLedger } from '../consent/ledger.js';
import { Chain } from '../consent/ledger.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { loadTexts } from '../load-texts.js';
import type { OutboundContent } from '../messages/outbound.js';
import { documents } from '../documents.js';
import { personalFile } from '../personal-file.js';
import { StoreUnavailable, type Engine } from '../storage/engine.js';
import { Bench, refusedConnection, rejected, unknown } from './dispatcher.fixture.js';
import type { MakeDocument } from './attachments.js';

const CONTENT: OutboundContent = {
  type: 'buttons',
  body: 'all of it',
  buttons: [{ id: 'menu:open', title: 'Menu' }],
  document: { of: 'personalData', language: 'en', fileName: 'my-data.json' },
};
const texts = loadTexts();

onBothStores('A message with a file', (place) => {
  let engine: Engine;
  let bench: Bench;

  before(async () => (engine = await (await place()).open(migrations)));
  after(() => engine?.close());
  beforeEach(() => (bench = new Bench(engine)));
  afterEach(() => bench.stop());

  const make: MakeDocument = ({ fileName }, contact, body) =>
    Promise.resolve({
      file: { bytes: Buffer.from(contact.id), mimeType: 'text/plain', fileName },
      body: `${body}: ${contact.id}`,
    });
  const queue = async (person?: ContactRow) => bench.queue(person ?? (await bench.person()), { content: CONTENT });

  it('has the file made and uploaded first, and leaves with its id', async () => {
    const person = await bench.person();
    const row = await queue(person);
    bench.dispatcher({ makeDocument: make });
    const { content } = await bench.untilState(row, 'accepted');
    assert.deepEqual(content, CONTENT, 'nothing of the file stays');
    const [upload] = bench.cloudApi.uploads;
    assert.equal(Buffer.from(upload?.bytes ?? []).toString(), person.id);
    const [sent] = bench.cloudApi.sent;
    assert.deepEqual(sent?.message.attachment, { mediaId: 'media-1', fileName: 'my-data.json' });
    assert.deepEqual(sent?.message.content, {
      type: 'buttons',
      body: `all of it: ${person.id}`,
      buttons: [{ id: 'menu:open', title: 'Menu' }],
    });
    assert.deepEqual(bench.cloudApi.discarded, []);
  });

  it('leaves as words alone where there is no file any more', async () => {
    const row = await queue();
    bench.dispatcher({ makeDocument: () => Promise.resolve({ body: 'it is over' }) });
    await bench.untilState(row, 'accepted');
    const [sent] = bench.cloudApi.sent;
    assert.deepEqual(
      [sent?.message.content, sent?.message.attachment],
      [{ type: 'buttons', body: 'it is over', buttons: [{ id: 'menu:open', title: 'Menu' }] }, undefined],
    );
    assert.deepEqual([bench.cloudApi.uploads, bench.cloudApi.discarded], [[], []]);
  });

  for (const [what, failure] of [
    ['nobody answers', refusedConnection],
    ['the platform is out of order', { kind: 'notSent', scope: 'person', reason: 'serverError' }],
    ['the store is out while it is made', undefined],
  ] as const)
    it(`waits when ${what}: no message has gone out, and none is unknown`, async () => {
      if (failure) bench.cloudApi.uploadResults.push(failure);
      let fails = failure === undefined;
      const row = await queue();
      bench.dispatcher({
        makeDocument: (...args) => {
          if (!fails) return make(...args);
          fails = false;
          return Promise.reject(new StoreUnavailable('out'));
        },
      });
      await bench.until(() => bench.results.includes('notSent'));
      await bench.until(async () => (await bench.row(row)).state === 'queued');
      assert.equal(bench.cloudApi.sent.length, 0);
      for (let minute = 0; minute < 3; minute += 1) await bench.pass(31_000);
      await bench.untilState(row, 'accepted');
      assert.equal(bench.cloudApi.sent.length, 1);
    });

  it('is refused for good when its file is', async () => {
    bench.cloudApi.uploadResults.push({ kind: 'rejected', code: 131053, reason: 'invalid' });
    const row = await queue();
    bench.dispatcher({ makeDocument: make });
    const { errorCode } = await bench.untilState(row, 'rejected');
    assert.equal(errorCode, 131053);
    assert.equal(bench.cloudApi.sent.length, 0);
  });

  it('leaves no file behind when it is refused itself, and keeps the one of a message that may have gone out', async () => {
    bench.cloudApi.then(rejected);
    const refused = await queue();
    bench.dispatcher({ makeDocument: make });
    await bench.untilState(refused, 'rejected');
    await bench.until(() => bench.cloudApi.discarded.length === 1);
    bench.cloudApi.then(unknown);
    const lost = await queue();
    await bench.untilState(lost, 'unknown');
    assert.deepEqual(bench.cloudApi.discarded, ['media-1']);
  });

  it('keeps nobody else waiting while files go up, eight at a time', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let made = 0;
    for (let index = 0; index < 12; index += 1) await queue();
    const other = await bench.queue(await bench.person());
    bench.dispatcher({
      makeDocument: async (...args) => {
        made += 1;
        await held;
        return make(...args);
      },
    });
    await bench.untilState(other, 'accepted');
    assert.equal(made, 8);
    release();
    await bench.until(() => bench.cloudApi.sent.length === 13);
  });

  it('holds what the register knows at that moment, with a summary', async () => {
    const person = await bench.person([{ kind: 'userId', value: 'KZ.hidden' }]);
    const chain = new Chain(createLedger(Buffer.alloc(32, 3)), person.id, undefined);
    const evidence = { channel: 'chat', recordedAt: bench.clock.now() } as const;
    chain.say({ act: 'optIn', topic: 'news', at: bench.clock.now(), evidence });
    await engine.commit(chain.ops());
    const row = await queue(person);
    const window = () => Promise.reject(new Error('nobody asked for a window'));
    bench.dispatcher({
      makeDocument: documents({ personalData: personalFile(engine, texts, 'Europe/Moscow'), window }),
    });
    await bench.untilState(row, 'accepted');
    const [upload] = bench.cloudApi.uploads;
    assert.deepEqual([upload?.fileName, upload?.mimeType], ['my-data.json', 'text/plain']);
    const known = JSON.parse(Buffer.from(upload?.bytes ?? []).toString()) as Record<string, object[]>;
    assert.deepEqual(Object.keys(known).sort(), ['consentGuards', 'consentLedger', 'contacts', 'outbox']);
    const [sent] = bench.cloudApi.sent;
    assert.match(JSON.stringify(sent?.message.content), /We do not know your phone number.*Subscriptions: news/);
  });
});

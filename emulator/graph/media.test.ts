import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Rig } from '../testing/rig.js';

const AIGUL = { to: '+77010000001' };
const DAY_MS = 24 * 60 * 60 * 1000;
const KiB = 1024;

/** The head of a WebP whose extended header says whether it moves. */
const webp = (bytes: number, moving: boolean): Buffer => {
  const made = Buffer.alloc(bytes);
  made.write('RIFF____WEBPVP8X', 0, 'latin1');
  made[20] = moving ? 0x02 : 0x10;
  return made;
};

describe('media', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
    await rig.hear('aigul');
  });
  afterEach(() => rig.close());

  it('takes a file, tells about it, gives its bytes, sends it, deletes it', async () => {
    const { id } = (await rig.upload('png', 'image/png', 'a.png')).body;
    const { body } = await rig.graph('GET', `/${id}?phone_number_id=1001`);
    assert.deepEqual(
      [body.mime_type, body.file_size, body.id, body.messaging_product],
      ['image/png', 3, id, 'whatsapp'],
    );
    assert.match(body.sha256, /^[0-9a-f]{64}$/);
    assert.equal(await (await rig.fetchWithToken(body.url)).text(), 'png');
    assert.equal((await rig.send({ ...AIGUL, type: 'image', image: { id, caption: 'look' } })).status, 200);
    assert.equal((await rig.graph('GET', `/${id}?phone_number_id=9`)).body.error.error_subcode, 33);
    assert.deepEqual((await rig.graph('DELETE', `/${id}`)).body, { success: true });
    assert.equal((await rig.graph('GET', `/${id}`)).status, 400);
    assert.equal((await rig.send({ ...AIGUL, type: 'image', image: { id } })).body.error.code, 131009);
  });

  it('takes the type from the form when the part has none of its own', async () => {
    const { id } = (await rig.upload('pdf', '', 'a.pdf', { type: 'application/pdf' })).body;
    assert.equal((await rig.graph('GET', `/${id}`)).body.mime_type, 'application/pdf');
  });

  it('refuses an upload without its parameters, of a type that cannot be sent, or to another number', async () => {
    const wrong = async (answer: Promise<{ body: { error?: { code: number } } }>) => (await answer).body.error?.code;
    assert.equal(await wrong(rig.upload('x', 'model/obj')), 131053);
    assert.equal(await wrong(rig.upload('x', 'image/png', 'a.png', { messaging_product: 'sms' })), 100);
    assert.equal(await wrong(rig.upload('', 'image/png')), 100);
    assert.equal(await wrong(rig.graph('POST', '/1001/media', {})), 100);
    assert.equal(await wrong(rig.graph('POST', '/9/media', {})), 100);
  });

  for (const [type, mostBytes] of [
    ['image/png', 5 * KiB * KiB],
    ['video/mp4', 16 * KiB * KiB],
    ['audio/ogg', 16 * KiB * KiB],
    ['image/webp', 500 * KiB],
  ] as const) {
    it(`takes ${type} of ${mostBytes} bytes and no more (131053)`, async () => {
      assert.equal((await rig.upload(Buffer.alloc(mostBytes), type)).status, 200);
      assert.equal((await rig.upload(Buffer.alloc(mostBytes + 1), type)).body.error.code, 131053);
    });
  }

  it('sends a file only as what it is, though anything as a document (131053)', async () => {
    const { id } = (await rig.upload('png', 'image/png')).body;
    assert.equal((await rig.send({ ...AIGUL, type: 'audio', audio: { id } })).body.error.code, 131053);
    assert.equal((await rig.send({ ...AIGUL, type: 'document', document: { id, filename: 'a.png' } })).status, 200);
  });

  it('sends a still sticker of 100 KB and a moving one of 500 KB', async () => {
    const send = async (bytes: Buffer) => {
      const { id } = (await rig.upload(bytes, 'image/webp')).body;
      return (await rig.send({ ...AIGUL, type: 'sticker', sticker: { id } })).body.error?.code;
    };
    assert.equal(await send(webp(100 * KiB, false)), undefined);
    assert.equal(await send(webp(100 * KiB + 1, false)), 131053);
    assert.equal(await send(webp(500 * KiB, true)), undefined);
  });

  it('sends an interactive message with a document in its header, and the page can open it', async () => {
    const { id } = (await rig.upload('%PDF', 'application/pdf', 'счёт.pdf')).body;
    const message = (document: unknown) => ({
      ...AIGUL,
      type: 'interactive',
      interactive: {
        type: 'button',
        header: { type: 'document', document },
        body: { text: 'Your bill' },
        action: { buttons: [{ type: 'reply', reply: { id: 'ok', title: 'Fine' } }] },
      },
    });
    assert.equal((await rig.send(message({ id, filename: 'bill.pdf' }))).status, 200);
    assert.equal((await rig.send(message({ id: '4711' }))).body.error.code, 131009);
    assert.equal((await rig.send(message(undefined))).body.error.code, 131008);
    const shown = await fetch(`${rig.url}/_emulator/media/${id}`);
    assert.deepEqual([shown.headers.get('content-type'), await shown.text()], ['application/pdf', '%PDF']);
    assert.match(shown.headers.get('content-disposition') ?? '', /^inline; filename\*=UTF-8''%D1%81/);
  });

  it('checks the file in the header of a template', async () => {
    await rig.control('POST', '/templates', { name: 'bill', language: 'ru' });
    const send = (document: unknown) => {
      const components = [{ type: 'header', parameters: [{ type: 'document', document }] }];
      return rig.send({ ...AIGUL, type: 'template', template: { name: 'bill', language: { code: 'ru' }, components } });
    };
    assert.equal((await send({ id: '4711' })).body.error.code, 131009);
    const { id } = (await rig.upload('%PDF', 'application/pdf')).body;
    assert.equal((await send({ id })).status, 200);
  });

  it('lets an address live five minutes, and nobody make it live longer', async () => {
    const { id } = (await rig.upload('x', 'text/plain')).body;
    const { url } = (await rig.graph('GET', `/${id}`)).body;
    const later = url.replace(/ext=(\d+)/, (_: string, ext: string) => `ext=${Number(ext) + DAY_MS}`);
    assert.equal((await rig.fetchWithToken(later)).status, 404);
    assert.equal((await fetch(url)).status, 401);
    await rig.control('POST', '/clock', { advanceMs: 5 * 60_000 - 1_000 });
    assert.equal((await rig.fetchWithToken(url)).status, 200);
    await rig.control('POST', '/clock', { advanceMs: 2_000 });
    assert.equal((await rig.fetchWithToken(url)).status, 404);
  });

  it("forgets an uploaded file after 30 days and a customer's after 7", async () => {
    const { id: ours } = (await rig.upload('x', 'text/plain')).body;
    await rig.control('POST', '/people/aigul/messages', { type: 'image' });
    await rig.until(() => rig.messages().length === 1);
    const theirs = (rig.messages()[0]?.['image'] as { id: string }).id;
    await rig.control('POST', '/clock', { advanceMs: 7 * DAY_MS + 60_000 });
    assert.equal((await rig.graph('GET', `/${theirs}`)).status, 400);
    assert.equal((await rig.graph('GET', `/${ours}`)).status, 200);
    await rig.control('POST', '/clock', { advanceMs: 23 * DAY_MS });
    assert.equal((await rig.graph('GET', `/${ours}`)).status, 400);
  });

  it('lets a customer send a file of their own, and the server download it', async () => {
    const url = `${rig.url}/_emulator/media?type=application%2Fpdf&filename=passport.pdf`;
    const headers = { 'content-type': 'application/octet-stream' };
    const made = (await (await fetch(url, { method: 'POST', headers, body: '%PDF-mine' })).json()) as { id: string };
    await rig.control('POST', '/people/aigul/messages', {
      type: 'document',
      document: { id: made.id, caption: 'my own' },
    });
    await rig.until(() => rig.messages().length === 1);
    const document = rig.messages()[0]?.['document'] as Record<string, string>;
    assert.deepEqual(
      [document['id'], document['filename'], document['mime_type'], document['caption']],
      [made.id, 'passport.pdf', 'application/pdf', 'my own'],
    );
    assert.equal(await (await rig.fetchWithToken(document['url'] ?? '')).text(), '%PDF-mine');
  });

  it('gives stand-ins that programs can open: a voice note, a document, a picture', async () => {
    const beginnings: Record<string, string> = {
      audio: 'OggS',
      document: '%PDF-',
      image: '\xff\xd8\xff',
      sticker: 'RIFF',
    };
    for (const [type, beginning] of Object.entries(beginnings)) {
      await rig.control('POST', '/people/aigul/messages', { type });
      await rig.until(() => rig.messages().some((each) => each['type'] === type));
      const part = rig.messages().find((each) => each['type'] === type)?.[type] as { url: string; sha256: string };
      const bytes = Buffer.from(await (await rig.fetchWithToken(part.url)).arrayBuffer());
      assert.equal(bytes.toString('latin1', 0, beginning.length), beginning);
    }
  });
});

describe('media on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'emulator-media-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('outlive a restart, and are gone from the disk once deleted', async () => {
    let rig = await Rig.start({ dataDir: folder });
    const { id } = (await rig.upload('kept', 'text/plain', 'a.txt')).body;
    await rig.close();
    rig = await Rig.start({ dataDir: folder });
    const { url } = (await rig.graph('GET', `/${id}`)).body;
    assert.equal(await (await rig.fetchWithToken(url)).text(), 'kept');
    assert.deepEqual(readdirSync(path.join(folder, 'media')), [id]);
    await rig.graph('DELETE', `/${id}`);
    assert.deepEqual(readdirSync(path.join(folder, 'media')), []);
    await rig.close();
  });
});

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { needs } from '../means/availability.js';
import { startEmulator, type RunningEmulator } from '../means/server.js';

type Json = Record<string, unknown>;
type Make<Made = object> = new (...given: unknown[]) => Made;

/** As much of `whatsapp-api-js` as is used here. */
interface Wajs extends Record<string, unknown> {
  readonly WhatsAppAPI: Make<{
    on: { message?: (event: { message: Json }) => void; status?: (event: { id: string; status: string }) => void };
    sendMessage(phoneId: string, to: string, message: object, context?: string, data?: string): Promise<Json>;
    markAsRead(phoneId: string, id: string, indicator?: string): Promise<Json>;
    post(data: unknown, raw: string, signature: string): Promise<unknown>;
    get(query: Json): string;
    uploadMedia(phoneId: string, form: FormData): Promise<{ id: string }>;
    retrieveMedia(id: string, phoneId?: string): Promise<{ url: string; mime_type: string }>;
    fetchMedia(url: string): Promise<Response>;
    deleteMedia(id: string): Promise<Json>;
    createQR(phoneId: string, text: string, format?: string): Promise<{ code: string }>;
    retrieveQR(phoneId: string, id?: string): Promise<{ data: Json[] }>;
    updateQR(phoneId: string, id: string, text: string): Promise<Json>;
    deleteQR(phoneId: string, id: string): Promise<Json>;
    blockUser(phoneId: string, user: string): Promise<Json>;
    unblockUser(phoneId: string, user: string): Promise<Json>;
  }>;
}

/** As much of `@kapso/whatsapp-cloud-api` as is used here. */
interface Kapso {
  readonly WhatsAppClient: Make<{
    messages: Record<string, (input: Json) => Promise<{ messages: { id: string }[] }>>;
    media: Record<string, (input: Json) => Promise<Json>>;
    templates: Record<string, (input: Json) => Promise<Json>>;
    phoneNumbers: { businessProfile: Record<string, (input: Json) => Promise<Json>> };
  }>;
}
interface KapsoServer {
  verifySignature(of: { appSecret: string; rawBody: Buffer; signatureHeader?: string }): boolean;
  normalizeWebhook(payload: unknown): { messages: Json[]; statuses: Json[]; contacts: Json[] };
}

// By name, so that everything else compiles where these two are not installed.
const load = async (name: string): Promise<unknown> => import(name);

const AIGUL = '77010000001';
const DANA = 'KZ.9zQ1';
const WITHIN_MS = 5_000;
const LINK = 'https://example.org/file';

describe('Two public clients that know nothing of us', function () {
  this.timeout(60_000);
  needs('The public clients (devDependencies)', async () => {
    try {
      await Promise.all([load('whatsapp-api-js'), load('@kapso/whatsapp-cloud-api')]);
      return { kind: 'found', path: 'node_modules', origin: 'npm' };
    } catch (error) {
      return { kind: 'missing', reason: `${(error as Error).message}; run npm ci` };
    }
  });

  let server: Server;
  let emulator: RunningEmulator;
  let phoneNumberId: string;
  let take: (raw: Buffer, signature: string) => Promise<void> | void = () => undefined;
  let faults: unknown[] = [];

  before(async () => {
    server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    emulator = await startEmulator({ webhookUrl: `http://127.0.0.1:${port}/hook` });
    phoneNumberId = emulator.account.phoneNumberId;
    await control('POST', '/settings', { statuses: { sentMs: 0, deliveredMs: 0 }, pairRate: false });
    const components = [{ type: 'BODY', text: 'Здравствуйте, {{1}}, ждём вас.' }];
    await control('POST', '/templates', { name: 'visit', language: 'ru', components });
  });
  after(async () => {
    await emulator?.program.stop();
    server?.close();
  });
  beforeEach(async () => {
    faults = [];
    for (const person of ['aigul', 'dana']) await control('POST', `/people/${person}/messages`, { text: 'hello' });
    await control('POST', `/people/dana/messages`, { text: 'hello' });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    try {
      await take(Buffer.concat(chunks), String(request.headers['x-hub-signature-256']));
    } catch (error) {
      faults.push(error);
    }
    response.end();
  }

  async function control(method: string, path: string, body: unknown): Promise<Json> {
    const headers = { 'content-type': 'application/json' };
    const sent = { method, headers, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }) };
    return (await (await fetch(`${emulator.url}/_emulator${path}`, sent)).json()) as Json;
  }

  /** @returns the wamid of what the person wrote */
  async function write(person: string, draft: Json): Promise<string> {
    const { messages } = (await control('POST', `/people/${person}/messages`, draft)) as { messages: { id: string }[] };
    return messages[0]?.id ?? '';
  }

  async function eventually(holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + WITHIN_MS; !holds() && Date.now() < deadline;) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.deepEqual(faults, []);
    assert.ok(holds(), 'it did not come true');
  }

  const INBOUND: readonly Json[] = [
    { type: 'text', text: 'Ёж 👍 </script> 100%' },
    { type: 'image', image: { caption: 'фото' } },
    { type: 'video' },
    { type: 'audio' },
    { type: 'document' },
    { type: 'sticker' },
    { type: 'location', location: { latitude: 43.2, longitude: 76.9, name: 'Алматы' } },
    {
      type: 'contacts',
      contacts: [{ name: { formatted_name: 'A B', first_name: 'A' }, phones: [{ phone: '+77010000002' }] }],
    },
    { type: 'button', button: { payload: 'p', text: 'Да' }, context: { from: '15550100001', id: 'wamid.X' } },
    { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'row', title: 'Row' } } },
    {
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{}' } },
    },
    { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👍' } },
    {
      type: 'order',
      order: {
        catalog_id: 'c',
        product_items: [{ product_retailer_id: 'p', quantity: 1, item_price: 1.5, currency: 'KZT' }],
      },
    },
    { type: 'unsupported' },
  ];

  describe('whatsapp-api-js', () => {
    let api: InstanceType<Wajs['WhatsAppAPI']>;
    let part: (name: string) => Make;
    const heard: Json[] = [];
    const statuses: { id: string; status: string }[] = [];

    before(async () => {
      const { WhatsAppAPI } = (await load('whatsapp-api-js')) as Wajs;
      const messages = (await load('whatsapp-api-js/messages')) as Record<string, Make>;
      part = (name) => {
        const found = messages[name];
        assert.ok(found, `whatsapp-api-js has no ${name}`);
        return found;
      };
      // It speaks to graph.facebook.com and to nobody else: only the host is changed.
      const through = (url: string | URL, options?: RequestInit) =>
        fetch(String(url).replace('https://graph.facebook.com', emulator.url), options);
      const { accessToken: token, appSecret, verifyToken: webhookVerifyToken } = emulator.account;
      api = new WhatsAppAPI({ token, appSecret, webhookVerifyToken, v: 'v25.0', ponyfill: { fetch: through } });
      api.on.message = ({ message }) => void heard.push(message);
      api.on.status = ({ id, status }) => void statuses.push({ id, status });
    });
    beforeEach(() => {
      take = async (raw, signature) => void (await api.post(JSON.parse(raw.toString()), raw.toString(), signature));
      heard.length = 0;
      statuses.length = 0;
    });

    it('sends every type it knows, and hears sent and delivered of each', async () => {
      const make = (name: string, ...given: unknown[]) => new (part(name))(...given);
      const body = make('Body', 'body');
      const section = make('ListSection', 'section', make('Row', 'r', 'row', 'about'));
      const products = make('ProductSection', 'goods', make('Product', 'p1'));
      const all: Record<string, object> = {
        text: make('Text', 'привет', true),
        image: make('Image', LINK, false, 'caption'),
        video: make('Video', LINK),
        audio: make('Audio', LINK),
        document: make('Document', LINK, false, 'caption', 'a.pdf'),
        sticker: make('Sticker', LINK),
        location: make('Location', 76.9, 43.2, 'Almaty', 'Abay'),
        contacts: make('Contacts', [make('Name', 'A B', 'A'), make('Phone', '+77010000002', 'CELL')]),
        buttons: make(
          'Interactive',
          make('ActionButtons', make('Button', 'b', 'yes')),
          body,
          make('Header', make('Document', LINK, false, undefined, 'a.pdf')),
          make('Footer', 'foot'),
        ),
        list: make('Interactive', make('ActionList', 'open', section), body),
        link: make('Interactive', make('ActionCTA', 'go', 'https://example.org'), body),
        flow: make('Interactive', make('ActionNavigateFlow', 'token', '1', 'open', 'WELCOME'), body),
        place: make('Interactive', make('ActionLocation'), body),
        number: make('Interactive', make('ActionContactRequest'), body),
        call: make('Interactive', make('ActionCallPermission'), body),
        catalog: make('Interactive', make('ActionCatalog', make('Product', 'p1')), body),
        product: make('Interactive', make('ActionProduct', make('CatalogProduct', 'p1', 'c1')), body),
        products: make('Interactive', make('ActionProductList', 'c1', products), body, make('Header', 'goods')),
        template: make('Template', 'visit', 'ru', make('BodyComponent', make('BodyParameter', 'Айгуль'))),
        reaction: make('Reaction', await lastWamid(), '👍'),
      };
      for (const [name, message] of Object.entries(all)) {
        const sent = await api.sendMessage(phoneNumberId, AIGUL, message, undefined, `row:${name}`);
        const [made] = (sent['messages'] ?? []) as { id: string }[];
        assert.ok(made, `${name}: ${JSON.stringify(sent)}`);
        await eventually(() =>
          statuses.some((each) => each.id === made.id && each.status === (name === 'reaction' ? 'sent' : 'delivered')),
        );
      }
      const bubbles = (await control('GET', '/people/aigul/messages', undefined))['items'] as { direction: string }[];
      assert.ok(bubbles.filter((each) => each.direction === 'out').length >= Object.keys(all).length);
    });

    const lastWamid = async (): Promise<string> => {
      const items = (await control('GET', '/people/aigul/messages', undefined))['items'] as { id: string }[];
      return items.at(-1)?.id ?? '';
    };

    it('reads every inbound type, from somebody with a number and somebody without, and marks it read', async () => {
      for (const person of ['aigul', 'dana']) {
        for (const draft of INBOUND) {
          const id = await write(person, draft);
          await eventually(() => heard.some((each) => each['id'] === id && each['type'] === draft['type']));
          const read = await api.markAsRead(phoneNumberId, id, 'text');
          assert.deepEqual(read, { success: true });
        }
      }
    });

    it('sends to a BSUID, answers the handshake, and uses media, short links and the block list', async () => {
      const sent = await api.sendMessage(phoneNumberId, DANA, new (part('Text'))('hi'));
      assert.deepEqual(sent['contacts'], [{ input: DANA, user_id: DANA }]);
      const challenge = {
        'hub.mode': 'subscribe',
        'hub.verify_token': emulator.account.verifyToken,
        'hub.challenge': '42',
      };
      assert.equal(api.get(challenge), '42');
      const form = new FormData();
      form.set('file', new Blob(['%PDF'], { type: 'application/pdf' }), 'a.pdf');
      const { id } = await api.uploadMedia(phoneNumberId, form);
      const { url, mime_type: type } = await api.retrieveMedia(id, phoneNumberId);
      assert.deepEqual([type, await (await api.fetchMedia(url)).text()], ['application/pdf', '%PDF']);
      assert.deepEqual(await api.deleteMedia(id), { success: true });
      const { code } = await api.createQR(phoneNumberId, 'START', 'png');
      assert.equal((await api.updateQR(phoneNumberId, code, 'MENU'))['prefilled_message'], 'MENU');
      assert.equal((await api.retrieveQR(phoneNumberId)).data.length, 1);
      assert.deepEqual(await api.deleteQR(phoneNumberId, code), { success: true });
      for (const act of [api.blockUser.bind(api), api.unblockUser.bind(api)]) {
        const answered = await act(phoneNumberId, AIGUL);
        assert.equal(answered['error'], undefined, JSON.stringify(answered));
      }
    });
  });

  describe('@kapso/whatsapp-cloud-api', () => {
    let client: InstanceType<Kapso['WhatsAppClient']>;
    let tools: KapsoServer;
    const heard: Json[] = [];
    const statuses: Json[] = [];

    before(async () => {
      const { WhatsAppClient } = (await load('@kapso/whatsapp-cloud-api')) as Kapso;
      tools = (await load('@kapso/whatsapp-cloud-api/server')) as KapsoServer;
      client = new WhatsAppClient({
        accessToken: emulator.account.accessToken,
        baseUrl: emulator.url,
        graphVersion: 'v25.0',
      });
    });
    beforeEach(() => {
      take = (rawBody, signatureHeader) => {
        assert.ok(tools.verifySignature({ appSecret: emulator.account.appSecret, rawBody, signatureHeader }));
        const told = tools.normalizeWebhook(JSON.parse(rawBody.toString()));
        heard.push(...told.messages);
        statuses.push(...told.statuses);
      };
      heard.length = 0;
      statuses.length = 0;
    });

    it('sends every type it knows, and hears delivered of each', async () => {
      const to = { phoneNumberId, to: `+${AIGUL}` };
      const picture = { type: 'image', image: { link: LINK } };
      const card = (cardIndex: number) => ({
        cardIndex,
        header: picture,
        bodyText: 'card',
        action: { type: 'cta_url', displayText: 'go', url: LINK },
      });
      const all: Record<string, Json> = {
        sendText: { body: 'привет', previewUrl: true },
        sendImage: { image: { link: LINK, caption: 'фото' } },
        sendAudio: { audio: { link: LINK } },
        sendDocument: { document: { link: LINK, filename: 'a.pdf' } },
        sendVideo: { video: { link: LINK } },
        sendSticker: { sticker: { link: LINK } },
        sendLocation: { location: { latitude: 43.2, longitude: 76.9, name: 'Almaty', address: 'Abay' } },
        sendContacts: {
          contacts: [
            { name: { formattedName: 'A B', firstName: 'A' }, phones: [{ phone: '+77010000002', type: 'CELL' }] },
          ],
        },
        sendInteractiveButtons: { header: picture, bodyText: 'b', buttons: [{ id: 'y', title: 'Yes' }] },
        sendInteractiveList: {
          bodyText: 'b',
          buttonText: 'open',
          sections: [{ title: 's', rows: [{ id: 'r', title: 'row' }] }],
        },
        sendInteractiveCtaUrl: { bodyText: 'b', parameters: { displayText: 'go', url: LINK } },
        sendInteractiveFlow: { bodyText: 'b', parameters: { flowId: '1', flowCta: 'open', flowToken: 't' } },
        sendInteractiveLocationRequest: { bodyText: 'b', parameters: { requestMessage: 'where?' } },
        sendInteractiveCallPermission: { bodyText: 'b', parameters: { phoneNumber: `+${AIGUL}` } },
        sendInteractiveAddress: { bodyText: 'b', parameters: { country: 'IN' } },
        sendInteractiveProduct: { bodyText: 'b', catalogId: 'c', productRetailerId: 'p' },
        sendInteractiveProductList: {
          bodyText: 'b',
          header: { type: 'text', text: 'goods' },
          catalogId: 'c',
          sections: [{ title: 's', productItems: [{ productRetailerId: 'p' }] }],
        },
        sendInteractiveCatalogMessage: { bodyText: 'b', parameters: { thumbnailProductRetailerId: 'p' } },
        sendInteractiveCarousel: { bodyText: 'b', cards: [card(0), card(1)] },
        sendTemplate: {
          template: {
            name: 'visit',
            language: { code: 'ru' },
            components: [{ type: 'body', parameters: [{ type: 'text', text: 'Айгуль' }] }],
          },
        },
      };
      for (const [method, input] of Object.entries(all)) {
        const send = client.messages[method];
        assert.ok(send, `there is no ${method}`);
        const sent = await send
          .call(client.messages, { ...to, ...input })
          .catch((error: unknown) => assert.fail(`${method}: ${String(error)}`));
        const id = sent.messages[0]?.id;
        await eventually(() => statuses.some((each) => each['id'] === id && each['status'] === 'delivered'));
      }
      const reaction = { ...to, reaction: { messageId: String(statuses.at(-1)?.['id']), emoji: '👍' } };
      assert.ok((await client.messages['sendReaction']?.(reaction))?.messages[0]?.id);
    });

    it('reads every inbound type, from somebody with a number and somebody without', async () => {
      for (const person of ['aigul', 'dana']) {
        for (const draft of INBOUND) {
          const id = await write(person, draft);
          await eventually(() => heard.some((each) => each['id'] === id && each['type'] === draft['type']));
        }
      }
    });

    it('uses media, templates and the profile', async () => {
      const file = new Blob(['png'], { type: 'image/png' });
      const { id: mediaId } =
        (await client.media['upload']?.({ phoneNumberId, type: 'image', file, fileName: 'a.png' })) ?? {};
      assert.equal((await client.media['get']?.({ mediaId, phoneNumberId }))?.['mimeType'], 'image/png');
      await client.media['delete']?.({ mediaId, phoneNumberId });
      const { businessAccountId } = emulator.account;
      const components = [{ type: 'BODY', text: 'Сделано чужим клиентом.' }];
      const made = await client.templates['create']?.({
        businessAccountId,
        name: 'made',
        language: 'ru',
        category: 'UTILITY',
        components,
      });
      assert.equal(made?.['status'], 'PENDING');
      const page = await client.templates['list']?.({ businessAccountId, limit: 10 });
      assert.equal((page?.['data'] as unknown[]).length, 2);
      const one = await client.templates['get']?.({ businessAccountId, templateId: made?.['id'] });
      assert.equal(one?.['name'], 'made');
      await client.templates['delete']?.({ businessAccountId, name: 'made' });
      await client.phoneNumbers.businessProfile['update']?.({ phoneNumberId, about: 'О нас' });
      const profile = await client.phoneNumbers.businessProfile['get']?.({ phoneNumberId });
      assert.equal((profile?.['data'] as Json[])[0]?.['about'], 'О нас');
    });
  });
});

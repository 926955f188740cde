import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '../journeys/eventually.js';
import { needsBrowser, openBrowser } from '../means/browser.js';
import { temporaryFolder } from '../means/caretaker.js';
import { startEmulator, type RunningEmulator } from '../means/server.js';

const pictures = process.env['VESTNIK_PICTURES'] ?? temporaryFolder('pictures');
const WITHIN_MS = 20_000;
type Json = Record<string, unknown>;

describe('The phone page of the emulator', function () {
  this.timeout(90_000);
  needsBrowser();
  let server: Server;
  let emulator: RunningEmulator;
  let browser: Browser;
  let webhooks: Json[] = [];

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        webhooks.push(JSON.parse(Buffer.concat(chunks).toString()) as Json);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    emulator = await startEmulator({ webhookUrl: `http://127.0.0.1:${port}/hook` });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await emulator?.program.stop();
    server?.close();
  });
  beforeEach(async () => {
    await control('POST', '/reset', {});
    await control('POST', '/settings', { statuses: { sentMs: 0, deliveredMs: 0, readMs: 0 } });
    webhooks = [];
  });

  const send = async (to: Json, body: Json): Promise<string> => {
    const { phoneNumberId, accessToken } = emulator.account;
    const response = await fetch(`${emulator.url}/v25.0/${phoneNumberId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ messaging_product: 'whatsapp', ...to, ...body }),
    });
    const answer = (await response.json()) as { messages?: { id: string }[]; error?: unknown };
    assert.ok(answer.messages?.[0], JSON.stringify(answer));
    return answer.messages[0].id;
  };
  const AIGUL = { to: '+77010000001' };

  async function control(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${emulator.url}/_emulator${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return (await response.json()) as Json;
  }

  async function open(options: Parameters<Browser['newContext']>[0] & object): Promise<Page> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(WITHIN_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => assert.fail(`the page broke: ${error.message}`));
    await page.goto(`${emulator.url}/#aigul`);
    await page.getByTestId('message-input').waitFor();
    return page;
  }
  const desk = (locale = 'ru-RU') => open({ locale, viewport: { width: 1280, height: 900 } });
  const write = async (page: Page, text: string) => {
    await page.getByTestId('message-input').fill(text);
    await page.getByTestId('send').click();
  };
  const bubbles = (page: Page, direction: string) => page.locator(`[data-testid=bubble][data-direction=${direction}]`);
  const picture = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const fits = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
  const heard = (): Json[] =>
    webhooks
      .flatMap((each) => each['entry'] as { changes: { value: { messages?: Json[] } }[] }[])
      .flatMap((entry) => entry.changes.flatMap((change) => change.value.messages ?? []));

  /** Waits until the server has heard so many messages: a bubble stands on the page before its webhook has arrived. */
  const hears = (count: number) => eventually(() => heard().length === count, WITHIN_MS, `${count} messages`);

  it('shows and opens files of both sides, and sends one of the customer’s own', async () => {
    const page = await desk();
    await write(page, 'привет');
    for (const kind of ['image', 'audio', 'document', 'video']) {
      await page.locator('#attach').click();
      await page.getByTestId(`attach-${kind}`).click();
      if (kind === 'document') {
        const file = { name: 'паспорт.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 mine') };
        await page.getByTestId('attach-file').setInputFiles(file);
        await page.getByTestId('attach-caption').fill('мой документ');
      }
      await page.getByTestId('attach-send').click();
      await page.locator(`[data-type=${kind}] [data-testid=media]`).waitFor();
    }
    await hears(5);
    const sent = heard().find((each) => each['type'] === 'document')?.['document'] as Json;
    assert.deepEqual([sent['filename'], sent['caption']], ['паспорт.pdf', 'мой документ']);
    const image = page.locator('[data-type=image] img');
    await image.evaluate('(node) => node.decode()');
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('file', new Blob(['%PDF-1.4 bill'], { type: 'application/pdf' }), 'счёт.pdf');
    const { phoneNumberId, accessToken } = emulator.account;
    const headers = { authorization: `Bearer ${accessToken}` };
    const upload = await fetch(`${emulator.url}/v25.0/${phoneNumberId}/media`, { method: 'POST', headers, body: form });
    const { id } = (await upload.json()) as { id: string };
    await send(AIGUL, {
      type: 'interactive',
      interactive: {
        type: 'button',
        header: { type: 'document', document: { id, filename: 'счёт.pdf' } },
        body: { text: 'Ваш счёт за ноябрь. *Спасибо!*' },
        action: { buttons: [{ type: 'reply', reply: { id: 'ok', title: 'Вижу' } }] },
      },
    });
    const link = bubbles(page, 'out').getByTestId('media');
    assert.match((await link.textContent()) ?? '', /счёт\.pdf/);
    const opened = await page.request.get(new URL((await link.getAttribute('href')) ?? '', emulator.url).href);
    assert.equal(await opened.text(), '%PDF-1.4 bill');
    assert.ok(await fits(page));
    await picture(page, 'page-media');
    await page.context().close();
  });

  it('draws every kind of message, templates with all their buttons, forms, goods and cards', async () => {
    const page = await desk('en-US');
    await write(page, 'hello');
    await control('POST', '/templates', {
      name: 'bill',
      language: 'en',
      category: 'UTILITY',
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Dear {{1}}, your bill is ready.' },
        { type: 'FOOTER', text: 'Reply STOP to opt out' },
        {
          type: 'BUTTONS',
          buttons: [
            { type: 'QUICK_REPLY', text: 'Thanks' },
            { type: 'URL', text: 'Open it', url: 'https://example.org/b/{{1}}' },
            { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+74957873595' },
          ],
        },
      ],
    });
    const link = 'https://example.org/a.png';
    await send(AIGUL, {
      type: 'template',
      template: {
        name: 'bill',
        language: { code: 'en' },
        components: [
          { type: 'header', parameters: [{ type: 'image', image: { link } }] },
          { type: 'body', parameters: [{ type: 'text', text: 'Aigul' }] },
          { type: 'button', sub_type: 'url', index: 1, parameters: [{ type: 'text', text: '42' }] },
        ],
      },
    });
    const last = bubbles(page, 'out').last();
    await last.waitFor();
    assert.match((await last.textContent()) ?? '', /Dear Aigul, your bill is ready\./);
    assert.equal(await page.getByText('Open it').getAttribute('href'), 'https://example.org/b/42');
    const card = (text: string) => ({
      header: { type: 'image', image: { link } },
      body: { text },
      action: { parameters: { display_text: 'See', url: link } },
    });
    const flow = {
      name: 'flow',
      parameters: { flow_message_version: '3', flow_id: '1', flow_cta: 'Fill in', flow_token: 't' },
    };
    for (const interactive of [
      { type: 'flow', body: { text: 'A form' }, action: flow },
      { type: 'carousel', body: { text: 'Cards' }, action: { cards: [card('one'), card('two')] } },
      { type: 'product', body: { text: 'Goods' }, action: { catalog_id: 'c', product_retailer_id: 'sku-7' } },
    ]) {
      await send(AIGUL, { type: 'interactive', interactive });
    }
    await page.getByText('two').waitFor();
    await picture(page, 'page-kinds');
    await page.getByText('📋 Fill in').click();
    await page.getByText('🛒 Order').click();
    await page.locator('[data-type=order]').waitFor();
    await hears(3);
    assert.deepEqual(
      heard().map((each) => each['type']),
      ['text', 'interactive', 'order'],
    );
    await page.context().close();
  });

  it('lets a customer reply with a quote, react, rate in the app, and look at the raw traffic', async () => {
    const page = await desk();
    await write(page, 'привет');
    await bubbles(page, 'in').and(page.locator('[data-state=delivered]')).waitFor();
    const id = await send(AIGUL, { type: 'text', text: { body: 'Оцените ответ' } });
    const theirs = bubbles(page, 'out');
    await theirs.click({ button: 'right' });
    await picture(page, 'page-message-sheet');
    await page.getByTestId('act-reply').click();
    await write(page, 'ответ с цитатой');
    await page.locator('blockquote', { hasText: 'Оцените ответ' }).waitFor();
    await hears(2);
    assert.deepEqual(heard().at(-1)?.['context'], { from: '15550100001', id });
    await theirs.hover();
    await theirs.getByTestId('bubble-more').click();
    await page.getByTestId('react-👍').click();
    await page.locator('.reaction').waitFor();
    await theirs.click({ button: 'right' });
    await page.getByTestId('rate-4').click();
    await page.locator('.noted').waitFor();
    assert.deepEqual((await control('GET', '/state'))['stars'], [0, 0, 0, 1, 0]);
    await theirs.click({ button: 'right' });
    await page.getByTestId('act-traffic').click();
    await page.getByTestId('traffic-send').waitFor();
    assert.ok((await page.getByTestId('traffic-webhook').count()) >= 2);
    await picture(page, 'page-traffic');
    await page.keyboard.press('Escape');
    await page.context().close();
  });

  it('lets a customer block with a reason, stop offers, switch the telephone off and change the number', async () => {
    const page = await desk();
    const menu = async (item: string) => {
      await page.getByTestId('chat-menu').click();
      await page.getByTestId(item).click();
    };
    await page.getByTestId('chat-menu').click();
    await picture(page, 'page-chat-menu');
    await page.keyboard.press('Escape');
    await menu('deed-marketing');
    await page.getByText('реклама остановлена').waitFor();
    await menu('deed-switch');
    await page.getByText('телефон выключен').waitFor();
    await menu('deed-switch');
    await menu('person-change');
    await page.locator('#sheet input').fill('+77770000001');
    await page.locator('#sheet button[type=submit]').click();
    await page.getByText('+77770000001').first().waitFor();
    await menu('deed-block');
    await page.getByTestId('block-report').check();
    await picture(page, 'page-block');
    await page.getByTestId('reason-tooMany').click();
    await page.getByText('компания заблокирована').waitFor();
    await write(page, 'не дойдёт');
    await page.locator('.problem').waitFor();
    const person = await control('GET', '/people/aigul');
    assert.deepEqual([person['blocks'], person['marketingStopped'], person['phone']], ['tooMany', true, '77770000001']);
    await page.context().close();
  });

  it('has a panel for clock, faults, chance, templates and the account', async () => {
    const page = await desk();
    await control('POST', '/templates', {
      name: 'visit',
      language: 'ru',
      status: 'PENDING',
      components: [{ type: 'BODY', text: 'Ждём вас' }],
    });
    await page.getByTestId('platform').click();
    await page.getByTestId('clock-day').click();
    await page.getByTestId('fault-kind').selectOption({ index: 3 });
    await page.getByTestId('fault-times').selectOption('3');
    await page.getByTestId('fault-add').click();
    await page.getByTestId('fault').waitFor();
    for (const part of ['chance', 'templates', 'account'])
      await page.getByTestId(`platform-${part}`).locator('summary').click();
    await page.getByTestId('template-approve').click();
    await page.getByTestId('template-pause').waitFor();
    await page.getByTestId('chaos-duplicate').fill('50');
    await page.getByTestId('chaos-duplicate').dispatchEvent('change');
    await page.getByTestId('quality-YELLOW').click();
    await page.getByText('Качество: YELLOW').waitFor();
    await picture(page, 'page-platform');
    const state = (await control('GET', '/state')) as {
      clock: { offsetMs: number };
      faults: Json[];
      settings: { chaos: Json };
    };
    assert.deepEqual(
      [
        state.clock.offsetMs,
        state.faults.map((each) => [each['kind'], each['times']]),
        state.settings.chaos['duplicate'],
      ],
      [86_400_000, [['http', 3]], 0.5],
    );
    await page.context().close();
  });

  it('puts telephones side by side, in the dark too', async () => {
    const page = await open({ locale: 'en-US', viewport: { width: 1500, height: 900 }, colorScheme: 'dark' });
    await page.getByTestId('chat-dana').click();
    await page.getByTestId('chat-menu').click();
    await page.getByTestId('chat-beside').click();
    await page.getByTestId('chat-aigul').click();
    const side = page.getByTestId('side-dana').frameLocator('iframe');
    await side.getByTestId('message-input').fill('from the second phone');
    await side.getByTestId('send').click();
    await side.locator('[data-testid=bubble]').waitFor();
    await write(page, 'from the first');
    await bubbles(page, 'in').waitFor();
    await picture(page, 'page-side-by-side');
    await hears(2);
    await page.context().close();
  });

  it('offers ice breakers in an empty chat and commands after a slash, on a telephone’s own screen', async () => {
    const { phoneNumberId, accessToken } = emulator.account;
    await fetch(`${emulator.url}/v25.0/${phoneNumberId}/conversational_automation`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        prompts: ['Когда вы открыты?', 'Позвать человека'],
        commands: [{ command_name: 'menu', command_description: 'Всё, что умеет бот' }],
      }),
    });
    const page = await open({ locale: 'ru-RU', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.getByTestId('hint-1').waitFor();
    await picture(page, 'page-hints');
    await page.getByTestId('hint-0').tap();
    await bubbles(page, 'in').waitFor();
    await page.getByTestId('message-input').fill('/me');
    await page.getByTestId('hint-0').tap();
    await bubbles(page, 'in').nth(1).waitFor();
    await hears(2);
    assert.deepEqual(
      heard().map((each) => (each['text'] as { body: string }).body),
      ['Когда вы открыты?', '/menu'],
    );
    await send(AIGUL, { type: 'text', text: { body: 'Меню' } });
    assert.ok(await fits(page));
    await page.getByTestId('chat-menu').tap();
    await page.getByTestId('deed-block').waitFor();
    assert.ok(await fits(page));
    await picture(page, 'page-narrow-menu');
    await page.context().close();
  });
});

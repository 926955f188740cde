import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { needsBrowser, openBrowser } from '../means/browser.js';
import { temporaryFolder } from '../means/caretaker.js';
import { freePort } from '../means/free-port.js';
import { Program } from '../means/program.js';

/** Where the pictures go that a person may want to look at; kept when the folder is named. */
const pictures = process.env['VESTNIK_PICTURES'] ?? temporaryFolder('pictures');
const WITHIN_MS = 20_000;

describe('A newcomer who types `npm start`', function () {
  this.timeout(90_000);
  needsBrowser();
  let launcher: Program;
  let browser: Browser;
  let phonePage: string;

  before(async () => {
    const [port, emulatorPort] = [await freePort(), await freePort()];
    phonePage = `http://127.0.0.1:${emulatorPort}/`;
    launcher = await Program.start({
      file: 'src/launch/start.mjs',
      env: { PORT: String(port), EMULATOR_PORT: String(emulatorPort), DATA_DIR: temporaryFolder('newcomer') },
      ready: async (program) => void (await program.line(/write 'привет' there/)),
    });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(await launcher?.stop(), { code: 0, signal: null });
  });

  async function open(locale: string, viewport: { width: number; height: number }): Promise<Page> {
    const context = await browser.newContext({ locale, viewport });
    context.setDefaultTimeout(WITHIN_MS);
    const page = await context.newPage();
    await page.goto(phonePage);
    return page;
  }

  const theirs = (page: Page) => page.locator('[data-testid=bubble][data-direction=out]');
  const mine = (page: Page) => page.locator('[data-testid=bubble][data-direction=in]');

  async function write(page: Page, text: string): Promise<void> {
    await page.getByTestId('message-input').fill(text);
    await page.getByTestId('send').click();
  }

  /** Nothing sticks out to the side: a page that scrolls sideways is broken on a telephone. */
  const fits = (page: Page) =>
    page.evaluate(
      'document.documentElement.scrollWidth <= document.documentElement.clientWidth && document.body.scrollWidth <= innerWidth',
    );

  it('reads five lines, the last of which says what to do', () => {
    const lines = launcher.output.trim().split('\n');
    const spoken = lines.filter((line) => !line.startsWith('{') && !/^building/i.test(line));
    assert.equal(spoken.length, 5, spoken.join('\n'));
    assert.match(spoken[1] ?? '', /no WhatsApp account: emulator/);
    assert.ok(spoken[2]?.includes(phonePage), 'the phone page');
    assert.match(spoken[3] ?? '', /\/api\/v1\/ .*token/);
    assert.match(spoken[4] ?? '', /write 'привет' there/);
  });

  it('opens the phone page, writes "привет", opens the list that comes back, taps a row and reads the next answer', async () => {
    const page = await open('ru-RU', { width: 1280, height: 860 });
    await page.getByTestId('chat-aigul').click();
    await write(page, 'привет');
    await theirs(page).first().waitFor();
    assert.match((await theirs(page).first().textContent()) ?? '', /Здравствуйте/);
    await mine(page).first().and(page.locator('[data-state=read]')).waitFor();
    await page.getByTestId('list-open').click();
    await page.getByTestId('list-row-0').waitFor();
    await page.screenshot({ path: join(pictures, 'list.png') });
    await page
      .getByTestId(/^list-row-/)
      .filter({ hasText: 'Что умеет бот' })
      .click();
    await theirs(page).nth(1).waitFor();
    assert.match((await theirs(page).nth(1).textContent()) ?? '', /Я бот компании/);
    assert.equal(await theirs(page).count(), 2);
    assert.ok(await fits(page));
    await page.screenshot({ path: join(pictures, 'wide.png') });
    await page.context().close();
  });

  it('does the same on a telephone 360 px wide, as somebody who shows no number', async () => {
    const page = await open('ru-RU', { width: 360, height: 740 });
    await page.getByTestId('chat-dana').click();
    await write(page, 'привет');
    await theirs(page).first().waitFor();
    assert.ok(await fits(page));
    await page.screenshot({ path: join(pictures, 'narrow.png') });
    await page.getByTestId('list-open').click();
    await page
      .getByTestId(/^list-row-/)
      .filter({ hasText: 'Позвать человека' })
      .click();
    await theirs(page).nth(1).waitFor();
    assert.match((await theirs(page).nth(1).textContent()) ?? '', /ответит вам здесь/);
    assert.ok(await fits(page));
    await page.screenshot({ path: join(pictures, 'narrow-human.png') });
    await page.context().close();
  });

  it('is spoken to in English who writes in English', async () => {
    const page = await open('en-US', { width: 1024, height: 720 });
    await page.getByTestId('chat-john').click();
    await write(page, 'hello');
    await theirs(page).first().waitFor();
    assert.match((await theirs(page).first().textContent()) ?? '', /^Hello/);
    await page.getByTestId('list-open').click();
    await page
      .getByTestId(/^list-row-/)
      .filter({ hasText: 'Talk to a human' })
      .click();
    await theirs(page).nth(1).waitFor();
    const words = (await theirs(page).nth(1).textContent()) ?? '';
    assert.doesNotMatch(words, /[а-яё]/i);
    await page.screenshot({ path: join(pictures, 'english.png') });
    await page.context().close();
  });
});

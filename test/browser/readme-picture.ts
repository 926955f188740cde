import { eventually } from '../journeys/eventually.js';
import { Platform } from '../journeys/platform.js';
import { api, settled } from '../journeys/stand.js';
import { closeBrowsers, openBrowser } from '../means/browser.js';
import { startPair, stopServers } from '../means/server.js';

/* Takes README's picture anew, after the page or the bot has changed: two telephones beside each other, a customer who asks in Russian and
 * one who asks in English and is about to rate the answer.
 *
 *   npm run build && node dist/test/browser/readme-picture.js docs/phone-page.png [light|dark] [width] [height] */

const [file, scheme = 'light', width = '1240', height = '800'] = process.argv.slice(2);
if (!file) throw new Error('node dist/test/browser/readme-picture.js FILE [light|dark] [width] [height]');

const AIGUL = { id: 'aigul', phone: '77010000001', userId: 'KZ.8h2Kq', typingUntil: 0 };
const JOHN = { id: 'john', phone: '15550100099', userId: 'US.4Jn7x', typingUntil: 0 };

try {
  const { server, emulator } = await startPair();
  const platform = new Platform(emulator);
  await platform.settings({ statuses: { sentMs: 10, deliveredMs: 20, readMs: 20 } });
  await eventually(async () => {
    const answer = (await api(server, '/answers', {
      method: 'POST',
      body: JSON.stringify({ text: 'how do I unsubscribe from a newsletter' }),
    })) as { kind: string };
    return answer.kind === 'answer';
  }, 60_000);

  const browser = await openBrowser();
  const context = await browser.newContext({
    ...{ locale: 'en-US', timezoneId: 'Europe/Moscow', deviceScaleFactor: 2 },
    viewport: { width: Number(width), height: Number(height) },
    colorScheme: scheme === 'dark' ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const isWide = Number(width) >= 1_000;

  await platform.write(AIGUL, 'привет');
  await platform.answered(AIGUL);
  await platform.write(AIGUL, 'WhatsApp даёт компании мой номер?');
  await platform.answered(AIGUL, 2);
  await platform.write(JOHN, 'hello');
  await platform.answered(JOHN);
  await platform.write(JOHN, 'how do I stop the newsletters?');
  await platform.answered(JOHN, 2);
  await settled(server);

  await page.goto(`${emulator.url}/#${isWide ? 'john' : 'aigul'}`);
  if (isWide) {
    await page.getByTestId('chat-menu').click();
    await page.getByTestId('chat-beside').click();
    const beside = page.frameLocator('[data-testid=side-john] iframe');
    await beside.getByTestId('list-open').last().click();
    await beside.getByTestId('list-row-0').waitFor();
    await page.getByTestId('chat-aigul').click();
  }
  await page.getByTestId('list-open').last().waitFor();
  // What has been looked at is read: the ticks turn.
  await settled(server);
  await page.locator('[data-testid=bubble][data-direction=out][data-state=read]').nth(1).waitFor();
  await page.screenshot({ path: file });
} finally {
  await closeBrowsers();
  await stopServers();
}
process.exit(0);

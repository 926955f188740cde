import { readFileSync } from 'node:fs';
import { createTexts, type Texts } from './conversation/texts.js';

/** Reads the bot's sentences from `templates/replies`, beside `dist` as beside `src`.
 *  @throws Error naming every missing, broken or overlong sentence; the start stops there. */
export function loadTexts(folder: URL = new URL('../../templates/replies/', import.meta.url)): Texts {
  const read = (language: string): Record<string, string> =>
    JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8')) as Record<string, string>;
  return createTexts({ ru: read('ru'), en: read('en') });
}

import { sayOnly, understood, WEIGHT, type Answer, type Scene, type Step } from './scene.js';
import type { Language } from './session.js';

/* Choosing the language.
 *
 * With the menu's row, which is written in the language it leads to, or with a plain request ("in English, please"). The bot says in
 * that language that it speaks it now, and shows the menu. A choice lasts until the next choice: a person who chose English may write
 * Russian words without being answered in Russian. (What happens without a choice: language.ts.) */

const chosen: Answer = {
  name: 'language',
  weight: WEIGHT.command,
  priority: 'ordinary',
  lateNeedsHuman: false,
  say: ({ session, facts }) => ({ form: 'menu', body: facts.texts.say(session.language, 'language.set') }),
  said: understood,
};

export const chooseLanguage = (scene: Scene, language: Language): Step =>
  sayOnly({ ...scene, session: { ...scene.session, language, languageFrom: 'chosen' } }, chosen);

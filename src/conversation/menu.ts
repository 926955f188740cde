import { LIMITS, type PlainTextKey } from './wording.js';
import { sayOnly, understood, WEIGHT, type Answer, type Saying, type Scene, type Step } from './scene.js';
import type { Facts, Language, Session } from './session.js';
import type { OutboundContent } from '../messages/outbound.js';
import { tapId, type Tap } from './taps.js';

/* The menu is where every conversation begins and comes back to.
 *
 * Somebody who greets us is greeted with the company's name and gets the menu in the same message. Somebody who asks for the menu gets
 * it without ado. The word also takes a conversation back from a human, whether one was only called or is already writing: the case is
 * closed and the bot speaks again. A greeting does not do that: one says hello to an agent too. A button that means nothing any more
 * is told to be an old one, and the menu follows. */

type Row = {
  readonly title: PlainTextKey;
  readonly description: PlainTextKey;
  readonly tap: (language: Language) => Tap;
  /** Whether the row leads anywhere; always unless told. */
  readonly works?: (facts: Facts) => boolean;
};

/** The rows in their order. Every row works: nothing stands here before its dialog does. */
export const MENU_ROWS: readonly Row[] = [
  { title: 'menu.about.title', description: 'menu.about.description', tap: () => ({ to: 'about' }) },
  {
    title: 'menu.questions.title',
    description: 'menu.questions.description',
    tap: () => ({ to: 'questions' }),
    works: ({ answers }) => answers.common.length > 0,
  },
  {
    title: 'menu.quote.title',
    description: 'menu.quote.description',
    tap: () => ({ to: 'quote', act: 'start' }),
  },
  {
    title: 'menu.callback.title',
    description: 'menu.callback.description',
    tap: () => ({ to: 'callback', act: 'start' }),
  },
  { title: 'menu.topics.title', description: 'menu.topics.description', tap: () => ({ to: 'topics' }) },
  { title: 'menu.data.title', description: 'menu.data.description', tap: () => ({ to: 'myData' }) },
  { title: 'menu.human.title', description: 'menu.human.description', tap: () => ({ to: 'human' }) },
  {
    title: 'menu.language.title',
    description: 'menu.language.description',
    tap: (language) => ({ to: 'language', language: language === 'ru' ? 'en' : 'ru' }),
  },
];

/** The menu as one list message under `body`. */
export function menuContent({ session: { language }, facts }: Scene, body: string): OutboundContent {
  const say = (key: PlainTextKey) => facts.texts.say(language, key);
  const working = MENU_ROWS.filter(({ works }) => works?.(facts) ?? true);
  const rows = working.slice(0, LIMITS.rows).map(({ title, description, tap }) => ({
    id: tapId(tap(language)),
    title: say(title),
    description: say(description),
  }));
  return { type: 'list', body, button: say('menu.open'), sections: [{ rows }] };
}

const menuUnder =
  (key: 'menu.body' | 'menu.stale' | 'menu.takenBack') =>
  ({ session, facts }: Scene): Saying => ({
    form: 'menu',
    body: facts.texts.say(session.language, key),
  });

const ordinary = { priority: 'ordinary', lateNeedsHuman: true, said: understood } as const;

const toldMenu: Answer = { ...ordinary, name: 'menu', weight: WEIGHT.command, say: menuUnder('menu.body') };
// Nobody is left in doubt whether a human still comes.
const toldTakenBack: Answer = {
  ...toldMenu,
  priority: 'reserved',
  say: menuUnder('menu.takenBack'),
  evenIf: { muted: true, agentTalks: true },
};
const toldStale: Answer = { ...ordinary, name: 'stale', weight: WEIGHT.text, say: menuUnder('menu.stale') };
const told: Answer = {
  ...ordinary,
  name: 'greeting',
  weight: WEIGHT.greeting,
  say: ({ session, facts }) => ({
    form: 'menu',
    body: facts.texts.say(session.language, 'greeting', { company: facts.companyName }),
  }),
  said: (session, now) => ({ ...understood(session), greetedAt: now }),
};

/** "Меню", or its button: the way back from wherever the person is. */
export function showMenu(scene: Scene): Step {
  const { openCase, session, now } = scene;
  // Too late to answer: a case taken back now would leave the person with nobody.
  if (!openCase || !scene.windowOpen) return sayOnly(atMenu(scene), toldMenu);
  return {
    scene: withoutCase({ ...scene, session: { ...session, dialog: { name: 'menu' } } }),
    changes: [{ kind: 'case.close', caseId: openCase.id, at: now, by: 'person' }],
    answer: toldTakenBack,
  };
}

export const greet = (scene: Scene): Step => sayOnly(atMenu(scene), told);

/** Whoever sees the menu has left the dialog they were in; a call for a human stands. */
const atMenu = (scene: Scene): Scene =>
  scene.session.dialog.name === 'human' || scene.session.dialog.name === 'menu'
    ? scene
    : { ...scene, session: { ...scene.session, dialog: { name: 'menu' } } };

export const showMenuForOldButton = (scene: Scene): Step => sayOnly(scene, toldStale);

function withoutCase(scene: Scene): Scene {
  const { openCase: _closed, ...rest } = scene;
  return rest;
}

/** The session of somebody we have never spoken to, or not for so long that where they were means nothing any more. */
export const backToMenu = (session: Session): Session => ({ ...session, dialog: { name: 'menu' }, misses: 0 });

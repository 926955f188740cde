import { masked } from './mask.js';
import { sayOnly, understood, WEIGHT, type Answer, type Saying, type Scene, type Step } from './scene.js';
import type { Tap } from './taps.js';

/* What is said when no dialog is concerned.
 *
 * What the bot can do, on request. A word for thanks. To what it does not know, one honest sentence with the menu and a human beside
 * it; the second time in a row the human comes first. To what it cannot read (a picture, a voice message, a place on the map) a plea
 * for words, once in ten minutes: an album is many messages. */

const ASK_FOR_TEXT_AGAIN_MS = 10 * 60_000;
const MISSES_COUNTED = 9;

type Button = { readonly tap: Tap; readonly title: string };

const menuButton = ({ session, facts }: Scene): Button => ({
  tap: { to: 'menu' },
  title: facts.texts.say(session.language, 'button.menu'),
});
export const humanButton = ({ session, facts }: Scene): Button => ({
  tap: { to: 'human' },
  title: facts.texts.say(session.language, 'button.human'),
});

/** The two buttons that no reply is without. */
export const waysOn = (scene: Scene): readonly Button[] => [menuButton(scene), humanButton(scene)];

/** The one button under the promise of a human. */
export const wayBack = ({ session, facts }: Scene): Button => ({
  tap: { to: 'menu' },
  title: facts.texts.say(session.language, 'button.backToMenu'),
});

const ordinary = { priority: 'ordinary', lateNeedsHuman: true } as const;

const about: Answer = {
  ...ordinary,
  name: 'about',
  weight: WEIGHT.command,
  say: (scene) => ({ form: 'buttons', body: aboutBody(scene), buttons: waysOn(scene) }),
  lead: aboutBody,
  said: understood,
};

function aboutBody({ session, facts }: Scene): string {
  return facts.texts.say(session.language, 'about', { company: facts.companyName });
}

const courtesy: Answer = {
  ...ordinary,
  name: 'courtesy',
  weight: WEIGHT.courtesy,
  lateNeedsHuman: false,
  say: (scene) => ({
    form: 'buttons',
    body: scene.facts.texts.say(scene.session.language, 'courtesy'),
    buttons: waysOn(scene),
  }),
};

const unreadable: Answer = {
  ...ordinary,
  name: 'unreadable',
  weight: WEIGHT.unreadable,
  say: (scene) => ({
    form: 'buttons',
    body: scene.facts.texts.say(scene.session.language, 'sendText'),
    buttons: waysOn(scene),
  }),
  said: (session, now) => ({ ...session, askedForTextAt: now }),
};

const unknown: Answer = {
  ...ordinary,
  name: 'unknown',
  weight: WEIGHT.text,
  say: sayUnknown,
  said: (session) => ({ ...session, misses: Math.min(session.misses + 1, MISSES_COUNTED) }),
};

function sayUnknown(scene: Scene): Saying {
  const { session, facts } = scene;
  if (session.misses > 0) {
    const body = facts.texts.say(session.language, 'unknown.again');
    return { form: 'buttons', body, buttons: [humanButton(scene), menuButton(scene)] };
  }
  const body = facts.texts.say(session.language, 'unknown.first');
  // A stranger has not seen the menu yet: their first message gets all of it.
  return session.greetedAt === undefined ? { form: 'menu', body } : { form: 'buttons', body, buttons: waysOn(scene) };
}

export const tellAbout = (scene: Scene): Step => sayOnly(scene, about);
export const takeCourtesy = (scene: Scene): Step => sayOnly(scene, courtesy);
/** @param question what was asked, if it is to be kept for the report of unanswered questions */
export function admitUnknown(scene: Scene, question = ''): Step {
  const text = masked(question);
  if (!text) return sayOnly(scene, unknown);
  const { language } = scene.session;
  const leavesOpen = { kind: 'question.unanswered', text, language, at: scene.now } as const;
  return sayOnly(scene, { ...unknown, leavesOpen });
}

export function askForText(scene: Scene): Step {
  return saidLately(scene) ? { scene, changes: [] } : sayOnly(scene, unreadable);
}

/** Whether it was said within the last ten minutes already what we make of files: an album is many messages. Too late for us, each of
 *  them is still a message for a human. */
export function saidLately({ session: { askedForTextAt }, now, windowOpen }: Scene): boolean {
  return windowOpen && askedForTextAt !== undefined && now - askedForTextAt < ASK_FOR_TEXT_AGAIN_MS;
}

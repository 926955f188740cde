import { slotWords } from './callback-words.js';
import { showMenu } from './menu.js';
import { sayOnly, understood, WEIGHT, type Answer, type SaidRow, type Scene, type Step } from './scene.js';
import { shorten } from './shorten.js';
import { humanButton, wayBack, waysOn } from './small-answers.js';
import { comparable } from './spelling.js';
import { undoRows } from './stop.js';
import { LIMITS } from './wording.js';

/* "Отменить", and nothing else.
 *
 * In a dialog it ends the dialog, and while a human is awaited it takes the call for them back, as its button says. Elsewhere it may mean
 * anything: the person is asked what, and everything that there is to cancel has a row. Nothing is cancelled by the word alone. */

const CANCEL = /^(отмена|отмени|отмените|отменить|отменяй|отменяю|otmena|otmenit|cancel|cancel it|cancel that)$/;
const GIVE_UP = /^(не надо|не нужно|передумал|передумала|never mind|nevermind|forget it|not needed)$/;

const plain = (text: string): string => comparable(text).replace(/ ?(пожалуйста|please)$/, '');

export const isCancel = (text: string): boolean => CANCEL.test(plain(text));

/** What ends a dialog: to cancel, or to want nothing any more. */
export const givesUp = (text: string): boolean => isCancel(text) || GIVE_UP.test(plain(text));

/** @returns undefined while an agent talks: it is said to them */
export function takeCancel(scene: Scene): Step | undefined {
  if (scene.openCase?.state === 'open') return undefined;
  return scene.session.dialog.name === 'human' ? showMenu(scene) : sayOnly(scene, asked);
}

const asked: Answer = {
  name: 'cancel',
  priority: 'ordinary',
  weight: WEIGHT.text,
  lateNeedsHuman: true,
  say: (scene) => {
    const { session, facts, openCase } = scene;
    const say = (key: 'cancel.ask' | 'cancel.nothing' | 'answer.choose') => facts.texts.say(session.language, key);
    const rows = [...callbackRows(scene), ...undoRows(scene)];
    const ways = openCase ? [wayBack(scene), humanButton(scene)] : waysOn(scene);
    const choices = [...rows, topicsRow(scene), ...ways];
    const body = say(rows.length > 0 || openCase ? 'cancel.ask' : 'cancel.nothing');
    return choices.length <= LIMITS.buttons
      ? { form: 'buttons', body, buttons: choices }
      : { form: 'list', body, button: say('answer.choose'), rows: choices };
  },
  said: understood,
};

function callbackRows({ session: { language }, facts: { texts }, callback }: Scene): readonly SaidRow[] {
  if (!callback) return [];
  const description = shorten(slotWords(texts, language, callback), LIMITS.rowDescription);
  const tap = { to: 'callback', act: 'cancel', id: callback.id } as const;
  return [{ tap, title: texts.say(language, 'callback.cancel'), description }];
}

const topicsRow = ({ session, facts }: Scene): SaidRow => ({
  tap: { to: 'topics' },
  title: facts.texts.say(session.language, 'button.topics'),
  description: facts.texts.say(session.language, 'menu.topics.description'),
});

import type { Appointment } from '../callbacks/callback-change.js';
import type { Unordered } from './callback-dialog.js';
import { sayOrdered, sayOver, sayQuestion, slotWords } from './callback-words.js';
import { understood, WEIGHT, type Answer, type Scene } from './scene.js';
import type { PlainTextKey } from './wording.js';

/* What the dialog of a call-back answers: its questions, what it cannot take, and what became of an order. */

const MISSES_COUNTED = 9;

const ordinary = { name: 'callback', priority: 'ordinary', lateNeedsHuman: true } as const;

/** Asks what the dialog stands at. */
export const asks = (dialog: Unordered, weight: Answer['weight'], lead?: PlainTextKey): Answer => ({
  ...ordinary,
  weight,
  say: (scene) => sayQuestion(scene, dialog, lead && sayPlain(scene, lead)),
  said: understood,
});

/** The answer cannot be taken: why, and the question again. */
export const refuses = (dialog: Unordered, why: PlainTextKey): Answer => ({
  ...ordinary,
  weight: WEIGHT.text,
  say: (scene) => {
    const again = scene.session.misses > 0;
    const lead = again ? `${sayPlain(scene, why)} ${sayPlain(scene, 'callback.askHuman')}` : sayPlain(scene, why);
    return sayQuestion(scene, dialog, lead, again);
  },
  said: (session) => ({ ...session, misses: Math.min(session.misses + 1, MISSES_COUNTED) }),
});

/** What an order has come to is told to everybody, and in front of what else is said. */
const effective = { priority: 'ordinary', evenIf: { muted: true, agentTalks: true }, weight: WEIGHT.command } as const;

export type ShownKey = 'callback.standing' | 'callback.unchanged' | 'callback.overdue';
export type NewKey = 'callback.ordered' | 'callback.moved';

const saysOrder = (key: ShownKey | NewKey) => (scene: Scene) =>
  scene.callback
    ? sayOrdered(scene, scene.callback, orderedBody(scene, scene.callback, key))
    : sayOver(scene, sayPlain(scene, 'callback.nothingOrdered'));

export const showsOrder = (key: ShownKey): Answer => ({
  ...ordinary,
  weight: WEIGHT.command,
  say: saysOrder(key),
  said: understood,
});

export const confirmsOrder = (key: NewKey): Answer => ({
  ...effective,
  name: key,
  lateNeedsHuman: false,
  say: saysOrder(key),
  lead: (scene) => scene.callback && orderedBody(scene, scene.callback, key),
  said: understood,
});

function orderedBody({ session, facts }: Scene, appointment: Appointment, key: ShownKey | NewKey): string {
  const { texts, callbacks } = facts;
  return texts.say(session.language, key, {
    number: callbacks.shownNumber(appointment.phone),
    slot: slotWords(texts, session.language, appointment),
  });
}

export const cancelled: Answer = {
  ...effective,
  name: 'callback.cancelled',
  lateNeedsHuman: false,
  say: (scene) => sayOver(scene, sayPlain(scene, 'callback.cancelled')),
  lead: (scene) => (scene.callback ? undefined : sayPlain(scene, 'callback.cancelled')),
  said: understood,
};

export const tells = (key: PlainTextKey): Answer => ({
  ...ordinary,
  weight: WEIGHT.text,
  say: (scene) => sayOver(scene, sayPlain(scene, key)),
  said: understood,
});

export const left: Answer = {
  ...ordinary,
  weight: WEIGHT.command,
  say: (scene) => ({ form: 'menu', body: sayPlain(scene, 'callback.left') }),
  said: understood,
};

function sayPlain({ session, facts }: Scene, key: PlainTextKey): string {
  return facts.texts.say(session.language, key);
}

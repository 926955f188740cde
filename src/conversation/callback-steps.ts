import type { Slot } from '../callbacks/slots.js';
import { asks, refuses } from './callback-answers.js';
import { askedAgain, type CallbackAt, type CallbackDialog, type Unordered } from './callback-dialog.js';
import { slotsOf, zoneOf } from './callback-words.js';
import { sayOnly, WEIGHT, type Answer, type Scene, type Step } from './scene.js';
import { readTypedDay, readTypedMinutes } from './typed-when.js';
import { momentIn } from './when.js';
import type { PlainTextKey } from './wording.js';

/* Where an answer leads in the dialog of a call-back: a number to the day, a day to its hours, an hour to the yes. */

export const agentTalks = (scene: Scene): boolean => scene.openCase?.state === 'open';

export function unordered({ session: { dialog } }: Scene): Unordered | undefined {
  return dialog.name === 'callback' && dialog.step !== 'ordered' ? dialog : undefined;
}

export const withDialog = (scene: Scene, dialog: CallbackDialog | { readonly name: 'menu' }): Scene => ({
  ...scene,
  session: { ...scene.session, dialog },
});

export const moveTo = (scene: Scene, dialog: Unordered, weight: Answer['weight'], lead?: PlainTextKey): Step =>
  sayOnly(agentTalks(scene) ? scene : withDialog(scene, dialog), asks(dialog, weight, lead));

/** A time that was chosen before is kept while it may be had. */
export function withNumber(scene: Scene, dialog: Unordered, phone: string, weight: Answer['weight']): Step {
  const { changes } = dialog;
  const asked = { name: 'callback', ...(changes !== undefined && { changes }), step: 'day', phone } as const;
  const kept = dialog.step === 'number' ? slotsOf(scene).find(({ startsAt }) => startsAt === dialog.keep) : undefined;
  return kept ? withSlot(scene, asked, kept, weight) : moveTo(scene, asked, weight);
}

export function withDay(
  scene: Scene,
  asked: CallbackAt<'day'>,
  day: string,
  weight: Answer['weight'],
  from?: number,
): Step {
  const slots = slotsOf(scene).filter((slot) => slot.day === day);
  const isLeft = from === undefined ? slots.length > 0 : slots.some(({ startsAt }) => startsAt >= from);
  if (!isLeft) return moveTo(scene, asked, weight, 'callback.dayGone');
  return moveTo(scene, { ...asked, step: 'time', day, ...(from !== undefined && { from }) }, weight);
}

export const withSlot = (
  scene: Scene,
  { changes, phone }: CallbackAt<'day'>,
  { day, startsAt }: Slot,
  weight: Answer['weight'],
): Step =>
  moveTo(
    scene,
    { name: 'callback', ...(changes !== undefined && { changes }), step: 'confirm', phone, day, startsAt },
    weight,
  );

/** The other times of that day, or other days. */
export function slotGone(scene: Scene, dialog: Unordered): Step {
  const day = 'day' in dialog ? dialog.day : undefined;
  const isLeft = day !== undefined && slotsOf(scene).some((slot) => slot.day === day);
  const asked = askedAgain(dialog, isLeft ? 'time' : 'day');
  return asked ? moveTo(scene, asked, WEIGHT.command, 'callback.slotGone') : sayOnly(scene, asks(dialog, WEIGHT.text));
}

/** A typed day, with a time if there is one beside it. */
export function takeDay(scene: Scene, asked: CallbackAt<'day'>, text: string): Step | undefined {
  const typed = readTypedDay(text, momentIn(scene.now, 'en', zoneOf(scene)).date);
  if (!typed) return undefined;
  const slots = slotsOf(scene).filter(({ day }) => day === typed.day);
  if (slots.length === 0) return sayOnly(scene, refuses(asked, 'callback.notThatDay'));
  const slot = slotAt(slots, readTypedMinutes(typed.rest));
  return slot ? withSlot(scene, asked, slot, WEIGHT.text) : withDay(scene, asked, typed.day, WEIGHT.text);
}

/** A typed time of the day in question, or another day. */
export function takeTime(scene: Scene, dialog: CallbackAt<'time' | 'confirm'>, text: string): Step | undefined {
  const asked = askedAgain(dialog, 'day');
  if (asked?.step !== 'day') return undefined;
  const minutes = readTypedMinutes(text);
  const slots = slotsOf(scene).filter(({ day }) => day === dialog.day);
  const slot = slotAt(slots, minutes);
  if (slot) return withSlot(scene, asked, slot, WEIGHT.text);
  const step = takeDay(scene, asked, text);
  if (step) return step;
  return minutes.length > 0 ? sayOnly(scene, refuses(dialog, 'callback.notThen')) : undefined;
}

const MINUTE_MS = 60_000;

/** The slot in which one of these minutes after midnight is, the first of them that has one. */
export function slotAt(slots: readonly Slot[], minutes: readonly number[]): Slot | undefined {
  for (const minute of minutes) {
    const slot = slots.find(
      (one) => one.minute <= minute && minute < one.minute + (one.endsAt - one.startsAt) / MINUTE_MS,
    );
    if (slot) return slot;
  }
  return undefined;
}

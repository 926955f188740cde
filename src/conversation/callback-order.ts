import type { Appointment, CallbackChange } from '../callbacks/callback-change.js';
import { asks, cancelled, confirmsOrder } from './callback-answers.js';
import type { CallbackAt } from './callback-dialog.js';
import { moveTo, slotGone, withDialog } from './callback-steps.js';
import { slotsOf, zoneOf } from './callback-words.js';
import { saidNow } from './consent-view.js';
import { sayOnly, WEIGHT, type Scene, type Step } from './scene.js';
import type { StandingCallback } from './session.js';

/* A call-back that is ordered, moved or cancelled: what takes effect. */

/** Orders what was confirmed, or changes what is ordered. */
export function order(scene: Scene, dialog: CallbackAt<'confirm'>): Step {
  // Too late to be answered is too late to be agreed on: a human sees to it (advance.ts).
  if (!scene.windowOpen) return sayOnly(scene, asks(dialog, WEIGHT.command));
  const slot = slotsOf(scene).find(({ startsAt }) => startsAt === dialog.startsAt);
  if (!slot) return slotGone(scene, dialog);
  const { startsAt, endsAt } = slot;
  const appointment: Appointment = { phone: dialog.phone, startsAt, endsAt, timeZone: zoneOf(scene) };
  const { callback: standing } = scene;
  // By the platform's clock, as a stop is: one that follows within the second must not seem older.
  const { at } = saidNow(scene);
  const id = standing?.id ?? scene.facts.nextId();
  const change: CallbackChange = {
    kind: standing ? 'callback.move' : 'callback.order',
    callbackId: id,
    at,
    ...appointment,
  };
  return {
    scene: withDialog({ ...scene, callback: { id, ...appointment } }, { name: 'callback', step: 'ordered' }),
    changes: [change],
    answer: confirmsOrder(standing ? 'callback.moved' : 'callback.ordered'),
  };
}

/** The number is known; what is to be changed is mostly the time. */
export const changeOrder = (scene: Scene, { id: changes, phone }: StandingCallback): Step =>
  moveTo(scene, { name: 'callback', changes, step: 'day', phone }, WEIGHT.command);

export function cancelOrder(scene: Scene, callback: StandingCallback): Step {
  const { callback: _cancelled, ...rest } = scene;
  return {
    scene: scene.session.dialog.name === 'callback' ? withDialog(rest, { name: 'menu' }) : rest,
    changes: [{ kind: 'callback.cancel', callbackId: callback.id, at: saidNow(scene).at }],
    answer: cancelled,
  };
}

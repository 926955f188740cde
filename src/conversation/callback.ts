import type { Appointment, CallbackChange } from '../callbacks/callback-change.js';
import type { NumberRefusal } from '../callbacks/callback-number.js';
import type { Slot } from '../callbacks/slots.js';
import { askedAgain, questionBefore, type CallbackAt, type CallbackDialog, type Unordered } from './callback-dialog.js';
import {
  knownNumber,
  lastDigitsOf,
  sayOrdered,
  sayOver,
  sayQuestion,
  slotsOf,
  slotWords,
  zoneOf,
} from './callback-words.js';
import { saidNow } from './consent-view.js';
import { showMenu } from './menu.js';
import { sayOnly, understood, WEIGHT, type Answer, type Scene, type Step } from './scene.js';
import { comparable } from './spelling.js';
import type { CallbackTap } from './taps.js';
import { readTypedDay, readTypedMinutes } from './typed-when.js';
import { momentIn } from './when.js';
import type { PlainTextKey } from './wording.js';

/* A call-back.
 *
 * Begun from the menu, from under a price, or with the words ("перезвоните мне"), the dialog asks one thing at a time: which number,
 * which day, which hour; then it shows all of it and is told yes. The number that we know is offered; somebody of whom we know none is
 * asked with the platform's own request for it, and may type one all the same, or send a card of the address book. Numbers that cost the
 * caller, or that nobody answers in person, are refused by name. Days and hours are those in which the company works, as the clocks of
 * the person's zone show them; they are tapped or typed ("завтра", "в пятницу в 15"). What has passed meanwhile, or was taken out, is told
 * to be gone, and what there is instead is shown.
 *
 * "Back" leads one question back, from the first to the menu. "Cancel" ends the dialog, and so do the menu, a greeting and a stop;
 * "operator" calls a human as everywhere. What cannot be taken is told with what could; the second time in a row the human leads. A day
 * of silence ends the dialog (advance.ts).
 *
 * With the yes the call-back is ordered. There is one at a time: whoever asks again is shown what is ordered, and may change it (the
 * number is kept, day and hour are asked for) or cancel it with one tap. Until a change is confirmed the first order stands.
 *
 * A yes counts for the time and the number that stood above it: one from an older message that showed others only shows what would be
 * ordered now. While an agent has the conversation no question is asked here, but a yes, a change and a cancellation still count. */

export type CallbackWish = 'order' | 'change' | 'cancel';

const BACK =
  /^(назад|вернись|вернуться|вернуться назад|шаг назад|предыдущий вопрос|nazad|back|go back|previous|step back)$/;
const CANCEL =
  /^(отмена|отмени|отмените|отменить|отменяй|отменяю|не надо|не нужно|передумал|передумала|otmena|cancel|cancel it|never mind|nevermind|forget it|not needed)$/;
const CHANGE =
  /^(перенеси|перенесите|перенести|измени|измените|изменить|поменяй|поменяйте|поменять|другое время|в другое время|change|change it|move it|reschedule|reschedule it|another time|other time)$/;
const YES =
  /^(да|ага|угу|ок|окей|хорошо|ладно|отлично|супер|верно|все верно|подтверждаю|подтвердить|заказывай|заказывайте|давай|давайте|da|yes|yep|yeah|ok|okay|fine|great|good|perfect|correct|confirm|i confirm|thats right)( (да|верно|все верно|спасибо|thanks|please|confirm))?$/;
const MISSES_COUNTED = 9;

const ordinary = { name: 'callback', priority: 'ordinary', lateNeedsHuman: true } as const;

/** Asks what the dialog stands at. */
const asks = (dialog: Unordered, weight: Answer['weight'], lead?: PlainTextKey): Answer => ({
  ...ordinary,
  weight,
  say: (scene) => sayQuestion(scene, dialog, lead && sayPlain(scene, lead)),
  said: understood,
});

/** The answer cannot be taken: why, and the question again. */
const refuses = (dialog: Unordered, why: PlainTextKey): Answer => ({
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

type ShownKey = 'callback.standing' | 'callback.unchanged' | 'callback.overdue';
type NewKey = 'callback.ordered' | 'callback.moved';

const saysOrder = (key: ShownKey | NewKey) => (scene: Scene) =>
  scene.callback
    ? sayOrdered(scene, scene.callback, orderedBody(scene, scene.callback, key))
    : sayOver(scene, sayPlain(scene, 'callback.nothingOrdered'));

const showsOrder = (key: ShownKey): Answer => ({
  ...ordinary,
  weight: WEIGHT.command,
  say: saysOrder(key),
  said: understood,
});

const confirmsOrder = (key: NewKey): Answer => ({
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

const cancelled: Answer = {
  ...effective,
  name: 'callback.cancelled',
  lateNeedsHuman: false,
  say: (scene) => sayOver(scene, sayPlain(scene, 'callback.cancelled')),
  lead: (scene) => (scene.callback ? undefined : sayPlain(scene, 'callback.cancelled')),
  said: understood,
};

const tells = (key: PlainTextKey): Answer => ({
  ...ordinary,
  weight: WEIGHT.text,
  say: (scene) => sayOver(scene, sayPlain(scene, key)),
  said: understood,
});

const left: Answer = {
  ...ordinary,
  weight: WEIGHT.command,
  say: (scene) => ({ form: 'menu', body: sayPlain(scene, 'callback.left') }),
  said: understood,
};

function sayPlain({ session, facts }: Scene, key: PlainTextKey): string {
  return facts.texts.say(session.language, key);
}

/** Begins anew, or shows what is ordered already. */
export const startCallback = (scene: Scene): Step =>
  scene.callback
    ? showOrder(scene, isOver(scene) ? 'callback.overdue' : 'callback.standing')
    : moveTo(scene, { name: 'callback', step: 'number' }, WEIGHT.command);

/** "Перезвоните мне", "перенесите звонок", "отмените звонок". */
export function takeCallbackWish(scene: Scene, wish: CallbackWish): Step {
  if (wish === 'order') return startCallback(scene);
  if (scene.callback) return wish === 'change' ? changeOrder(scene) : cancelOrder(scene);
  const dialog = unordered(scene);
  if (!dialog) return sayOnly(scene, tells('callback.nothingOrdered'));
  // Who would move a call that is just being ordered still wants it.
  return wish === 'change' ? sayOnly(scene, asks(dialog, WEIGHT.command)) : leave(scene);
}

export function takeCallbackTap(scene: Scene, tap: CallbackTap): Step {
  if (tap.act === 'start') return startCallback(scene);
  if (tap.act === 'change' || tap.act === 'cancel') {
    if (scene.callback?.id !== tap.id) return showGone(scene);
    return tap.act === 'change' ? changeOrder(scene) : cancelOrder(scene);
  }
  const dialog = unordered(scene);
  if (!dialog) return showGone(scene);
  // What is asked now goes on where an old button cannot be followed.
  const stay = () => sayOnly(scene, asks(dialog, WEIGHT.command));
  switch (tap.act) {
    case 'known': {
      const phone = knownNumber(scene);
      return phone === undefined ? stay() : withNumber(scene, dialog, phone, WEIGHT.command);
    }
    case 'ask': {
      const asked = askedAgain(dialog, tap.question);
      return asked ? moveTo(scene, asked, WEIGHT.command) : stay();
    }
    case 'day': {
      const asked = askedAgain(dialog, 'day');
      return asked?.step === 'day' ? withDay(scene, asked, tap.day, WEIGHT.command, tap.from) : stay();
    }
    case 'at': {
      const asked = askedAgain(dialog, 'day');
      if (asked?.step !== 'day') return stay();
      const slot = slotsOf(scene).find(({ startsAt }) => startsAt === tap.startsAt);
      return slot ? withSlot(scene, asked, slot, WEIGHT.command) : slotGone(scene, dialog);
    }
    case 'confirm':
      return dialog.step === 'confirm' &&
        dialog.startsAt === tap.startsAt &&
        lastDigitsOf(dialog.phone) === tap.lastDigits
        ? order(scene, dialog)
        : stay();
  }
}

/** A free text while the dialog lasts. @returns undefined for one that is not the dialog's */
export function takeCallbackText(scene: Scene, dialog: CallbackDialog, text: string): Step | undefined {
  if (agentTalks(scene)) return undefined;
  const words = comparable(text).replace(/ ?(пожалуйста|please)$/, '');
  if (CANCEL.test(words)) return dialog.step === 'ordered' ? takeCallbackWish(scene, 'cancel') : leave(scene);
  if (BACK.test(words)) {
    const before = dialog.step === 'ordered' ? undefined : questionBefore(dialog);
    const asked = before && askedAgain(dialog, before);
    return asked ? moveTo(scene, asked, WEIGHT.command) : showMenu(scene);
  }
  switch (dialog.step) {
    case 'ordered':
      return CHANGE.test(words) ? takeCallbackWish(scene, 'change') : undefined;
    case 'number':
      return takeNumber(scene, dialog, text);
    case 'day':
      return takeDay(scene, dialog, text) ?? sayOnly(scene, refuses(dialog, 'callback.noDay'));
    case 'time':
      return takeTime(scene, dialog, text) ?? sayOnly(scene, refuses(dialog, 'callback.noTime'));
    case 'confirm':
      if (YES.test(words)) return order(scene, dialog);
      return takeTime(scene, dialog, text) ?? sayOnly(scene, refuses(dialog, 'callback.noYes'));
  }
}

/** "Да", "ok": a yes where one was asked for; else the question stands. */
export function takeCallbackCourtesy(scene: Scene, text: string): Step | undefined {
  const dialog = unordered(scene);
  if (!dialog || agentTalks(scene)) return undefined;
  if (YES.test(comparable(text))) {
    if (dialog.step === 'confirm') return order(scene, dialog);
    const phone = dialog.step === 'number' ? knownNumber(scene) : undefined;
    if (phone !== undefined) return withNumber(scene, dialog, phone, WEIGHT.text);
  }
  return repeatCallbackQuestion(scene);
}

/** A shared card of the address book. @param asked it answers our request for the person's number, whenever that was made
 *  @returns undefined where no card is waited for */
export function takeCallbackCard(scene: Scene, phones: readonly string[], asked: boolean): Step | undefined {
  const dialog = unordered(scene);
  if (agentTalks(scene) || (dialog?.step !== 'number' && !asked)) return undefined;
  if (!dialog && scene.callback) return startCallback(scene);
  const reads = phones.slice(0, MOST_CARD_NUMBERS).map((phone) => readNumber(scene, phone));
  const read = reads.find(({ kind }) => kind === 'number') ?? reads[0];
  const at = dialog ?? ({ name: 'callback', step: 'number' } as const);
  if (read?.kind === 'number') return withNumber(scene, at, read.digits, WEIGHT.command);
  const asksNumber = askedAgain(at, 'number') ?? at;
  return {
    ...moveTo(scene, asksNumber, WEIGHT.command),
    answer: refuses(asksNumber, REFUSALS[read?.why ?? 'notANumber']),
  };
}
const MOST_CARD_NUMBERS = 10;

/** Asks again, as after a change of language. */
export function repeatCallbackQuestion(scene: Scene): Step | undefined {
  const dialog = unordered(scene);
  return dialog && sayOnly(scene, asks(dialog, WEIGHT.text));
}

const agentTalks = (scene: Scene): boolean => scene.openCase?.state === 'open';

function unordered({ session: { dialog } }: Scene): Unordered | undefined {
  return dialog.name === 'callback' && dialog.step !== 'ordered' ? dialog : undefined;
}

const isOver = ({ callback, now }: Scene): boolean => callback !== undefined && callback.endsAt <= now;

const withDialog = (scene: Scene, dialog: CallbackDialog | { readonly name: 'menu' }): Scene => ({
  ...scene,
  session: { ...scene.session, dialog },
});

const moveTo = (scene: Scene, dialog: Unordered, weight: Answer['weight'], lead?: PlainTextKey): Step =>
  sayOnly(agentTalks(scene) ? scene : withDialog(scene, dialog), asks(dialog, weight, lead));

const showOrder = (scene: Scene, key: ShownKey): Step =>
  sayOnly(agentTalks(scene) ? scene : withDialog(scene, { name: 'callback', step: 'ordered' }), showsOrder(key));

/** A button of an order that is over. */
const showGone = (scene: Scene): Step =>
  scene.callback ? startCallback(scene) : sayOnly(scene, tells('callback.gone'));

function leave(scene: Scene): Step {
  if (scene.callback) return showOrder(scene, 'callback.unchanged');
  return sayOnly(withDialog(scene, { name: 'menu' }), left);
}

const REFUSALS = {
  notANumber: 'callback.number.notANumber',
  wrong: 'callback.number.wrong',
  short: 'callback.number.short',
  tollFree: 'callback.number.tollFree',
  premium: 'callback.number.premium',
  service: 'callback.number.service',
} as const satisfies Record<NumberRefusal, PlainTextKey>;

const readNumber = ({ facts }: Scene, written: string) => facts.callbacks.readNumber(written, facts.country);

function takeNumber(scene: Scene, dialog: CallbackAt<'number'>, text: string): Step {
  const read = readNumber(scene, text);
  return read.kind === 'number'
    ? withNumber(scene, dialog, read.digits, WEIGHT.text)
    : sayOnly(scene, refuses(dialog, REFUSALS[read.why]));
}

/** A time that was chosen before is kept while it may be had. */
function withNumber(scene: Scene, dialog: Unordered, phone: string, weight: Answer['weight']): Step {
  const { changes } = dialog;
  const asked = { name: 'callback', ...(changes !== undefined && { changes }), step: 'day', phone } as const;
  const kept = dialog.step === 'number' ? slotsOf(scene).find(({ startsAt }) => startsAt === dialog.keep) : undefined;
  return kept ? withSlot(scene, asked, kept, weight) : moveTo(scene, asked, weight);
}

function withDay(scene: Scene, asked: CallbackAt<'day'>, day: string, weight: Answer['weight'], from?: number): Step {
  const slots = slotsOf(scene).filter((slot) => slot.day === day);
  const isLeft = from === undefined ? slots.length > 0 : slots.some(({ startsAt }) => startsAt >= from);
  if (!isLeft) return moveTo(scene, asked, weight, 'callback.dayGone');
  return moveTo(scene, { ...asked, step: 'time', day, ...(from !== undefined && { from }) }, weight);
}

const withSlot = (
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
function slotGone(scene: Scene, dialog: Unordered): Step {
  const day = 'day' in dialog ? dialog.day : undefined;
  const isLeft = day !== undefined && slotsOf(scene).some((slot) => slot.day === day);
  const asked = askedAgain(dialog, isLeft ? 'time' : 'day');
  return asked ? moveTo(scene, asked, WEIGHT.command, 'callback.slotGone') : sayOnly(scene, asks(dialog, WEIGHT.text));
}

/** A typed day, with a time if there is one beside it. */
function takeDay(scene: Scene, asked: CallbackAt<'day'>, text: string): Step | undefined {
  const typed = readTypedDay(text, momentIn(scene.now, 'en', zoneOf(scene)).date);
  if (!typed) return undefined;
  const slots = slotsOf(scene).filter(({ day }) => day === typed.day);
  if (slots.length === 0) return sayOnly(scene, refuses(asked, 'callback.notThatDay'));
  const slot = slotAt(slots, readTypedMinutes(typed.rest));
  return slot ? withSlot(scene, asked, slot, WEIGHT.text) : withDay(scene, asked, typed.day, WEIGHT.text);
}

/** A typed time of the day in question, or another day. */
function takeTime(scene: Scene, dialog: CallbackAt<'time' | 'confirm'>, text: string): Step | undefined {
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
function slotAt(slots: readonly Slot[], minutes: readonly number[]): Slot | undefined {
  for (const minute of minutes) {
    const slot = slots.find(
      (one) => one.minute <= minute && minute < one.minute + (one.endsAt - one.startsAt) / MINUTE_MS,
    );
    if (slot) return slot;
  }
  return undefined;
}

/** Orders what was confirmed, or changes what is ordered. */
function order(scene: Scene, dialog: CallbackAt<'confirm'>): Step {
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
function changeOrder(scene: Scene): Step {
  const { callback } = scene;
  if (!callback) return showGone(scene);
  const { id: changes, phone } = callback;
  return moveTo(scene, { name: 'callback', changes, step: 'day', phone }, WEIGHT.command);
}

function cancelOrder(scene: Scene): Step {
  const { callback, ...rest } = scene;
  if (!callback) return showGone(scene);
  return {
    scene: scene.session.dialog.name === 'callback' ? withDialog(rest, { name: 'menu' }) : rest,
    changes: [{ kind: 'callback.cancel', callbackId: callback.id, at: saidNow(scene).at }],
    answer: cancelled,
  };
}

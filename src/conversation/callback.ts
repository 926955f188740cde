import type { NumberRefusal } from '../callbacks/callback-number.js';
import { asks, left, refuses, showsOrder, tells, type ShownKey } from './callback-answers.js';
import { askedAgain, questionBefore, type CallbackAt, type CallbackDialog } from './callback-dialog.js';
import { cancelOrder, changeOrder, order } from './callback-order.js';
import { numberTold, slotTold } from './callback-told.js';
import { givesUp } from './cancel.js';
import type { CallbackWish } from './intents.js';
import {
  agentTalks,
  moveTo,
  slotGone,
  takeDay,
  takeTime,
  unordered,
  withDay,
  withDialog,
  withNumber,
  withSlot,
} from './callback-steps.js';
import { knownNumber, lastDigitsOf, slotsOf } from './callback-words.js';
import { showMenu } from './menu.js';
import { sayOnly, WEIGHT, type Scene, type Step } from './scene.js';
import { comparable } from './spelling.js';
import type { CallbackTap } from './taps.js';
import type { PlainTextKey } from './wording.js';

/* A call-back.
 *
 * Begun from the menu, from under a price, or with the words ("перезвоните мне"), the dialog asks one thing at a time: which number,
 * which day, which hour; then it shows all of it and is told yes. The number that we know is offered; somebody of whom we know none is
 * asked with the platform's own request for it, and may type one all the same, or send a card of the address book. Numbers that cost the
 * caller, or that nobody answers in person, are refused by name. Days and hours are those in which the company works, as the clocks of
 * the person's zone show them; they are tapped or typed ("завтра", "в пятницу в 15"). What has passed meanwhile, or was taken out, is told
 * to be gone, and what there is instead is shown. What is told in the very wish ("позвоните завтра в 15:00 на …") is not asked again.
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

const BACK =
  /^(назад|вернись|вернуться|вернуться назад|шаг назад|предыдущий вопрос|nazad|back|go back|previous|step back)$/;
const CHANGE =
  /^(перенеси|перенесите|перенести|измени|измените|изменить|поменяй|поменяйте|поменять|другое время|в другое время|change|change it|move it|reschedule|reschedule it|another time|other time)$/;
const YES =
  /^(да|ага|угу|ок|окей|хорошо|ладно|отлично|супер|верно|все верно|подтверждаю|подтвердить|заказывай|заказывайте|давай|давайте|da|yes|yep|yeah|ok|okay|fine|great|good|perfect|correct|confirm|i confirm|thats right)( (да|верно|все верно|спасибо|thanks|please|confirm))?$/;

/** Begins anew, or shows what is ordered already. @param text in which it is asked for: a number, a day and an hour may be told in it */
export function startCallback(scene: Scene, text = ''): Step {
  if (scene.callback) return showOrder(scene, isOver(scene) ? 'callback.overdue' : 'callback.standing');
  const told = numberTold(scene, text);
  if (told?.read.kind === 'number') {
    return takeWhen(scene, { name: 'callback', step: 'day', phone: told.read.digits }, told.rest);
  }
  const keep = slotTold(scene, told?.rest ?? text)?.startsAt;
  const dialog = { name: 'callback', step: 'number', ...(keep !== undefined && { keep }) } as const;
  const begun = moveTo(scene, dialog, WEIGHT.command);
  return told?.read.kind === 'refused' ? { ...begun, answer: refuses(dialog, REFUSALS[told.read.why]) } : begun;
}

/** Goes on with the day and the hour that were told along with the wish. */
function takeWhen(scene: Scene, asked: CallbackAt<'day'>, text: string): Step {
  const begun = moveTo(scene, asked, WEIGHT.command);
  const slot = slotTold(scene, text);
  return slot ? withSlot(scene, asked, slot, WEIGHT.command) : (takeDay(begun.scene, asked, text) ?? begun);
}

/** "Перезвоните мне", "перенесите звонок", "отмените звонок". */
export function takeCallbackWish(scene: Scene, wish: CallbackWish, text: string): Step {
  if (wish === 'order') return startCallback(scene, text);
  const { callback } = scene;
  if (callback && wish === 'change') {
    const { id: changes, phone } = callback;
    return takeWhen(scene, { name: 'callback', changes, step: 'day', phone }, text);
  }
  if (callback) return cancelOrder(scene, callback);
  const dialog = unordered(scene);
  if (!dialog) return sayOnly(scene, tells('callback.nothingOrdered'));
  // Who would move a call that is just being ordered still wants it.
  return wish === 'change' ? sayOnly(scene, asks(dialog, WEIGHT.command)) : leave(scene);
}

export function takeCallbackTap(scene: Scene, tap: CallbackTap): Step {
  if (tap.act === 'start') return startCallback(scene);
  if (tap.act === 'change' || tap.act === 'cancel') {
    const { callback } = scene;
    if (callback?.id !== tap.id) return showGone(scene);
    return tap.act === 'change' ? changeOrder(scene, callback) : cancelOrder(scene, callback);
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
  if (givesUp(text)) return dialog.step === 'ordered' ? takeCallbackWish(scene, 'cancel', text) : leave(scene);
  if (BACK.test(words)) {
    const before = dialog.step === 'ordered' ? undefined : questionBefore(dialog);
    const asked = before && askedAgain(dialog, before);
    return asked ? moveTo(scene, asked, WEIGHT.command) : showMenu(scene);
  }
  switch (dialog.step) {
    case 'ordered':
      return CHANGE.test(words) ? takeCallbackWish(scene, 'change', text) : undefined;
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

const showOrder = (scene: Scene, key: ShownKey): Step =>
  sayOnly(agentTalks(scene) ? scene : withDialog(scene, { name: 'callback', step: 'ordered' }), showsOrder(key));

/** A button of an order that is over. */
const showGone = (scene: Scene): Step =>
  scene.callback ? startCallback(scene) : sayOnly(scene, tells('callback.gone'));

function leave(scene: Scene): Step {
  if (scene.callback) return showOrder(scene, 'callback.unchanged');
  return sayOnly(withDialog(scene, { name: 'menu' }), left);
}

const isOver = ({ callback, now }: Scene): boolean => callback !== undefined && callback.endsAt <= now;

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

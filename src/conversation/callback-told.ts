import type { ReadNumber } from '../callbacks/callback-number.js';
import type { Slot } from '../callbacks/slots.js';
import { slotAt } from './callback-steps.js';
import { slotsOf, zoneOf } from './callback-words.js';
import type { Scene } from './scene.js';
import { readTypedDay, readTypedMinutes } from './typed-when.js';
import { momentIn } from './when.js';

/* What somebody tells in the very sentence in which they ask for a call: "позвоните завтра в 15:00 на 8 916 123-45-67". What is told need
 * not be asked any more; what cannot be read for certain is asked as if nothing had been said. */

/** A row of digits that may be a number with its area code, written with blanks, hyphens and brackets. */
const NUMBER = /(?<![\d.:])\+?\d[\d ()-]{8,20}\d(?![\d:])/g;
const LEAST_DIGITS = 10;
const MOST_CHARACTERS = 500;

/** @returns how the number in a sentence reads, and the sentence without it; undefined where there is none, or more than one */
export function numberTold(
  { facts }: Scene,
  text: string,
): { readonly read: ReadNumber; readonly rest: string } | undefined {
  const found = [...text.slice(0, MOST_CHARACTERS).matchAll(NUMBER)].filter(
    ([digits]) => digits.replace(/\D/g, '').length >= LEAST_DIGITS,
  );
  const [written, ...others] = found;
  if (!written || others.length > 0) return undefined;
  const rest = text.replace(written[0], ' ');
  return { read: facts.callbacks.readNumber(written[0], facts.country), rest };
}

/** "В 15:00", "at 3 pm", "к 10 утра": a time and nothing else that has a number in it. */
const TIME = /(^|\s)(в|во|к|at|by)\s+\d|\d[:.]\d\d(?!\d)|\d\s*(час|a\.?m|p\.?m|утра|дня|вечера)/iu;
/** "Через 15 минут", "in 2 hours". */
const FROM_NOW = /через|\bin (an?|\d)/iu;

/** The free slot at the day and hour that a sentence names; of an hour alone, today's. */
export function slotTold(scene: Scene, text: string): Slot | undefined {
  const today = momentIn(scene.now, 'en', zoneOf(scene)).date;
  const typed = readTypedDay(text, today);
  const left = typed?.rest ?? text;
  if (FROM_NOW.test(left) || !TIME.test(left)) return undefined;
  const day = typed?.day ?? today;
  return slotAt(
    slotsOf(scene).filter((slot) => slot.day === day),
    readTypedMinutes(left),
  );
}

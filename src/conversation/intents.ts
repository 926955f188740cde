import type { Language } from './session.js';
import {
  ABOUT,
  AROUND_LANGUAGE,
  CALL_ME,
  CALL_NOUN,
  CALL_STRONG,
  CALL_WEAK,
  CANCEL_VERB,
  CHANGE_VERB,
  COURTESY,
  DELETE_DATA,
  FORGIVING_GREETINGS,
  GREETING,
  GREETING_PHRASES,
  HAD_ENOUGH,
  HAD_ENOUGH_PHRASES,
  HUMAN,
  HUMAN_NOUN,
  LANGUAGE_NAMES,
  LIVING,
  MAILING,
  MENU,
  MOST_WORDS_CALL,
  MOST_WORDS_PRICE,
  MOST_WORDS_STRONG,
  MOST_WORDS_WEAK,
  MY_DATA,
  NEGATION,
  NO_CALL,
  OF_MESSAGES,
  PLAIN_PERSON,
  PRICE,
  STOP,
  TAKE_BACK,
  TOPIC_LIST,
} from './phrases.js';
import { comparable, isNearly, retyped } from './spelling.js';
import { isTypedStars } from './typed-stars.js';

/* What a free text asks of the bot itself, as opposed to what it asks about. Whole messages are compared, after trimming courtesy
 * words ("Стоп, спасибо"), and for a human also clear phrases ("соедините меня с оператором, пожалуйста"). Small slips are forgiven:
 * one letter in words of five and more, stretched letters, the other keyboard layout ("ghbdtn"). Articles and classifiers come after
 * this: a stop or a cry for a human must not depend on them. */

export type Intent =
  | { readonly kind: 'stop' }
  /** It sounds like a stop, and may be none: asked before anything is taken away. */
  | { readonly kind: 'maybeStop' }
  /** A stop is taken back; where there is none to take back, it is a text like any other. */
  | { readonly kind: 'takeBack' }
  /** What they hear from us about. */
  | { readonly kind: 'topics' }
  | { readonly kind: 'human' }
  /** What we know of them; that all of it goes. */
  | { readonly kind: 'myData' }
  | { readonly kind: 'deleteData' }
  | { readonly kind: 'menu' }
  | { readonly kind: 'about' }
  | { readonly kind: 'language'; readonly language: Language }
  /** A call is asked for, or one that was ordered is to be changed or cancelled. */
  | { readonly kind: 'callback'; readonly wish: CallbackWish }
  /** The price of a mailing is asked for, or its calculation. */
  | { readonly kind: 'quote' }
  /** Stars in words or signs, not from our list. */
  | { readonly kind: 'typedStars' }
  | { readonly kind: 'greeting' }
  /** Thanks, "ok", a heart: nothing is asked. */
  | { readonly kind: 'courtesy' };

export type CallbackWish = 'order' | 'change' | 'cancel';

/** What a text asks of the bot; undefined for everything that is not about the bot itself. */
export function intentOf(text: string): Intent | undefined {
  const typed = comparable(text);
  if (isTypedStars(text, typed)) return { kind: 'typedStars' };
  const all = typed.split(' ').filter(Boolean);
  if (all.length === 0) return /\p{Extended_Pictographic}/u.test(text) ? { kind: 'courtesy' } : undefined;
  if (all.length > MOST_WORDS_STRONG * 2) return undefined;
  const words = withoutCourtesy(all);
  if (words.length === 0) return { kind: all.some(isGreeting) ? 'greeting' : 'courtesy' };
  const intent = commandOf(words) ?? commandOf(all) ?? humanInAClause(text);
  if (intent || all.length > 1) return intent;
  const otherLayout = retyped(text);
  return otherLayout === undefined ? undefined : commandOf([comparable(otherLayout)]);
}

function commandOf(words: readonly string[]): Intent | undefined {
  const whole = words.filter((word, at) => word !== words[at - 1]).join(' '); // "стоп стоп"
  if (isOneOf(whole, STOP)) return { kind: 'stop' };
  if (TAKE_BACK.includes(whole)) return { kind: 'takeBack' };
  // "Удалите, пожалуйста, мои данные": who asks for that much asks politely in the middle, too.
  const plain = words.filter((word) => !COURTESY.has(word)).join(' ');
  if (isOneOf(plain, DELETE_DATA)) return { kind: 'deleteData' };
  if (isOneOf(plain, MY_DATA)) return { kind: 'myData' };
  if (isOneOf(whole, TOPIC_LIST)) return { kind: 'topics' };
  if (isOneOf(whole, HUMAN) || asksForHuman(words)) return { kind: 'human' };
  const language = requestedLanguage(words);
  if (language) return { kind: 'language', language };
  if (isOneOf(whole, MENU)) return { kind: 'menu' };
  if (isOneOf(whole, ABOUT)) return { kind: 'about' };
  const wish = callbackWish(words);
  if (wish) return { kind: 'callback', wish };
  if (soundsLikeStop(words)) return { kind: 'maybeStop' };
  if (asksForPrice(words)) return { kind: 'quote' };
  if (isOneOf(whole, GREETING_PHRASES) || words.every(isGreeting)) return { kind: 'greeting' };
  return undefined;
}

/** "Надоели ваши рассылки": somebody has had enough, and of messages. "Хватит" alone may be about anything else, and so is asked too. */
function soundsLikeStop(words: readonly string[]): boolean {
  const whole = words.join(' ');
  if (words.length > MOST_WORDS_STRONG || ASKS_HOW.test(whole)) return false;
  if (isOneOf(whole, HAD_ENOUGH_PHRASES)) return true;
  return words.some((word) => HAD_ENOUGH.test(word)) && words.some((word) => OF_MESSAGES.test(word));
}

/** "Как отписаться от рассылки?" is a question, and has an article; "как же вы надоели" is none. */
const ASKS_HOW =
  /^(как|где) ((мне|можно|я|могу) ){0,2}\p{L}+(ть|ться|ти|тись)( |$)|^(how|where) (do|can|could|should|to) /u;

/** "Не могу войти. Оператор!": a call for a human may be one clause of several. */
function humanInAClause(text: string): Intent | undefined {
  const clauses = text.slice(0, 500).split(/[.,;:!?\n]+/);
  if (clauses.length < 2) return undefined;
  const calls = clauses.some((clause) => {
    const words = withoutCourtesy(comparable(clause).split(' '));
    const whole = words.join(' ');
    // "Кто вы, человек?" calls nobody.
    return (isOneOf(whole, HUMAN) && !PLAIN_PERSON.has(whole)) || asksForHuman(words);
  });
  return calls ? { kind: 'human' } : undefined;
}

/** What is nearly a phrase is as long as it, give or take a letter: the others need no comparing. */
function isOneOf(whole: string, phrases: readonly string[]): boolean {
  const lengths = byLength(phrases);
  for (let length = whole.length - 1; length <= whole.length + 1; length++)
    if (lengths.get(length)?.some((phrase) => isNearly(whole, phrase))) return true;
  return false;
}

const listsByLength = new WeakMap<readonly string[], ReadonlyMap<number, readonly string[]>>();

function byLength(phrases: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const known = listsByLength.get(phrases);
  if (known) return known;
  const lengths = new Map<number, string[]>();
  for (const phrase of phrases) lengths.set(phrase.length, [...(lengths.get(phrase.length) ?? []), phrase]);
  listsByLength.set(phrases, lengths);
  return lengths;
}

const isGreeting = (word: string): boolean => GREETING.has(word) || isOneOf(word, FORGIVING_GREETINGS);

/** Courtesy words and greetings off both ends, and "thank you" as one word. */
function withoutCourtesy(all: readonly string[]): readonly string[] {
  const words = all
    .join(' ')
    .replace(/\bthank you\b/g, 'thanks')
    .replace(/\bgot it\b/g, 'got')
    .split(' ');
  const isCourtesy = (word = '') => COURTESY.has(word) || isGreeting(word);
  let from = 0;
  let to = words.length;
  while (from < to && isCourtesy(words[from])) from++;
  while (to > from && isCourtesy(words[to - 1])) to--;
  return words.slice(from, to);
}

function asksForHuman(words: readonly string[]): boolean {
  if (words.length > MOST_WORDS_STRONG) return false;
  const noun = words.findIndex(
    (word) => HUMAN_NOUN.test(word) || (word.length >= 7 && HUMAN.some((human) => isNearly(word, human))),
  );
  if (noun < 0) return false;
  const negated = (at: number) => words.slice(Math.max(0, at - 2), at).some((word) => NEGATION.has(word));
  const called = (by: ReadonlySet<string>) => words.some((word, at) => by.has(word) && !negated(at));
  if (negated(noun)) return false;
  if (called(CALL_STRONG) || LIVING.has(words[noun - 1] ?? '')) return true;
  if (words.length > MOST_WORDS_WEAK || !called(CALL_WEAK)) return false;
  return !PLAIN_PERSON.has(words[noun] ?? '') || words.length <= 4;
}

/** "Перезвоните мне", "call me back", "отмените звонок": short, and plainly about a call of ours. */
function callbackWish(words: readonly string[]): CallbackWish | undefined {
  const whole = words.join(' ');
  // The number and the hour may be told along with it.
  if (words.filter((word) => !/^\d+$/.test(word)).length > MOST_WORDS_CALL || ASKS_HOW.test(whole)) return undefined;
  if (NO_CALL.test(whole)) return 'cancel';
  const isAboutCall = words.some((word) => CALL_NOUN.test(word));
  if (isAboutCall && words.some((word) => CANCEL_VERB.test(word))) return 'cancel';
  if (isAboutCall && words.some((word) => CHANGE_VERB.test(word))) return 'change';
  return !words.some((word) => NEGATION.has(word)) && CALL_ME.test(whole) ? 'order' : undefined;
}

/** "Сколько стоит рассылка", "price of a mailing": a short question with both a price and a mailing in it. */
function asksForPrice(words: readonly string[]): boolean {
  if (words.length > MOST_WORDS_PRICE || words.some((word) => NEGATION.has(word))) return false;
  return words.some((word) => PRICE.test(word)) && words.some((word) => MAILING.test(word));
}

function requestedLanguage(words: readonly string[]): Language | undefined {
  if (words.length > 8) return undefined;
  let language: Language | undefined;
  for (const word of words) {
    const named = LANGUAGE_NAMES[word];
    if (named) language = named;
    else if (!AROUND_LANGUAGE.has(word) && !COURTESY.has(word)) return undefined;
  }
  return language;
}

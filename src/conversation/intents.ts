import type { Language } from './session.js';
import { comparable, isNearly, retyped } from './spelling.js';

/* What a free text asks of the bot itself, as opposed to what it asks about. Whole messages are compared, after trimming courtesy
 * words ("Стоп, спасибо"), and for a human also clear phrases ("соедините меня с оператором, пожалуйста"). Small slips are forgiven:
 * one letter in words of five and more, stretched letters, the other keyboard layout ("ghbdtn"). Articles and classifiers come after
 * this: a stop or a cry for a human must not depend on them. */

export type Intent =
  | { readonly kind: 'stop' }
  | { readonly kind: 'human' }
  | { readonly kind: 'menu' }
  | { readonly kind: 'about' }
  | { readonly kind: 'language'; readonly language: Language }
  | { readonly kind: 'greeting' }
  /** Thanks, "ok", a heart: nothing is asked. */
  | { readonly kind: 'courtesy' };

const lines = (text: string): readonly string[] => text.trim().split(/\s*\n\s*/);
const set = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const STOP = lines(`
  стоп
  stop
  stop all
  stopall
  отписаться
  отписка
  отпишите
  отпишите меня
  отписать меня
  хочу отписаться
  отписаться от рассылки
  отписаться от всего
  удалите из рассылки
  удалите меня из рассылки
  уберите из рассылки
  уберите меня из рассылки
  не пишите
  не пишите мне
  не пишите больше
  не пишите мне больше
  больше не пишите
  больше не пишите мне
  больше мне не пишите
  не присылайте
  не присылайте мне ничего
  ничего не присылайте
  больше ничего не присылайте
  хватит писать
  хватит мне писать
  прекратите писать
  прекратите рассылку
  otpisatsya
  unsubscribe
  unsubscribe me
  i want to unsubscribe
  opt out
  optout
  stop messaging me
  stop texting me
  stop writing to me
  stop sending me messages
  stop sending messages
  dont write to me
  dont message me
  dont text me
  do not message me
  do not write to me
  do not contact me
  no more messages
  remove me from the list
  remove me from your list
  take me off the list
  take me off your list`);

const HUMAN = lines(`
  оператор
  оператора
  оператору
  человек
  человека
  живой человек
  живого человека
  живой оператор
  сотрудник
  менеджер
  менеджера
  консультант
  консультанта
  специалист
  специалиста
  техподдержка
  служба поддержки
  operator
  human
  a human
  agent
  an agent
  live agent
  real person
  a real person
  live person
  human agent
  representative
  customer service
  customer support
  manager
  chelovek
  zhivoy chelovek`);

// Words for a human in the forms in which they are asked for.
const HUMAN_NOUN =
  /^(оператор(а|ом|у)?|человек(а|ом|у)?|людьми|сотрудник(а|ом|у)?|менеджер(а|ом|у)?|консультант(а|ом|у)?|специалист(а|ом|у)?|operator(a|om|u)?|human|humans|person|agent|representative|manager|someone|somebody|chelovek(a|om)?)$/;
// "Соедините": asks for a human in a message of any reasonable length. "Нужен": only in a short one.
const CALL_STRONG = set(`
  позови позовите позвать соедини соедините соединить переключи переключите переключить переведи переведите поговорить пообщаться связаться
  свяжи свяжите talk speak speaking connect transfer chat soedinite pozovite pogovorit`);
const CALL_WEAK = set('нужен нужна дай дайте хочу можно требую пригласите want need get give call nuzhen hochu');
// A person who is talked to is one of ours; "можно ли послать одному человеку" is not about one.
const PLAIN_PERSON = set('человек человека человеку person someone somebody humans людьми');
const NEGATION = set('не нет no not dont doesnt without без ни');
const MOST_WORDS_STRONG = 12;
const MOST_WORDS_WEAK = 5;

const MENU = lines(`
  меню
  menu
  главное меню
  в меню
  открой меню
  покажи меню
  меню бота
  вернуться в меню
  main menu
  open menu
  open the menu
  show menu
  show the menu
  back to menu
  back to the menu
  menyu`);

const ABOUT = lines(`
  что ты умеешь
  что вы умеете
  что умеешь
  что умеет бот
  чем ты можешь помочь
  чем можешь помочь
  чем вы можете помочь
  помощь
  помоги
  помогите
  help
  help me
  what can you do
  what do you do
  how can you help
  how can you help me
  who are you
  кто ты
  кто вы
  ты кто
  ты бот
  это бот
  are you a bot
  is this a bot`);

const GREETING_PHRASES = lines(`
  добрый день
  доброе утро
  добрый вечер
  добрый
  доброго дня
  доброго утра
  доброго вечера
  доброй ночи
  доброго времени суток
  добрий день
  good morning
  good afternoon
  good evening
  good day
  hi there
  hello there
  dobryy den
  dobriy den
  dobroe utro`);
const GREETING = set(`
  привет приветик приветствую здравствуйте здравствуй здрасте здрасьте драсте здорово салем сәлем салам саламатсызбы сәлеметсіз хай хелло
  алло ку привіт вітаю вітаннє hello hi hey hallo hiya yo greetings privet privetik zdravstvuyte zdravstvujte zdravstvuite salem salam
  start старт начать начнем начинаем`);
// Whose misspellings are greetings too; "салат" is no "салам".
const FORGIVING_GREETINGS = [
  ...set('привет приветик приветствую здравствуйте здравствуй здрасте hello greetings privet zdravstvuyte'),
];
const COURTESY = set(`
  спасибо спс пожалуйста пожалста плиз пж пжл благодарю ок окей ok okay k да нет ага угу ну так хорошо ладно понятно ясно понял поняла
  отлично супер класс круто извините извини простите прости sorry please pls plz thanks thx thankyou ty cheers yes no yep nope yeah fine
  great cool nice good perfect got spasibo pozhaluysta rahmat рахмет рақмет дякую бот bot
  до свидания пока всего доброго bye goodbye`);

const LANGUAGE_NAMES: Readonly<Record<string, Language>> = {
  русский: 'ru',
  русском: 'ru',
  русски: 'ru',
  russian: 'ru',
  russkiy: 'ru',
  russkom: 'ru',
  английский: 'en',
  английском: 'en',
  английски: 'en',
  инглиш: 'en',
  english: 'en',
  angliyskiy: 'en',
};
/** What may stand around a language's name in a plain request for it; "учебник на русском" is none. */
const AROUND_LANGUAGE = set(`
  по на in на язык языке language давай давайте можно можете ли вы ты со мной мне говори говорите пиши пишите отвечай отвечайте общаться
  перейти перейди перейдем переключи переключите переключись переключить switch change to the chat speak write answer talk lets do does can
  could we you i want prefer would like me my хочу хотел лучше po na i и а`);

/** What a text asks of the bot; undefined for everything that is not about the bot itself. */
export function intentOf(text: string): Intent | undefined {
  const all = comparable(text).split(' ').filter(Boolean);
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
  const whole = words.join(' ');
  if (isOneOf(whole, STOP)) return { kind: 'stop' };
  if (isOneOf(whole, HUMAN) || asksForHuman(words)) return { kind: 'human' };
  const language = requestedLanguage(words);
  if (language) return { kind: 'language', language };
  if (isOneOf(whole, MENU)) return { kind: 'menu' };
  if (isOneOf(whole, ABOUT)) return { kind: 'about' };
  if (isOneOf(whole, GREETING_PHRASES) || words.every(isGreeting)) return { kind: 'greeting' };
  return undefined;
}

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

const isOneOf = (whole: string, phrases: readonly string[]): boolean =>
  phrases.some((phrase) => isNearly(whole, phrase));

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
  if (called(CALL_STRONG)) return true;
  if (words.length > MOST_WORDS_WEAK || !called(CALL_WEAK)) return false;
  return !PLAIN_PERSON.has(words[noun] ?? '') || words.length <= 4;
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

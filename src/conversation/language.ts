import type { Language, Session } from './session.js';

/* Which of our two languages a person speaks. Own code on purpose: chat messages are short, Russian is often typed in Latin letters,
 * and "neither is clear" must be an answer. On the 45 lines of language.test.ts that were written after this code and never tuned to
 * (ru, en or nothing): this file 42 right; eld 2.1.0 39 (35 with its own test of reliability), tinyld 1.3.4 35, franc-min 6.2.0 31,
 * Slavic languages counted as ru. On the lines it was tuned to: 94 of 94; 74, 79, 66. About 2 us a text. */

type Chosen = Pick<Session, 'language' | 'languageFrom'>;

/** Countries in which a stranger is more likely to want Russian than English. */
const RUSSIAN_FIRST = new Set('RU BY KZ KG UA AM UZ TJ TM AZ GE MD'.split(' '));

/** The first guess, before a word was said. @param country ISO 3166 alpha-2 */
export function guessByCountry(country: string | undefined, companyLanguage: Language): Chosen {
  if (!country) return { language: companyLanguage, languageFrom: 'company' };
  return { language: RUSSIAN_FIRST.has(country.toUpperCase()) ? 'ru' : 'en', languageFrom: 'country' };
}

/** What a free text of the person changes. A guess gives way to any clear word; the person's own words give way to a confident
 *  sentence only; what was chosen stays. */
export function languageAfter(before: Chosen, text: string): Chosen {
  if (before.languageFrom === 'chosen') return before;
  const heard = languageOf(text);
  if (!heard || (!heard.sure && before.languageFrom === 'words')) return before;
  return { language: heard.language, languageFrom: 'words' };
}

// Words that each of us writes in any language.
const NEUTRAL = new Set('ok okay k ок окей whatsapp ватсап вотсап sms смс api стоп меню'.split(' '));

const ENGLISH = new Set(
  (
    'the is are was were be been am it its this that these those what which who whom whose how why when where there here you your yours ' +
    'we our us they them their he she his her him my me mine have has had having do does did done doing dont doesnt didnt cant wont ' +
    'isnt im ive id ill youre can could will would shall should may might must not and or but if then than because so very too also ' +
    'for from with without about into onto of at by in on to as an a i no yes please thanks thank hello helo hi hey good morning afternoon ' +
    'evening day sorry help need want know get got send sent sending write call tell ask make take give pay buy order price cost much ' +
    'many any some all more most other new now today tomorrow yesterday still again never always number phone message messages account ' +
    'money delivery work works working broken problem issue question answer human person people someone agent speak talk stop start ' +
    'cancel change delete english russian time long does anybody hear understand receive received'
  ).split(' '),
);

// The commonest words of Russian as people type them in Latin letters; none that is also English.
const TRANSLIT = new Set(
  (
    'privet privetik zdravstvuyte zdravstvuite zdravstvujte zdrastvuyte dobryy dobryi dobry dobriy dobroe utro den vecher spasibo spasib ' +
    'pozhaluysta pozhaluista pojaluista pozhalusta kak kakoy kakoi kakaya kakie dela chto chego chem eto etot eta eti gde kogda kuda ' +
    'pochemu zachem skolko stoit mozhno mojno nuzhno nujno nuzhen nado hochu khochu xochu hotel mogu mozhet mozhete ya vy ty oni ona ' +
    'mne menya menia tebe tebya vam vas vami nas nam moy moi moya moe vash vasha vashi nash na ne ni da li ili no uzhe uje esli esche ' +
    'eshche yest yesli dlya dlia pro bez po ot za iz u s v o k zakaz dengi dengu dostavka dostavku rabotaet rabotayet rabotaete prishlo ' +
    'prishel prishla prihodit prixodit pomogite pomoshch pomosh otvette otvet chelovek cheloveka chelovekom operatora nomer telefon ' +
    'soobshchenie soobscheniya soobshenie segodnya zavtra vchera seychas seichas vse vsyo ochen horosho khorosho ploho net poka mogut ' +
    'est byl bylo budet delat sdelat skazhite podskazhite napishite perezvonite pozvonite govorite ponyal ponimayu znayu'
  ).split(' '),
);
// A vote only beside others: English or nothing when alone.
const HALF_TRANSLIT = new Set('na no da u s v o k po za iz net est den ne li pro on'.split(' '));
const HALF_ENGLISH = new Set('a i in on to no so me us am as an do be at by order stop start day time new'.split(' '));

const TRANSLIT_SHAPE =
  /(zh|shch|kh|yy$|iy$|yj$|ogo$|aet$|ayet$|uet$|uyet$|ayte$|aite$|yte$|tsya$|tsia$|vat$|enie$|eniye$|iya$|ovat)/;
const ENGLISH_SHAPE = /(ing$|tion$|tions$|ould$|ght$|^wh|^th.{2}|ness$|ment$|ful$|ess$)/;

// Small words and verb endings that a sentence has and a name has not.
const RUSSIAN_SMALL = new Set(
  (
    'и а но да нет не ни в во на с со к ко по за из от до для про без у о об при что как где когда куда кто чей почему зачем сколько ли ' +
    'или если это этот эта эти то тот так там тут я ты вы мы он она они мне меня мой моя мое мои вам вас ваш ваша нам нас наш можно надо ' +
    'нужно нужен хочу могу есть был была было будет уже еще очень все всё спасибо пожалуйста привет здравствуйте добрый доброе день утро вечер'
  ).split(' '),
);
const RUSSIAN_VERB = /(ть|ться|тся|йте|ите|ишь|ешь|ает|яет|ует|ют|ает|ился|лась|лось|али|или|ило|ала)$/;

const MOST_WORDS = 60;

/** The language of a free text.
 *  @returns `sure` for a sentence that leaves no doubt, not sure for a clear word or two; undefined where nothing is clear: a number, a
 *  link, an emoji, a name, a word at home in both, a third language in Latin letters. Cyrillic of other languages counts as Russian. */
export function languageOf(text: string): { readonly language: Language; readonly sure: boolean } | undefined {
  const words = wordsOf(text);
  const cyrillic = words.filter((word) => /^\p{Script=Cyrillic}/u.test(word) && !NEUTRAL.has(word.toLowerCase()));
  const latin = words.filter((word) => /^\p{Script=Latin}/u.test(word)).map((word) => word.toLowerCase());
  const english = votes(latin, ENGLISH, HALF_ENGLISH, ENGLISH_SHAPE);
  const translit = votes(latin, TRANSLIT, HALF_TRANSLIT, TRANSLIT_SHAPE);

  if (cyrillic.length > 0 && cyrillic.length >= english) {
    if (cyrillic.length === english) return undefined; // half and half
    if (cyrillic.length === 1 && (cyrillic[0] ?? '').length < 2) return undefined;
    return { language: 'ru', sure: isRussianSentence(cyrillic) };
  }
  const most = Math.max(english, translit);
  if (most < 1 || Math.min(english, translit) * 2 > most) return undefined;
  if (most < latin.length * 0.3) return undefined; // a word of ours in a sentence of somebody else's
  return { language: english > translit ? 'en' : 'ru', sure: most >= 1.5 && latin.length >= 2 };
}

/** The letters of a text, word by word, without what belongs to no language: links, addresses, mentions, anything with a digit. */
function wordsOf(text: string): string[] {
  const plain = text
    .slice(0, 1000)
    .replace(/\S*(?:https?:\/\/|www\.|[@#\d]|\.\p{L}{2,6}\/)\S*|\b[\w-]+\.(?:com|ru|org|net|io|kz|by)\b/giu, ' ');
  return (plain.replace(/['’ʼ]/g, '').match(/[\p{L}\p{M}]+/gu) ?? []).slice(0, MOST_WORDS);
}

function votes(words: readonly string[], known: ReadonlySet<string>, half: ReadonlySet<string>, shape: RegExp): number {
  let sum = 0;
  for (const word of words) {
    if (NEUTRAL.has(word)) continue;
    if (half.has(word)) sum += 0.5;
    else if (known.has(word)) sum += 1;
    else if (word.length > 4 && shape.test(word)) sum += 0.5;
  }
  return sum;
}

function isRussianSentence(words: readonly string[]): boolean {
  if (words.length < 2) return false;
  const telling = words.filter(
    (word) => RUSSIAN_SMALL.has(word.toLowerCase()) || RUSSIAN_VERB.test(word.toLowerCase()),
  ).length;
  if (telling > 0) return true;
  const names = words.every((word) => /^\p{Lu}/u.test(word));
  return words.length >= 3 && !names;
}

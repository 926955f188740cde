/* Stars in words: "5 звёзд", "ставлю пять звёзд", "five stars", "⭐⭐⭐". Not "сколько звёзд можно поставить", which is a question: the whole
 * message must be about the person's own stars. */

const NUMBER = '[1-5]|один|одна|одну|два|две|три|четыре|пять|one|two|three|four|five|odna|odnu|dve|tri|chetyre|pyat';
const NOUN = 'звезд[аыуе]?|звездоч(?:ка|ки|ку|ек)|stars?|zvezd[ay]?';
const MARK = 'оценка|оценку|балл(?:а|ов)?|rating|points?';
const BEFORE =
  '(?:(?:вот|моя|мою|мои|вам|вас|ему|ей|им|я|ставлю|поставлю|ставим|даю|оцениваю|хочу|поставить|дать|тебе|на|i|id|i d|give|gave|you|rate|it|this|my|would|say|is|a|an|all|the|solid|твердые|твердая|твердую|все|только|лишь|just|only|stavlyu) ){0,5}';
const AFTER =
  '(?: (?:вам|тебе|из|пяти|5|от|меня|за|ответ|работу|помощь|бота|боту|of|out|from|me|for|you|the|answer|help|service|this)){0,4}';

const IN_WORDS = new RegExp(
  `^${BEFORE}(?:(?:${NUMBER}) (?:${NOUN})|(?:оценка|оценку|rating)(?: is)? (?:${NUMBER})|(?:${NUMBER}) (?:${MARK}))${AFTER}$`,
  'u',
);
/** Signs of a star and nothing else, hollow ones included. */
const SIGNS = /^(?:[⭐🌟★☆✩✪✭✮✯✰]\uFE0F?\s*){1,10}[.!)]*$/u;

/** @param text as it was typed @param words the same as `comparable` leaves it */
export const isTypedStars = (text: string, words: string): boolean =>
  SIGNS.test(text.slice(0, MOST_CHARACTERS).trim()) || IN_WORDS.test(words);

const MOST_CHARACTERS = 100;

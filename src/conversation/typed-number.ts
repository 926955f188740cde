/* Numbers as people type them in a chat: "10 000", "10,000", "10к", "5 тыс", "1,5 млн", "20%", "примерно 300 человек", "двадцать пять".
 * What could be read in two ways ("10-20", "1,500 тыс") is not read at all: asking again is cheaper than a wrong price. */

export type TypedNumber = {
  /** May be a fraction: whoever needs a whole number says so. */
  readonly value: number;
  readonly percent: boolean;
};

const MOST_CHARACTERS = 80;
const THOUSAND = 1000;
const MILLION = 1_000_000;
const MILLIARD = 1_000_000_000;

/** @returns undefined where there is no number, more than one, or one that is not clear */
export function readNumber(text: string): TypedNumber | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const plain = text.normalize('NFKC').toLowerCase().replace(/ё/g, 'е');
  const found = [...plain.matchAll(/\d+(?:[ .,'’]\d+)*/g)];
  const [match] = found;
  if (!match) return readWords(plain);
  if (found.length > 1) return undefined;
  const before = plain.slice(0, match.index);
  const after = plain.slice(match.index + match[0].length);
  if (/[-−–+\p{L}]$/u.test(before)) return undefined; // "-5", "b2b"
  const times = multiplierOf(after);
  const value = valueOf(match[0], times > 1);
  if (times === 0 || value === undefined) return undefined;
  return { value: Math.round(value * times * 1e6) / 1e6, percent: PERCENT.test(after) };
}

const PERCENT = /^\s*(%|проц|percent|pct)/;
const MULTIPLIERS: readonly [RegExp, number][] = [
  [/^\s*(к|k|т|тыс|тысяч[аиу]?|thousand)(?!\p{L})/u, THOUSAND],
  [/^\s*(м|m|млн|mln|миллион(а|ов)?|millions?)(?!\p{L})/u, MILLION],
  [/^\s*(млрд|миллиард(а|ов)?|bn|billions?)(?!\p{L})/u, MILLIARD],
];

/** 0 for something stuck to the number that is none of ours: "10x", "5e3". */
function multiplierOf(after: string): number {
  const known = MULTIPLIERS.find(([pattern]) => pattern.test(after));
  if (known) return known[1];
  return /^\p{L}/u.test(after) && !PERCENT.test(after) ? 0 : 1;
}

/** @param multiplied by a unit after it: then "1,500" is neither surely 1500 nor surely 1.5 */
function valueOf(digits: string, multiplied: boolean): number | undefined {
  const marks = [...digits.matchAll(/[ .,'’]/g)].map(([mark]) => mark);
  const [first] = marks;
  const last = marks.at(-1);
  if (first === undefined || last === undefined) return Number(digits);
  const isGrouped = /^\d{1,3}([ .,'’]\d{3})+$/.test(digits) && new Set(marks).size === 1;
  if (isGrouped && (first === ' ' || first === "'" || first === '’')) return Number(digits.replace(/\D/g, ''));
  if (isGrouped && !(multiplied && marks.length === 1)) return Number(digits.replace(/\D/g, ''));
  if (isGrouped) return undefined;
  if (last !== '.' && last !== ',') return undefined;
  const at = digits.lastIndexOf(last);
  const whole = digits.slice(0, at);
  const groups = marks.slice(0, -1);
  const wholeIsClear = groups.length === 0 || (/^\d{1,3}(\D\d{3})+$/.test(whole) && new Set(groups).size === 1);
  if (!wholeIsClear || groups.includes(last)) return undefined;
  return Number(`${whole.replace(/\D/g, '')}.${digits.slice(at + 1)}`);
}

const pairs = (text: string): readonly (readonly [string, number])[] =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [word = '', value] = pair.split('=');
      return [word, Number(value)] as const;
    });

const WORDS: ReadonlyMap<string, number> = new Map(
  pairs(`
    ноль=0 нуль=0 один=1 одна=1 одну=1 два=2 две=2 три=3 четыре=4 пять=5 шесть=6 семь=7 восемь=8 девять=9 десять=10 одиннадцать=11
    двенадцать=12 тринадцать=13 четырнадцать=14 пятнадцать=15 шестнадцать=16 семнадцать=17 восемнадцать=18 девятнадцать=19 двадцать=20
    тридцать=30 сорок=40 пятьдесят=50 шестьдесят=60 семьдесят=70 восемьдесят=80 девяносто=90 сто=100 двести=200 триста=300 четыреста=400
    пятьсот=500 шестьсот=600 семьсот=700 восемьсот=800 девятьсот=900
    zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15
    sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90`),
);
const SCALES: ReadonlyMap<string, number> = new Map(
  pairs(`
    hundred=100 тысяча=1000 тысячи=1000 тысяч=1000 тысячу=1000 thousand=1000
    миллион=1000000 миллиона=1000000 миллионов=1000000 million=1000000`),
);
const AROUND = new Set(
  'и and a примерно около about процент процента процентов percent подписчиков subscribers'.split(' '),
);

/** Numbers in words. Each next one has to fit under the one before: "двадцать пять", not "пять пять". */
function readWords(text: string): TypedNumber | undefined {
  let total = 0;
  let group = 0;
  let room = THOUSAND; // what the next word has to stay below
  let scaleRoom = Infinity;
  let any = false;
  for (const word of text.match(/[\p{L}%]+/gu) ?? []) {
    const value = WORDS.get(word);
    const scale = SCALES.get(word);
    if (value !== undefined) {
      if (value >= room) return undefined;
      group += value;
      room = value >= 100 ? 100 : value >= 20 ? 10 : 0;
    } else if (scale === 100) {
      if (group === 0 ? any : group > 9) return undefined;
      group = (group || 1) * 100;
      room = 100;
    } else if (scale !== undefined) {
      if (scale >= scaleRoom) return undefined;
      total += (group || 1) * scale;
      group = 0;
      room = THOUSAND;
      scaleRoom = scale;
    } else {
      if (AROUND.has(word) || word === '%') continue;
      return undefined;
    }
    any = true;
  }
  return any ? { value: total + group, percent: /%|процент|percent/.test(text) } : undefined;
}

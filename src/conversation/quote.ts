import { givesUp, isCancel } from './cancel.js';
import { readNumber } from './typed-number.js';
import { showMenu } from './menu.js';
import { askedAgain, questionBefore, type QuoteAt, type QuoteDialog } from './quote-dialog.js';
import { sayGone, sayQuestion, sayResult, type Unfinished } from './quote-words.js';
import { sayOnly, understood, WEIGHT, type Answer, type Scene, type Step } from './scene.js';
import type { Session } from './session.js';
import { comparable } from './spelling.js';
import type { QuoteTap } from './taps.js';

/* The price of a mailing.
 *
 * Begun from the menu or with the words ("сколько стоит рассылка"), the dialog asks one thing at a time: how many subscribers; how many
 * mailings a month; which alphabet, or the text itself, which is measured and not kept; how many characters, unless the text told;
 * what share is service traffic; what share is transactional. Advertising is what remains to 100 %, so where nothing remains after
 * the first share the second is not asked for. Then comes the price with its lines, what is saved against sending all as advertising, and
 * what WhatsApp would take.
 *
 * Each question repeats what was understood from the answer before. "Back" leads one question back, from the first to the menu; what was
 * answered after is forgotten. What cannot be taken is told with the range that can; the second time in a row the human leads. "Ok" and the
 * like repeat the question; "cancel", a greeting, the menu and a stop leave the dialog, "operator" calls a human as everywhere. A day of
 * silence ends it (advance.ts).
 *
 * Buttons say what they lead to, not "back one": tapped late, an older question is asked again if its answers are still known. If they are
 * not, the person is told that the calculation is over and may begin another. While an agent has the conversation nothing
 * here moves. */

const RANGES = {
  subscribers: { from: 1, to: 100_000_000, example: 10_000 },
  mailings: { from: 1, to: 1_000, example: 4 },
  characters: { from: 1, to: 10_000, example: 120 },
} as const;

const BACK =
  /^(назад|вернись|вернуться|вернуться назад|шаг назад|предыдущий вопрос|nazad|back|go back|previous|step back)$/;
const AGAIN = /^(еще|еще раз|заново|сначала|посчитать еще раз|again|once more|start over|calculate again)$/;
const ALPHABET_WORDS = [
  [/^(кириллиц\p{L}*|на кириллице|cyrillic)$/u, 'cyrillic'],
  [/^(латиниц\p{L}*|на латинице|latin)$/u, 'latin'],
  [/^(смешанн\p{L}*( текст)?|оба|вместе|и то и другое|mixed|both)$/u, 'mixed'],
] as const;
/** "Два раза в неделю" is no number a month. */
const OTHER_SPAN = /недел|день|дня|дней|ежедневно|квартал|(^|[^\p{L}])год|week|day|daily|quarter|year/iu;
/** WhatsApp brings no longer ones (reference §6.2). */
const LONGEST_TEXT = 4096;

const ordinary = { name: 'quote', priority: 'ordinary', lateNeedsHuman: true } as const;

/** Asks what the dialog stands at, or tells the price. */
const told = (dialog: QuoteDialog, weight: Answer['weight'], lead?: (scene: Scene) => string): Answer => ({
  ...ordinary,
  weight,
  say: (scene) => (dialog.step === 'result' ? sayResult(scene, dialog) : sayQuestion(scene, dialog, lead?.(scene))),
  said: understood,
});

const left: Answer = {
  ...ordinary,
  weight: WEIGHT.command,
  say: ({ facts, session }) => ({ form: 'menu', body: facts.texts.say(session.language, 'quote.left') }),
  said: understood,
};

const leave = (scene: Scene): Step =>
  sayOnly({ ...scene, session: { ...scene.session, dialog: { name: 'menu' } } }, left);

const gone: Answer = { ...ordinary, weight: WEIGHT.text, say: sayGone, said: understood };

/** The answer cannot be taken: what can, and the question again. */
const refused = (dialog: Unfinished): Answer => ({
  ...ordinary,
  weight: WEIGHT.text,
  say: (scene) => {
    const again = scene.session.misses > 0;
    const { texts } = scene.facts;
    const { language } = scene.session;
    const wanted =
      dialog.step === 'alphabet'
        ? texts.say(language, 'quote.noText')
        : texts.say(language, 'quote.noNumber', rangeOf(dialog));
    const lead = again ? `${wanted} ${texts.say(language, 'quote.askHuman')}` : wanted;
    return sayQuestion(scene, dialog, lead, again);
  },
  said: (session) => ({ ...session, misses: Math.min(session.misses + 1, MISSES_COUNTED) }),
});
const MISSES_COUNTED = 9;

/** Begins anew, whatever was answered before. */
export const startQuote = (scene: Scene): Step => moveTo(scene, { name: 'quote', step: 'subscribers' }, WEIGHT.command);

export function takeQuoteTap(scene: Scene, tap: QuoteTap): Step {
  const { dialog } = scene.session;
  if (tap.act === 'start') return startQuote(scene);
  const quote = dialog.name === 'quote' ? dialog : undefined;
  const question = tap.act === 'ask' ? tap.question : 'alphabet';
  const asked = quote && askedAgain(quote, question);
  if (asked?.step === 'alphabet' && tap.act === 'alphabet') {
    return moveTo(scene, { ...asked, step: 'characters', alphabet: tap.alphabet }, WEIGHT.command);
  }
  if (asked) return moveTo(scene, asked, WEIGHT.command);
  if (!quote) return sayOnly(scene, gone);
  // Begun anew, and an old button tapped: what is asked now goes on.
  const lead = ({ facts, session }: Scene) => facts.texts.say(session.language, 'quote.gone');
  return sayOnly(scene, told(quote, WEIGHT.command, lead));
}

/** A free text while the dialog lasts. @returns undefined for one that is not the dialog's any more */
export function takeQuoteText(scene: Scene, dialog: QuoteDialog, text: string): Step | undefined {
  if (agentTalks(scene)) return undefined;
  const words = comparable(text).replace(/ ?(пожалуйста|please)$/, '');
  if (dialog.step !== 'result' && (dialog.step === 'alphabet' ? isCancel(text) : givesUp(text))) return leave(scene);
  if (BACK.test(words)) {
    const before = questionBefore(dialog);
    const asked = before && askedAgain(dialog, before);
    return asked ? moveTo(scene, asked, WEIGHT.command) : showMenu(scene);
  }
  if (dialog.step === 'result') return AGAIN.test(words) ? startQuote(scene) : undefined;
  const next = answered(scene, dialog, text, words);
  return next ? moveTo(scene, next, WEIGHT.text) : sayOnly(scene, refused(dialog));
}

/** "Ok", "спасибо" answer no question: it stands. */
export function repeatQuestion(scene: Scene): Step | undefined {
  const { dialog } = scene.session;
  if (dialog.name !== 'quote' || dialog.step === 'result') return undefined;
  return sayOnly(scene, told(dialog, WEIGHT.text));
}

/** Whether the next text is the mailing's and not the person's own words: it says nothing about their language. */
export const awaitsForeignText = ({ dialog }: Session): boolean =>
  dialog.name === 'quote' && dialog.step === 'alphabet';

const agentTalks = (scene: Scene): boolean => scene.openCase?.state === 'open';

const moveTo = (scene: Scene, dialog: QuoteDialog, weight: Answer['weight']): Step =>
  sayOnly(agentTalks(scene) ? scene : { ...scene, session: { ...scene.session, dialog } }, told(dialog, weight));

/** The dialog after an answer; undefined for one that cannot be taken. */
function answered({ facts }: Scene, dialog: Unfinished, text: string, words: string): QuoteDialog | undefined {
  const number = wholeNumber(dialog, text);
  switch (dialog.step) {
    case 'subscribers':
      return number === undefined ? undefined : { name: 'quote', step: 'mailings', subscribers: number };
    case 'mailings':
      return number === undefined || OTHER_SPAN.test(text)
        ? undefined
        : { ...dialog, step: 'alphabet', mailings: number };
    case 'alphabet': {
      const alphabet = ALPHABET_WORDS.find(([pattern]) => pattern.test(words))?.[1];
      if (alphabet) return { ...dialog, step: 'characters', alphabet };
      if (readNumber(text) || !/\p{L}/u.test(text) || text.length > LONGEST_TEXT) return undefined;
      return { ...dialog, step: 'service', message: facts.quotes.measureText(text) };
    }
    case 'characters': {
      if (number === undefined) return undefined;
      const { subscribers, mailings, alphabet } = dialog;
      const message = { ...facts.quotes.measureLength(alphabet, number), alphabet };
      return { name: 'quote', step: 'service', subscribers, mailings, message };
    }
    case 'service':
      if (number === undefined) return undefined;
      return number === 100
        ? { ...dialog, step: 'result', service: number, transactional: 0 }
        : { ...dialog, step: 'transactional', service: number };
    case 'transactional':
      return number === undefined ? undefined : { ...dialog, step: 'result', transactional: number };
  }
}

type Range = { readonly from: number; readonly to: number; readonly example: number };

function rangeOf(dialog: Exclude<Unfinished, QuoteAt<'alphabet'>>): Range {
  switch (dialog.step) {
    case 'service':
      return { from: 0, to: 100, example: 20 };
    case 'transactional':
      return { from: 0, to: 100 - dialog.service, example: Math.min(30, 100 - dialog.service) };
    default:
      return RANGES[dialog.step];
  }
}

/** The number a text answers the question with, if it is whole and in range; only shares are in percent. */
function wholeNumber(dialog: Unfinished, text: string): number | undefined {
  if (dialog.step === 'alphabet') return undefined;
  const typed = readNumber(text);
  const isShare = dialog.step === 'service' || dialog.step === 'transactional';
  if (!typed || (typed.percent && !isShare)) return undefined;
  const { from, to } = rangeOf(dialog);
  return Number.isInteger(typed.value) && typed.value >= from && typed.value <= to ? typed.value : undefined;
}

import type { Quote } from '../quotes/quote.js';
import { questionBefore, type QuoteAt, type QuoteDialog } from './quote-dialog.js';
import type { Saying, Scene } from './scene.js';
import type { Language } from './session.js';
import { waysOn } from './small-answers.js';
import type { Tap } from './taps.js';
import type { TextArgs } from './wording.js';

type Choice = { readonly tap: Tap; readonly title: string; readonly description?: string };
export type Unfinished = Exclude<QuoteDialog, { readonly step: 'result' }>;

/** The question the dialog stands at, with a way back, to the menu and to a human.
 *  @param lead what is said in front of it @param humanFirst the person was not understood twice: the human leads */
export function sayQuestion(scene: Scene, dialog: Unfinished, lead?: string, humanFirst = false): Saying {
  const { language } = scene.session;
  const { texts } = scene.facts;
  const body = [...(lead === undefined ? [] : [lead]), questionOf(scene, dialog)].join('\n\n');
  const before = questionBefore(dialog);
  // From the first question the way back is the menu.
  const ways: readonly Choice[] =
    before === undefined
      ? waysOn(scene).map((way) =>
          way.tap.to === 'menu' ? { ...way, title: texts.say(language, 'quote.leave') } : way,
        )
      : [
          { tap: { to: 'quote', act: 'ask', question: before }, title: texts.say(language, 'button.back') },
          ...waysOn(scene),
        ];
  const buttons = humanFirst
    ? ways.toSorted((a, b) => Number(b.tap.to === 'human') - Number(a.tap.to === 'human'))
    : ways;
  if (dialog.step !== 'alphabet') return { form: 'buttons', body, buttons };
  return { form: 'list', body, button: texts.say(language, 'quote.choose'), rows: [...alphabets(scene), ...buttons] };
}

function questionOf({ session: { language }, facts: { texts } }: Scene, dialog: Unfinished): string {
  switch (dialog.step) {
    case 'subscribers':
      return texts.say(language, 'quote.subscribers');
    case 'mailings':
      return texts.say(language, 'quote.mailings', { subscribers: dialog.subscribers });
    case 'alphabet':
      return texts.say(language, 'quote.alphabet', { mailings: dialog.mailings });
    case 'characters':
      return texts.say(language, 'quote.characters', { alphabet: dialog.alphabet });
    case 'service': {
      const { characters, encoding, segments } = dialog.message;
      const capacity = encoding === 'GSM-7' ? 160 : 70;
      return texts.say(language, 'quote.service', { characters, segments, capacity });
    }
    case 'transactional':
      return texts.say(language, 'quote.transactional', { service: dialog.service, most: 100 - dialog.service });
  }
}

const alphabets = ({ session: { language }, facts: { texts } }: Scene): readonly Choice[] =>
  (['cyrillic', 'latin', 'mixed'] as const).map((alphabet) => ({
    tap: { to: 'quote', act: 'alphabet', alphabet },
    title: texts.say(language, `quote.${alphabet}.title`),
    description: texts.say(language, `quote.${alphabet}.description`),
  }));

/** What can be tapped once there is nothing more to ask. */
const waysAfter = (scene: Scene): readonly Choice[] => [
  { tap: { to: 'quote', act: 'start' }, title: scene.facts.texts.say(scene.session.language, 'quote.again') },
  ...waysOn(scene),
];

/** A button of a calculation that is over. */
export const sayGone = (scene: Scene): Saying => ({
  form: 'buttons',
  body: scene.facts.texts.say(scene.session.language, 'quote.gone'),
  buttons: waysAfter(scene),
});

/** The price, or that it is beyond counting. */
export function sayResult(scene: Scene, dialog: QuoteAt<'result'>): Saying {
  const { facts, session } = scene;
  const quote = facts.quotes.quoteFor({
    subscribers: dialog.subscribers,
    mailingsPerMonth: dialog.mailings,
    message: dialog.message,
    servicePercent: dialog.service,
    transactionalPercent: dialog.transactional,
  });
  const body = quote ? resultOf(scene, dialog, quote) : facts.texts.say(session.language, 'quote.tooMuch');
  const again = waysAfter(scene);
  const { texts } = facts;
  const call: Choice = {
    tap: { to: 'callback', act: 'start' },
    title: texts.say(session.language, 'callback.order'),
    description: texts.say(session.language, 'menu.callback.description'),
  };
  return { form: 'list', body, button: texts.say(session.language, 'quote.next'), rows: [call, ...again] };
}

function resultOf(scene: Scene, dialog: QuoteAt<'result'>, quote: Quote): string {
  const { language } = scene.session;
  const { texts } = scene.facts;
  const money = (kopecks: number) => roubles(kopecks, language);
  const percents = {
    service: dialog.service,
    transactional: dialog.transactional,
    advertising: quote.advertisingPercent,
  };
  const lines = quote.lines
    .filter(({ traffic }) => percents[traffic] > 0)
    .map(({ traffic, segments, pricePerSegmentKopecks, costKopecks }) =>
      texts.say(language, 'quote.line', {
        traffic,
        percent: percents[traffic],
        segments,
        price: money(pricePerSegmentKopecks),
        cost: money(costKopecks),
      }),
    );
  return texts.say(language, 'quote.result', {
    total: money(quote.totalKopecks),
    subscribers: dialog.subscribers,
    mailings: dialog.mailings,
    segments: quote.segmentsPerMessage,
    all: quote.lines.reduce((sum, line) => sum + line.segments, 0),
    lines: lines.join('\n'),
    benefit: money(quote.benefitKopecks),
    advertising: money(quote.allAdvertisingKopecks),
    whatsapp: texts.say(language, 'quote.whatsapp', whatsAppArgs(quote, language)),
  });
}

function whatsAppArgs({ whatsapp }: Quote, language: Language): TextArgs<'quote.whatsapp'> {
  const of = (category: Quote['whatsapp']['categories'][number]['category']) => {
    const found = whatsapp.categories.find((one) => one.category === category);
    return {
      cost: roubles(found?.costKopecks ?? 0, language),
      price: roubles(found?.pricePerMessageKopecks ?? 0, language),
      free: found?.freeMessages ?? 0,
    };
  };
  const [utility, marketing, service] = [of('utility'), of('marketing'), of('service')];
  return {
    since: DAYS[language].format(new Date(`${whatsapp.effectiveFrom}T00:00:00Z`)),
    total: roubles(whatsapp.totalKopecks, language),
    utility: utility.cost,
    utilityPrice: utility.price,
    marketing: marketing.cost,
    marketingPrice: marketing.price,
    service: service.cost,
    servicePrice: service.price,
    free: service.free,
  };
}

const DAYS = {
  ru: new Intl.DateTimeFormat('ru-RU', { dateStyle: 'long', timeZone: 'UTC' }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }),
} as const satisfies Record<Language, Intl.DateTimeFormat>;

const inRoubles = (locale: string) =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'RUB',
    currencyDisplay: 'narrowSymbol',
    trailingZeroDisplay: 'stripIfInteger',
  });
const MONEY = { ru: inRoubles('ru-RU'), en: inRoubles('en-GB') } as const satisfies Record<Language, Intl.NumberFormat>;

/** An amount as it is written, to the kopeck. Handed over as digits: a quotient would round what a number holds exactly. */
export function roubles(kopecks: number, language: Language): string {
  const digits = String(Math.abs(kopecks)).padStart(3, '0');
  const sign = kopecks < 0 ? '-' : '';
  return MONEY[language].format(`${sign}${digits.slice(0, -2)}.${digits.slice(-2)}` as Intl.StringNumericLiteral);
}

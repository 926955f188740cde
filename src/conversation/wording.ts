/** Longest texts that the platform takes, in UTF-16 units (never fewer than its own characters). Source: reference §6.2, §6.3. */
export const LIMITS = {
  text: 4096,
  /** A list would take 4096; we keep to what buttons take, so that a reply may change its form. */
  interactiveBody: 1024,
  buttonTitle: 20,
  listButton: 20,
  rowTitle: 24,
  rowDescription: 72,
  buttons: 3,
  rows: 10,
} as const;

const body = <const A extends string = never>(...args: A[]) => ({ args, max: LIMITS.interactiveBody });
const exactly = (max: number) => ({ args: [] as never[], max });

/** Every sentence of the bot: the arguments it takes and how long it may be. The sentences themselves stand in
 *  `templates/replies`, one file a language; `createTexts` holds each of them against this table. */
export const WORDING = {
  greeting: body('company'),
  hello: body('company'),
  'menu.body': body(),
  'menu.takenBack': body(),
  'menu.stale': body(),
  'menu.open': exactly(LIMITS.listButton),
  'menu.about.title': exactly(LIMITS.rowTitle),
  'menu.about.description': exactly(LIMITS.rowDescription),
  'menu.quote.title': exactly(LIMITS.rowTitle),
  'menu.quote.description': exactly(LIMITS.rowDescription),
  'menu.human.title': exactly(LIMITS.rowTitle),
  'menu.human.description': exactly(LIMITS.rowDescription),
  // The language row is written in the language it leads to: that is who must be able to read it.
  'menu.language.title': exactly(LIMITS.rowTitle),
  'menu.language.description': exactly(LIMITS.rowDescription),
  'button.menu': exactly(LIMITS.buttonTitle),
  'button.human': exactly(LIMITS.buttonTitle),
  'button.backToMenu': exactly(LIMITS.buttonTitle),
  'button.back': exactly(LIMITS.buttonTitle),
  about: body('company'),
  'language.set': body(),
  'unknown.first': body(),
  'unknown.again': body(),
  sendText: body(),
  courtesy: body(),
  stop: body(),
  'human.called': body('company', 'when'),
  'human.again': body('when'),
  'human.overdue': body(),
  'human.lead': body('when'),
  'human.leadOverdue': body(),
  'quote.subscribers': body(),
  'quote.mailings': body('subscribers'),
  'quote.alphabet': body('mailings'),
  'quote.choose': exactly(LIMITS.listButton),
  'quote.cyrillic.title': exactly(LIMITS.rowTitle),
  'quote.cyrillic.description': exactly(LIMITS.rowDescription),
  'quote.latin.title': exactly(LIMITS.rowTitle),
  'quote.latin.description': exactly(LIMITS.rowDescription),
  'quote.mixed.title': exactly(LIMITS.rowTitle),
  'quote.mixed.description': exactly(LIMITS.rowDescription),
  'quote.characters': body('alphabet'),
  'quote.service': body('characters', 'segments', 'capacity'),
  'quote.transactional': body('service', 'most'),
  'quote.result': body(
    'total',
    'subscribers',
    'mailings',
    'segments',
    'all',
    'lines',
    'benefit',
    'advertising',
    'whatsapp',
  ),
  'quote.line': body('traffic', 'percent', 'segments', 'price', 'cost'),
  'quote.whatsapp': body(
    'since',
    'total',
    'utility',
    'utilityPrice',
    'marketing',
    'marketingPrice',
    'service',
    'servicePrice',
    'free',
  ),
  'quote.tooMuch': body(),
  'quote.noNumber': body('from', 'to', 'example'),
  'quote.noText': body(),
  'quote.askHuman': body(),
  'quote.gone': body(),
  'quote.leave': exactly(LIMITS.buttonTitle),
  'quote.again': exactly(LIMITS.buttonTitle),
  'when.today': body('time', 'zone'),
  'when.tomorrow': body('time', 'zone'),
  'when.later': body('time', 'zone', 'day'),
  late: body('hours'),
  muted: body(),
};

export type TextKey = keyof typeof WORDING;
/** The arguments of one sentence by name. */
export type TextArgs<K extends TextKey> = { readonly [A in (typeof WORDING)[K]['args'][number]]: string | number };
/** The sentences that take no arguments. */
export type PlainTextKey = { [K in TextKey]: keyof TextArgs<K> extends never ? K : never }[TextKey];

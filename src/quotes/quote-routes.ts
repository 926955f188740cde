import { z } from 'zod';
import { wrongFields } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { GREATEST, quoteFor } from './quote.js';
import { ALPHABETS, LONGEST_TEXT, measureLength, measureText } from './segments.js';
import { CATEGORIES, TRAFFICS, type Prices } from './tariffs.js';

const whole = (from: number, to: number) => {
  const error = `a whole number from ${from} to ${to}`;
  return z.int({ error }).min(from, { error }).max(to, { error });
};
const percent = whole(0, 100).meta({ description: 'Advertising traffic is what remains to 100 %.', example: 20 });

const TOO_MUCH =
  `too much together: subscribers, mailings and segments multiplied have to stay so few that nothing costs more than ` +
  `${Number.MAX_SAFE_INTEGER} kopecks, the greatest whole number that JSON holds exactly`;

const Percents = z.object({ servicePercent: percent, transactionalPercent: percent });
type Asked = { readonly text?: unknown; readonly alphabet?: unknown; readonly characters?: unknown };

/** Whether `one` of alphabet and characters is there if, and only if, it has to be. */
const fitsIn = (text: unknown, one: unknown, other: unknown): boolean =>
  text === undefined ? one !== undefined || other === undefined : one === undefined;

/** Rules about several fields are checked even if other fields are wrong, so that one answer names everything. */
const always = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };

const QuoteRequest = z
  .object({
    subscribers: whole(1, GREATEST).meta({ example: 10_000 }),
    mailingsPerMonth: whole(1, GREATEST).meta({
      description: `Answered 422 where the mailing is ${TOO_MUCH}.`,
      example: 4,
    }),
    text: z
      .string({ error: 'a text' })
      .min(1, { error: 'a text that is not empty' })
      .max(LONGEST_TEXT, { error: `at most ${LONGEST_TEXT} characters` })
      .optional()
      .meta({
        description: 'The message itself; without it, `alphabet` and `characters`.',
        example: 'Ваш заказ готов',
      }),
    alphabet: z
      .enum(ALPHABETS, { error: `one of ${ALPHABETS.join(', ')}` })
      .optional()
      .meta({ description: 'Latin letters are sent as GSM-7, all others as UCS-2.' }),
    characters: whole(1, GREATEST).optional(),
    servicePercent: percent,
    transactionalPercent: percent,
  })
  .refine(({ text, alphabet, characters }: Asked) => text !== undefined || (alphabet ?? characters) !== undefined, {
    ...always,
    path: ['text'],
    error: 'give the text, or alphabet and characters',
  })
  .refine(({ text, alphabet, characters }: Asked) => fitsIn(text, alphabet, characters), {
    ...always,
    path: ['alphabet'],
    error: 'goes with characters, and not with text',
  })
  .refine(({ text, alphabet, characters }: Asked) => fitsIn(text, characters, alphabet), {
    ...always,
    path: ['characters'],
    error: 'goes with alphabet, and not with text',
  })
  .refine(({ servicePercent, transactionalPercent }) => servicePercent + transactionalPercent <= 100, {
    when: ({ value }) => Percents.safeParse(value).success,
    path: ['transactionalPercent'],
    error: 'at most what servicePercent leaves of 100',
  })
  .meta({ id: 'QuoteRequest' });

const kopecks = z.int().meta({ description: 'Kopecks, exact.' });
const Traffic = z.enum(TRAFFICS);
const Category = z.enum(CATEGORIES).meta({
  description:
    'A UTILITY or a MARKETING template, or `service`: free-form messages, only to people who wrote within the last 24 hours.',
});

const WhatsAppEstimate = z
  .object({
    estimate: z.literal(true),
    currency: z.literal('RUB'),
    effectiveFrom: z.iso.date().meta({ description: 'Since when these prices hold.', example: '2026-10-01' }),
    messages: z.int().meta({ description: 'A month; one message holds 1,024 characters.', example: 40_000 }),
    lines: z
      .array(
        z.object({
          traffic: Traffic,
          category: Category,
          messages: z.int(),
          pricePerMessageKopecks: kopecks,
          costKopecks: kopecks,
        }),
      )
      .meta({ description: 'The same traffic: service and transactional as `utility`, advertising as `marketing`.' }),
    totalKopecks: kopecks,
    categories: z
      .array(
        z.object({
          category: Category,
          pricePerMessageKopecks: kopecks,
          freeMessages: z.int().meta({ description: 'So many of the messages cost nothing.' }),
          costKopecks: kopecks,
        }),
      )
      .meta({ description: 'All of it as one category.' }),
  })
  .meta({
    id: 'WhatsAppEstimate',
    description:
      'The same mailing on WhatsApp, an estimate: Meta charges each delivered message by its category and the recipient’s country.',
  });

const Quote = z
  .object({
    encoding: z.enum(['GSM-7', 'UCS-2']),
    segmentsPerMessage: z.int().meta({ example: 1 }),
    advertisingPercent: z.int().meta({ example: 50 }),
    lines: z
      .array(z.object({ traffic: Traffic, segments: z.int(), pricePerSegmentKopecks: kopecks, costKopecks: kopecks }))
      .length(3)
      .meta({ description: 'Always three; their segments are whole and add up to all of a month.' }),
    totalKopecks: kopecks,
    allAdvertisingKopecks: kopecks,
    benefitKopecks: z.int().meta({ description: 'What is saved against sending all as advertising, in kopecks.' }),
    whatsapp: WhatsAppEstimate,
  })
  .meta({ id: 'Quote' });

/** The price of a mailing. Nothing is kept. */
export const quoteRoutes = ({ pricesAt }: { readonly pricesAt: (at: number) => Prices }): readonly Route[] => [
  defineRoute({
    method: 'post',
    path: '/quotes',
    tag: 'Quotes',
    role: 'agent',
    summary: 'What a mailing costs a month by SMS, what is saved against advertising, and what WhatsApp would take',
    body: QuoteRequest,
    answers: [{ status: 200, description: 'The price', schema: Quote }],
    handler: ({ body, now }) => {
      const { text, alphabet = 'mixed', characters = 1, ...rest } = body;
      const message = text === undefined ? measureLength(alphabet, characters) : measureText(text);
      const quote = quoteFor({ ...rest, message }, pricesAt(now));
      if (!quote) {
        throw wrongFields(['subscribers', 'mailingsPerMonth'].map((field) => ({ field, message: TOO_MUCH })));
      }
      return { body: quote };
    },
  }),
];

import type { Alphabet, MeasuredMessage } from '../quotes/segments.js';

/** The message of a mailing as it was told: its text is measured and not kept. `alphabet` is there if it was chosen. */
export type QuotedMessage = MeasuredMessage & { readonly alphabet?: Alphabet };

type Mailing = { readonly subscribers: number; readonly mailings: number };
type Message = Mailing & { readonly message: QuotedMessage };

/** What is known so far, and what is asked next. */
export type QuoteDialog = { readonly name: 'quote' } & (
  | { readonly step: 'subscribers' }
  | { readonly step: 'mailings'; readonly subscribers: number }
  | ({ readonly step: 'alphabet' } & Mailing)
  | ({ readonly step: 'characters'; readonly alphabet: Alphabet } & Mailing)
  | ({ readonly step: 'service' } & Message)
  | ({ readonly step: 'transactional'; readonly service: number } & Message)
  | ({ readonly step: 'result'; readonly service: number; readonly transactional: number } & Message)
);

export const QUOTE_QUESTIONS = [
  'subscribers',
  'mailings',
  'alphabet',
  'characters',
  'service',
  'transactional',
] as const satisfies readonly QuoteDialog['step'][];
export type QuoteQuestion = (typeof QUOTE_QUESTIONS)[number];
export type QuoteAt<Step extends QuoteDialog['step']> = Extract<QuoteDialog, { readonly step: Step }>;

/** The dialog as it was when `question` was asked: what was answered before stays, what came after is dropped.
 *  @returns undefined if it has not come so far */
export function askedAgain(dialog: QuoteDialog, question: QuoteQuestion): QuoteDialog | undefined {
  const name = 'quote';
  if (question === 'subscribers') return { name, step: question };
  if (dialog.step === 'subscribers') return undefined;
  const { subscribers } = dialog;
  if (question === 'mailings') return { name, step: question, subscribers };
  if (dialog.step === 'mailings') return undefined;
  const { mailings } = dialog;
  if (question === 'alphabet') return { name, step: question, subscribers, mailings };
  if (question === 'characters') {
    const alphabet = 'alphabet' in dialog ? dialog.alphabet : 'message' in dialog ? dialog.message.alphabet : undefined;
    return alphabet && { name, step: question, subscribers, mailings, alphabet };
  }
  if (!('message' in dialog)) return undefined;
  const { message } = dialog;
  if (question === 'service') return { name, step: question, subscribers, mailings, message };
  if (!('service' in dialog)) return undefined;
  return { name, step: question, subscribers, mailings, message, service: dialog.service };
}

/** The question before the one the dialog stands at; undefined before the first. */
export function questionBefore(dialog: QuoteDialog): QuoteQuestion | undefined {
  switch (dialog.step) {
    case 'subscribers':
      return undefined;
    case 'mailings':
      return 'subscribers';
    case 'alphabet':
      return 'mailings';
    case 'characters':
      return 'alphabet';
    case 'service':
      return dialog.message.alphabet ? 'characters' : 'alphabet';
    case 'transactional':
      return 'service';
    case 'result':
      return dialog.service === 100 ? 'service' : 'transactional'; // of 100 % nothing remained to be asked about
  }
}

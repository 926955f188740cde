import type { RatingAsk } from '../ratings/rating-ask.js';

/** What we may say to a customer, in our own words; `platform/wire.ts` writes it as Meta wants it. Lengths: reference §6. */
export type OutboundContent =
  | { readonly type: 'text'; readonly body: string }
  | {
      readonly type: 'buttons';
      readonly body: string;
      readonly footer?: string;
      readonly document?: OutboundDocument;
      /** 1 to 3. */
      readonly buttons: readonly { readonly id: string; readonly title: string }[];
    }
  | {
      readonly type: 'list';
      readonly body: string;
      readonly footer?: string;
      /** The label that opens the list. */
      readonly button: string;
      /** At most 10 rows together. */
      readonly sections: readonly {
        readonly title?: string;
        readonly rows: readonly { readonly id: string; readonly title: string; readonly description?: string }[];
      }[];
      /** Five more rows stand above the others when it leaves: made then, kept nowhere (ratings/star-rows.ts). */
      readonly ask?: RatingAsk;
    }
  | { readonly type: 'contactRequest'; readonly body: string }
  | {
      readonly type: 'template';
      readonly name: string;
      readonly language: string;
      readonly bodyParameters: readonly { readonly name: string; readonly text: string }[];
      /** Payloads of the quick-reply buttons, by position. */
      readonly buttonPayloads: readonly string[];
    };

/** A file in front of the words. It is made, with what it says in short, of what the store knows when the message leaves, and is kept
 *  nowhere: the message that waits holds only what it is of. */
export type OutboundDocument = DocumentSubject & { readonly language: 'ru' | 'en'; readonly fileName: string };

export type DocumentSubject =
  /** Everything we know of the person. */
  | { readonly of: 'personalData' }
  /** A maintenance window, for a calendar. */
  | { readonly of: 'window'; readonly noticeId: string };

/** The text a human reads of it: for the thread and for an agent's eyes. */
export const textOf = (content: OutboundContent): string =>
  content.type === 'template' ? content.bodyParameters.map((parameter) => parameter.text).join(' · ') : content.body;

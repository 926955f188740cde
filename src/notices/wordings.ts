import type { OutboundContent } from '../messages/outbound.js';

/** The port between what a notice is and how it reads: the notice asks, `wording/` answers from the templates in `templates/messages`.
 *  Types only. */

export const NOTICE_LANGUAGES = ['ru', 'en'] as const;
export type NoticeLanguage = (typeof NOTICE_LANGUAGES)[number];

export const ANNOUNCEMENT_KINDS = ['before', 'begun', 'changed', 'cancelled', 'done'] as const;
export type AnnouncementKind = (typeof ANNOUNCEMENT_KINDS)[number];

/** A maintenance window as far as its words go. */
export type WindowFacts = {
  /** ms since 1970, both. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** IANA name; texts give the hours in it and name it. */
  readonly timeZone: string;
  readonly maxInterruptionMinutes: number | null;
  /** As typed; made safe for a parameter by whoever words it. */
  readonly site: string | null;
  readonly supportPhone: string | null;
};

/** One announcement that is to be put into words. */
export type ToSay = {
  readonly kind: AnnouncementKind;
  readonly window: WindowFacts;
  /** Of `changed`: the window as people last heard of it; null for the other kinds. */
  readonly formerly: WindowFacts | null;
  /** From the moment it may leave until it is useless, ms: the template with the longest time to live that is not longer is the right
   *  one, and if there is none, the shortest. */
  readonly usefulMs: number;
};

/** What WhatsApp shows: the announcement as it will read. */
export type Wording = {
  /** The name of the WhatsApp template, and Meta's code of its language. */
  readonly template: string;
  readonly language: NoticeLanguage;
  /** As it goes to Graph: the same for everybody who reads this language. */
  readonly content: Extract<OutboundContent, { type: 'template' }>;
  readonly body: string;
  readonly footer: string | null;
  /** The labels of the buttons, in their order. */
  readonly buttons: readonly string[];
  /** `message_send_ttl_seconds` of the template: what is not delivered by then has lapsed. */
  readonly ttlSeconds: number;
};

export type TemplateKey = { readonly name: string; readonly language: NoticeLanguage };

/** How a template stands at Meta. */
export type TemplateStanding = TemplateKey & {
  /** APPROVED at Meta and not held back here. */
  readonly usable: boolean;
  /** What it is charged as, lower case as in `pricing.category`; null where the account has none of the name yet. */
  readonly category: string | null;
};

/** What the notices ask of the wording. `say` and `needed` are pure; `standing` reads what is known of the account. */
export interface Wordings {
  say(what: ToSay, language: NoticeLanguage): Wording;
  /** Every template that a notice of this window may need in its life, in both languages: its announcements of these kinds, and always its
   *  change and its cancellation, however near they are to the start when they come. */
  needed(window: WindowFacts, kinds: readonly AnnouncementKind[]): readonly TemplateKey[];
  /** In the order of the keys. @throws StoreUnavailable */
  standing(keys: readonly TemplateKey[]): Promise<readonly TemplateStanding[]>;
}

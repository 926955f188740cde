import type { Appointment } from '../callbacks/callback-change.js';
import type { CallbackOffers } from '../callbacks/callback-offers.js';
import type { ConsentView } from '../consent/consent-change.js';
import type { EntryCode } from '../entry/entry-code.js';
import type { Content } from '../inbox/update.js';
import type { Answers } from '../knowledge/answers.js';
import type { Quotes } from '../quotes/quote.js';
import type { CallbackDialog } from './callback-dialog.js';
import type { QuoteDialog } from './quote-dialog.js';
import type { RateTap } from './star-tap.js';
import type { Texts } from './texts.js';

export type Language = 'ru' | 'en';

/** What the bot remembers of a conversation between two turns. Plain JSON of bounded size; kept per (our number, person). */
export type Session = {
  readonly language: Language;
  /** How we came to the language: `country` and `company` are guesses, `words` the person's own, `chosen` from the menu (only a new
   *  choice or a plain request changes that one). */
  readonly languageFrom: 'company' | 'country' | 'words' | 'chosen';
  /** Where the person is. One dialog at a time; each dialog's state is its own member of this union. */
  readonly dialog: Dialog;
  /** Turns in a row that the bot could not make sense of. */
  readonly misses: number;
  /** When the person was greeted last; absent before the first reply. */
  readonly greetedAt?: number;
  /** When the person last wrote, by the platform's time, ms. */
  readonly lastInputAt?: number;
  /** When the person was last asked to send text instead of what we cannot read. */
  readonly askedForTextAt?: number;
  /** What the person was asked to rate last. That they did, and how, is not remembered. */
  readonly ratingTopic?: string;
  /** When they were last asked for stars in a message of its own, ms. */
  readonly askedToRateAt?: number;
  /** The person has confirmed that everything goes: nothing more is heard under this session. */
  readonly erasedAt?: number;
  readonly flood: FloodState;
};

/** The dialogs; the next ones add their members here. */
export type Dialog =
  | { readonly name: 'menu' }
  /** A human was asked for: the bot goes on answering until the agent's first reply (DESIGN §3 "A human"). */
  | { readonly name: 'human'; readonly caseId: string; readonly since: number }
  | QuoteDialog
  | CallbackDialog;

/** What the limits against floods and talking machines count (DESIGN §4.13); `flood.ts` says how. */
export type FloodState = {
  /** Times of our replies, ms, the oldest first: those of a day, at most `Facts.repliesPerDay`. */
  readonly replyTimes: readonly number[];
  /** The last free text, hashed by the shell: when it came (the last few times) and how often in a row. */
  readonly lastText?: { readonly hash: string; readonly times: readonly number[]; readonly inARow: number };
  /** Free texts in a row that came within seconds of our reply, as only a machine writes. */
  readonly quickTexts: number;
  /** Until when the person gets no ordinary reply; they were told so once. */
  readonly mutedUntil?: number;
};

/** One thing the person did, as the engine sees it: no identifiers but row ids and payloads of ours. */
export type Input = {
  /** Inbox row id: stable over retries, used to derive ids. */
  readonly id: string;
  /** The platform's time of it, ms. */
  readonly at: number;
  readonly content: Content;
  /** HMAC of `comparableText` (hear.ts), to notice repetition without keeping it in the session; absent for anything but text. */
  readonly textHash?: string;
};

/** What the engine may know of the world in this turn. */
export type Facts = {
  /** Fresh ids for whatever the turn creates; deterministic per turn so that a retry makes the same ones. */
  readonly nextId: () => string;
  /** The bot's sentences. */
  readonly texts: Texts;
  readonly companyName: string;
  readonly companyLanguage: Language;
  /** ISO 3166 country by the phone number or by the BSUID's prefix. */
  readonly country?: string | undefined;
  /** The case that is waiting for or with a human, if any. */
  readonly openCase?: OpenCase;
  /** The call-back that is still to be made, if any. */
  readonly callback?: StandingCallback;
  /** The number by which the person is known, digits; many people have none. */
  readonly phone?: string;
  /** The person's own, where it is known. */
  readonly ownTimeZone?: string;
  /** What the person agreed to; absent for somebody who never said anything. */
  readonly consent?: ConsentView;
  /** Until when free-form words may leave, ms: by all that the person has written, this turn's inputs included. The shell's rule, since
   *  not every input opens the customer service window. */
  readonly windowUntil: number;
  /** When a human would be there if asked now, ms. */
  readonly humanBy: number;
  readonly repliesPerHour: number;
  readonly repliesPerDay: number;
  /** The calculator of mailings, with the prices in force. */
  readonly quotes: Quotes;
  /** The articles, and which of them a text asks about. */
  readonly answers: Answers;
  /** The maintenance that goes on now and the next one, as announcements of them read. */
  readonly works: (language: Language) => Works;
  /** When and where people may be called. */
  readonly callbacks: CallbackOffers;
  /** The code of a click-to-chat link of ours in a text; absent where there are no links. */
  readonly entryOf?: (text: string) => EntryCode | undefined;
  /** The zone times are told in. */
  readonly timeZone: string;
  /** What becomes of taps on stars; absent where nobody may be asked for any. */
  readonly ratings?: RatingFacts;
};

/** Null where there is none. */
export type Works = {
  readonly now: Work | null;
  readonly next: Work | null;
  /** Whether a notice's window is still to come or to end. */
  readonly isAhead: (noticeId: string) => boolean;
};

/** `text`: its announcement; `when`: its time and zone. */
export type Work = { readonly noticeId: string; readonly text: string; readonly when: string };

export type RatingFacts = {
  /** `counts`: the first tap of its ask; `rated`: a later one; `tooLate`: the choice cannot be opened any more. */
  readonly standingOf: (tap: RateTap) => 'counts' | 'rated' | 'tooLate';
};

/** The facts that belong to a person or a turn; the others are the same for everybody. */
export type PersonalFact =
  'nextId' | 'country' | 'openCase' | 'callback' | 'phone' | 'ownTimeZone' | 'consent' | 'windowUntil' | 'ratings';

/** A call-back that was ordered and not made yet. */
export type StandingCallback = Appointment & { readonly id: string };

/** A case that is not closed: `waiting` until an agent's first reply, then `open`. */
export type OpenCase = {
  readonly id: string;
  readonly state: 'waiting' | 'open';
  readonly openedAt: number;
  readonly promisedAt: number;
};

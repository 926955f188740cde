import type { StopReason } from '../consent/consent-change.js';
import type { Topic } from '../contacts/contact-shape.js';
import type { ArticleId } from '../knowledge/article.js';
import type { Alphabet } from '../quotes/segments.js';
import { CALLBACK_QUESTIONS, type CallbackQuestion } from './callback-dialog.js';
import { QUOTE_QUESTIONS, type QuoteQuestion } from './quote-dialog.js';
import type { Language } from './session.js';
import { readStarTap, starTapId, type RateTap } from './star-tap.js';

/** What a button or a row of ours stands for. */
export type Tap =
  | { readonly to: 'menu' }
  | { readonly to: 'about' }
  | { readonly to: 'human' }
  | { readonly to: 'topics' }
  /** What is known of the person. */
  | { readonly to: 'myData' }
  /** Asks whether everything shall go; `erase` says yes to the question of that moment. */
  | { readonly to: 'deleteData' }
  | { readonly to: 'erase'; readonly at: number }
  | { readonly to: 'questions' }
  | { readonly to: 'article'; readonly id: ArticleId }
  /** A maintenance window as a file for the person's calendar. */
  | { readonly to: 'calendar'; readonly noticeId: string }
  | { readonly to: 'language'; readonly language: Language }
  /** `wording`: version and language of the sentence that stood above the row, and the code of the link that led there, if any. */
  | { readonly to: 'optIn'; readonly topic: Topic; readonly wording: string }
  | { readonly to: 'optOut'; readonly topic: Topic }
  /** "Stop these" under a notice; null: everything. */
  | { readonly to: 'stop'; readonly topic: Topic | null }
  | { readonly to: 'reason'; readonly topic: Topic | null; readonly reason: StopReason }
  /** Takes back the stop of that moment. */
  | { readonly to: 'undo'; readonly topic: Topic | null; readonly at: number }
  | QuoteTap
  | CallbackTap
  | RateTap;

/** The price of a mailing: begin it, ask a question of it again, answer the one for the alphabet. */
export type QuoteTap = { readonly to: 'quote' } & (
  | { readonly act: 'start' }
  | { readonly act: 'ask'; readonly question: QuoteQuestion }
  | { readonly act: 'alphabet'; readonly alphabet: Alphabet }
);

/** A call-back: begin, answer or repeat a question of the dialog, change or cancel what is ordered. */
export type CallbackTap = { readonly to: 'callback' } & (
  | { readonly act: 'start' | 'known' }
  | { readonly act: 'ask'; readonly question: CallbackQuestion }
  /** A day of the person's calendar, `YYYY-MM-DD`; of its times those from `from` on, ms. */
  | { readonly act: 'day'; readonly day: string; readonly from?: number }
  | { readonly act: 'at'; readonly startsAt: number }
  /** Says yes to this time and to the number with these last digits: an older message may show others. */
  | { readonly act: 'confirm'; readonly startsAt: number; readonly lastDigits: string }
  | { readonly act: 'change' | 'cancel'; readonly id: string }
);

/* Buttons stay tappable for ever and messages cannot be edited, so an id says all by itself, whatever dialog the person is in when the
 * tap arrives. Its meaning never changes: a row that comes to mean something else gets another id (`menu:about@2`), and the old one is
 * read here for as long as it can be honoured. What is not read here any more gets a polite word and the menu. */

/** The id under which a tap is sent out. At most 200 characters (reference §6.3). */
export function tapId(tap: Tap): string {
  switch (tap.to) {
    case 'menu':
      return 'menu:open';
    case 'about':
    case 'human':
    case 'topics':
    case 'questions':
      return `menu:${tap.to}`;
    case 'article':
      return `article:${tap.id}`;
    case 'calendar':
      return `${CALENDAR}${tap.noticeId}`;
    case 'language':
      return `lang:${tap.language}`;
    case 'optIn':
      return `in:${tap.topic}:${tap.wording}`;
    case 'optOut':
      return `out:${tap.topic}`;
    case 'stop':
      return `stop:${tap.topic ?? 'all'}`;
    case 'reason':
      return `why:${tap.topic ?? 'all'}:${tap.reason}`;
    case 'myData':
      return 'data:show';
    case 'deleteData':
      return 'data:delete';
    case 'erase':
      return `erase:all:${momentId(tap.at)}`;
    case 'quote':
      return quoteTapId(tap);
    case 'rate':
      return starTapId(tap);
    case 'callback':
      return `call:${callbackTapId(tap)}`;
    case 'undo':
      return `undo:${tap.topic ?? 'all'}:${momentId(tap.at)}`;
  }
}

const momentId = (at: number): string => Math.round(at).toString(36);

function momentIn(id: string): number | undefined {
  const at = /^[0-9a-z]{1,10}$/.test(id) ? parseInt(id, 36) : NaN;
  return Number.isFinite(at) ? at : undefined;
}

function quoteTapId(tap: QuoteTap): string {
  if (tap.act === 'start') return 'quote:start';
  return tap.act === 'ask' ? `quote:ask:${tap.question}` : `quote:alphabet:${tap.alphabet}`;
}

const inBase36 = (at: number): string => Math.round(at).toString(36);

function callbackTapId(tap: CallbackTap): string {
  switch (tap.act) {
    case 'start':
    case 'known':
      return tap.act;
    case 'ask':
      return `ask:${tap.question}`;
    case 'day':
      return tap.from === undefined ? `day:${tap.day}` : `day:${tap.day}:${inBase36(tap.from)}`;
    case 'at':
      return `at:${inBase36(tap.startsAt)}`;
    case 'confirm':
      return `confirm:${inBase36(tap.startsAt)}:${tap.lastDigits}`;
    case 'change':
    case 'cancel':
      return `${tap.act}:${tap.id}`;
  }
}

/** Those that say nothing but where to. */
const TAPS: ReadonlyMap<string, Tap> = new Map(
  (
    [
      { to: 'menu' },
      { to: 'about' },
      { to: 'human' },
      { to: 'topics' },
      { to: 'myData' },
      { to: 'deleteData' },
      { to: 'questions' },
      { to: 'language', language: 'ru' },
      { to: 'language', language: 'en' },
      { to: 'quote', act: 'start' },
      ...QUOTE_QUESTIONS.map((question) => ({ to: 'quote', act: 'ask', question }) as const),
      { to: 'quote', act: 'alphabet', alphabet: 'cyrillic' },
      { to: 'quote', act: 'alphabet', alphabet: 'latin' },
      { to: 'quote', act: 'alphabet', alphabet: 'mixed' },
      { to: 'callback', act: 'start' },
      { to: 'callback', act: 'known' },
      ...CALLBACK_QUESTIONS.map((question) => ({ to: 'callback', act: 'ask', question }) as const),
    ] satisfies Tap[]
  ).map((tap) => [tapId(tap), tap]),
);

const ABOUT_TOPIC = /^(in|out|stop|why|undo):(all|maintenance|news|offers|service)(?::([\w.]{1,20}))?$/;
const WORDING = /^\d{1,3}\.(ru|en)(\.[0-9A-Z]{10})?$/;
const REASONS: ReadonlySet<string> = new Set<StopReason>(['noLonger', 'didNotSignUp', 'tooMany', 'notNeeded', 'other']);

/** What an arriving id means; undefined for one that is not ours or not ours any more. */
export function readTap(id: string): Tap | undefined {
  const article = ARTICLE.exec(id)?.[1];
  return article === undefined
    ? (TAPS.get(id) ??
        readCallbackTap(id) ??
        readEraseTap(id) ??
        readTopicTap(id) ??
        readCalendarTap(id) ??
        readStarTap(id))
    : { to: 'article', id: article };
}

const CALENDAR = 'calendar:';
const NOTICE = /^[\w-]{1,60}$/;

function readCalendarTap(id: string): Tap | undefined {
  const noticeId = id.startsWith(CALENDAR) ? id.slice(CALENDAR.length) : '';
  return NOTICE.test(noticeId) ? { to: 'calendar', noticeId } : undefined;
}

function readEraseTap(id: string): Tap | undefined {
  const at = id.startsWith(ERASE) ? momentIn(id.slice(ERASE.length)) : undefined;
  return at === undefined ? undefined : { to: 'erase', at };
}
const ERASE = 'erase:all:';

/** Articles come and go: whether there is this one is seen when it is told. */
const ARTICLE = /^article:([a-z0-9-]{1,60})$/;

const ABOUT_CALLBACK = /^call:(day|at|confirm|change|cancel):([\w-]{1,60})(?::([0-9a-z]{1,10}))?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^[0-9a-z]{1,9}$/;

function readCallbackTap(id: string): Tap | undefined {
  const [, act, what = '', more] = ABOUT_CALLBACK.exec(id) ?? [];
  const to = 'callback';
  switch (act) {
    case 'day':
      if (!DAY.test(what)) return undefined;
      return { to, act, day: what, ...(more !== undefined && { from: parseInt(more, 36) }) };
    case 'at':
      return TIME.test(what) && more === undefined ? { to, act, startsAt: parseInt(what, 36) } : undefined;
    case 'confirm':
      return TIME.test(what) && more !== undefined
        ? { to, act, startsAt: parseInt(what, 36), lastDigits: more }
        : undefined;
    case 'change':
    case 'cancel':
      return more === undefined ? { to, act, id: what } : undefined;
    default:
      return undefined;
  }
}

function readTopicTap(id: string): Tap | undefined {
  const [, what, scope, rest = ''] = ABOUT_TOPIC.exec(id) ?? [];
  const topic = scope === 'all' ? null : (scope as Topic);
  switch (what) {
    case 'in':
      return topic !== null && topic !== 'service' && WORDING.test(rest)
        ? { to: 'optIn', topic, wording: rest }
        : undefined;
    case 'out':
      return topic !== null && rest === '' ? { to: 'optOut', topic } : undefined;
    case 'stop':
      return rest === '' ? { to: 'stop', topic } : undefined;
    case 'why':
      return REASONS.has(rest) ? { to: 'reason', topic, reason: rest as StopReason } : undefined;
    case 'undo': {
      const at = momentIn(rest);
      return at === undefined ? undefined : { to: 'undo', topic, at };
    }
    default:
      return undefined;
  }
}

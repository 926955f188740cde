import { offersAt } from './callbacks/callback-offers.js';
import { promiseFor, type BusinessCalendar } from './calendar/opening-hours.js';
import type { Config } from './config.js';
import type { LiveNotice, LiveNotices } from './notices/live-notices.js';
import type { AnnouncementKind, Wordings } from './notices/wordings.js';
import { windowWords } from './notices/wording/window-words.js';
import type { Facts, PersonalFact, Work, Works } from './conversation/session.js';
import type { Texts } from './conversation/texts.js';
import type { Answers } from './knowledge/answers.js';
import { readEntryCode } from './entry/entry-code.js';
import { quotesWith } from './quotes/quote.js';
import { dayIn, pricesOn, type Tariffs } from './quotes/tariffs.js';

const SECOND_MS = 1_000;

/** What the conversation may know of the world, but what belongs to the person: the same for a chat and for the API. */
export type WorldFacts = (now: number) => Omit<Facts, PersonalFact>;

export type WorldFactsDeps = {
  readonly config: Config;
  readonly pepper: Buffer;
  readonly texts: Texts;
  readonly tariffs: Tariffs;
  /** As they stand now: operators change them. */
  readonly answers: () => Answers;
  readonly live: Pick<LiveNotices, 'at' | 'isAhead'>;
  readonly wordings: Pick<Wordings, 'say'>;
  readonly calendar: BusinessCalendar;
};

export function worldFacts(deps: WorldFactsDeps): WorldFacts {
  const { config, texts, tariffs, answers, calendar } = deps;
  const factsAt: WorldFacts = (now) => ({
    texts,
    companyName: config.companyName,
    companyLanguage: config.companyLanguage,
    humanBy: promiseFor(now, calendar),
    quotes: quotesWith(pricesOn(tariffs, dayIn(config.timeZone, now))),
    answers: answers(),
    callbacks: offersAt(now, calendar),
    repliesPerHour: config.repliesPerPersonHour,
    repliesPerDay: config.repliesPerPersonDay,
    works: (language) => worksAt(deps, now, language),
    timeZone: config.timeZone,
    entryOf: (text) => readEntryCode(deps.pepper, text),
  });
  // What hangs on the clock takes several questions of time zones, and in one second many turns ask the same.
  let latest: { readonly second: number; readonly facts: ReturnType<typeof factsAt> } | undefined;
  return (now) => {
    const second = Math.floor(now / SECOND_MS);
    if (latest?.second !== second || latest.facts.answers !== answers()) latest = { second, facts: factsAt(now) };
    return latest.facts;
  };
}

function worksAt(
  { live, wordings, texts }: Pick<WorldFactsDeps, 'live' | 'wordings' | 'texts'>,
  now: number,
  language: 'ru' | 'en',
): Works {
  const found = live.at(now);
  const work = (kind: AnnouncementKind, notice: LiveNotice | null): Work | null => {
    if (!notice) return null;
    const { id, window } = notice;
    return {
      noticeId: id,
      text: wordings.say({ kind, window, formerly: null, usefulMs: window.endsAt - now }, language).body,
      when: windowWords(window, language, texts),
    };
  };
  return {
    now: work('begun', found.now),
    next: work('before', found.next),
    isAhead: (noticeId) => live.isAhead(noticeId, now),
  };
}

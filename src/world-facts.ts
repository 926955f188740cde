import { businessCalendar, promiseFor } from './calendar/opening-hours.js';
import type { Config } from './config.js';
import type { Facts } from './conversation/session.js';
import type { Texts } from './conversation/texts.js';
import type { Answers } from './knowledge/answers.js';
import { quotesWith } from './quotes/quote.js';
import { dayIn, pricesOn, type Tariffs } from './quotes/tariffs.js';

/** What the conversation may know of the world, but what belongs to the person: the same for a chat and for the API. */
export type WorldFacts = (now: number) => Omit<Facts, 'openCase' | 'consent' | 'country' | 'nextId' | 'windowUntil'>;

export function worldFacts(deps: {
  readonly config: Config;
  readonly texts: Texts;
  readonly tariffs: Tariffs;
  /** As they stand now: operators change them. */
  readonly answers: () => Answers;
}): WorldFacts {
  const { config, texts, tariffs, answers } = deps;
  const calendar = businessCalendar({ timeZone: config.timeZone, holidays: config.holidays });
  return (now) => ({
    texts,
    companyName: config.companyName,
    companyLanguage: config.companyLanguage,
    humanBy: promiseFor(now, calendar),
    quotes: quotesWith(pricesOn(tariffs, dayIn(config.timeZone, now))),
    answers: answers(),
    repliesPerHour: config.repliesPerPersonHour,
    repliesPerDay: config.repliesPerPersonDay,
    timeZone: config.timeZone,
  });
}

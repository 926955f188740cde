import { isTimeZone, readTime } from './given-time.js';
import { leadKey, momentBefore, parseLead } from './lead.js';
import { CHOSEN_KINDS, type AudienceFilter, type ChosenKind, type NoticePlan } from './notice.js';

/** What somebody enters about a notice, read and checked as a whole: every wrong field is named at once, none is quoted. Pure. */

export type Fault = { readonly field: string; readonly message: string };
export type ReadPlan =
  { readonly kind: 'plan'; readonly plan: NoticePlan } | { readonly kind: 'wrong'; readonly faults: readonly Fault[] };

/** The bounds, as they stand in the API's description too. */
export const LIMITS = {
  windowMs: 7 * 24 * 3_600_000,
  /** Further ahead nobody plans, and a mistyped year shows. */
  aheadMs: 366 * 24 * 3_600_000,
  leads: 10,
  siteLength: 100,
  phoneLength: 60,
  filterEntries: 100,
  filterLength: 100,
} as const;

export const DEFAULT_LEADS = ['P3D', 'P1D', 'PT1H'] as const;

const FIELDS = [
  'startsAt',
  'endsAt',
  'timeZone',
  'maxInterruptionMinutes',
  'site',
  'supportPhone',
  'announce',
  'announceBefore',
  'audience',
  'urgent',
] as const;
type Field = (typeof FIELDS)[number];
type Given = Readonly<Partial<Record<Field, unknown>>>;

/** @param given the body of the request @param before what stood until now: what is not given stays; absent for a new notice
 *  @param timeZone the company's */
export function readPlan(
  given: Readonly<Record<string, unknown>>,
  before: NoticePlan | undefined,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): ReadPlan {
  const reader = new Reader(given, before, now);
  const plan = reader.read(timeZone);
  return plan && reader.faults.length === 0 ? { kind: 'plan', plan } : { kind: 'wrong', faults: reader.faults };
}

class Reader {
  readonly faults: Fault[] = [];
  readonly #given: Given;
  readonly #before: NoticePlan | undefined;
  readonly #now: number;

  constructor(given: Readonly<Record<string, unknown>>, before: NoticePlan | undefined, now: number) {
    this.#given = given;
    this.#before = before;
    this.#now = now;
    for (const field of Object.keys(given))
      if (!(FIELDS as readonly string[]).includes(field))
        this.#fault(field, `no such field; there are ${FIELDS.join(', ')}`);
  }

  read(companyZone: string): NoticePlan | undefined {
    const timeZone = this.#zone(companyZone);
    const startsAt = this.#time('startsAt', timeZone ?? companyZone);
    const endsAt = this.#time('endsAt', timeZone ?? companyZone);
    const isSpan = this.#span(startsAt, endsAt);
    const maxInterruptionMinutes = this.#interruption(isSpan ? { startsAt, endsAt } : undefined);
    const site = this.#text('site', LIMITS.siteLength);
    const supportPhone = this.#phone();
    const leads = this.#leads();
    const announce = this.#kinds();
    const audience = this.#audience();
    const urgent = this.#urgent();
    if (timeZone === undefined || startsAt === undefined || endsAt === undefined) return undefined;
    this.#moments(leads, startsAt, timeZone);
    return {
      ...{ startsAt, endsAt, timeZone, maxInterruptionMinutes, site, supportPhone, audience, urgent },
      announce,
      announceBefore: announce.includes('before') ? leads : [],
    };
  }

  #fault(field: string, message: string): undefined {
    this.faults.push({ field, message });
    return undefined;
  }

  #zone(companyZone: string): string | undefined {
    const { timeZone } = this.#given;
    if (timeZone === undefined) return this.#before?.timeZone ?? companyZone;
    if (typeof timeZone === 'string' && isTimeZone(timeZone)) return timeZone;
    return this.#fault('timeZone', 'the IANA name of a time zone, such as Europe/Moscow');
  }

  #time(field: 'startsAt' | 'endsAt', timeZone: string): number | undefined {
    const given = this.#given[field];
    if (given === undefined && this.#before) return this.#before[field];
    if (typeof given !== 'string') return this.#fault(field, 'an ISO 8601 time, such as 2027-11-14T03:00');
    const time = readTime(given, timeZone);
    switch (time.kind) {
      case 'at':
        return time.at;
      case 'skipped':
        return this.#fault(field, 'a time that exists: the clocks of the zone are put forward over this one');
      case 'unreadable':
        return this.#fault(field, 'an ISO 8601 time, such as 2027-11-14T03:00');
    }
  }

  /** @returns whether both are there and in order */
  #span(startsAt: number | undefined, endsAt: number | undefined): startsAt is number {
    const faults = this.faults.length;
    if (endsAt !== undefined && endsAt <= this.#now) this.#fault('endsAt', 'a time that is still ahead');
    if (startsAt !== undefined && startsAt > this.#now + LIMITS.aheadMs)
      this.#fault('startsAt', 'a time within the next year');
    if (startsAt === undefined || endsAt === undefined || this.faults.length > faults) return false;
    if (endsAt <= startsAt) this.#fault('endsAt', 'a time after the start');
    else if (endsAt - startsAt > LIMITS.windowMs) this.#fault('endsAt', 'at most 7 days after the start');
    return this.faults.length === faults;
  }

  #interruption(window: { readonly startsAt: number | undefined; readonly endsAt: number | undefined } | undefined) {
    const { maxInterruptionMinutes: given } = this.#given;
    const minutes = given === undefined ? (this.#before?.maxInterruptionMinutes ?? null) : given;
    if (minutes === null) return null;
    if (typeof minutes !== 'number' || !Number.isSafeInteger(minutes) || minutes < 1)
      return this.#fault('maxInterruptionMinutes', 'a whole number of minutes, 1 or more') ?? null;
    if (window && minutes * 60_000 > (window.endsAt ?? 0) - (window.startsAt ?? 0))
      this.#fault('maxInterruptionMinutes', 'at most as long as the window');
    return minutes;
  }

  #text(field: 'site' | 'supportPhone', mostLength: number): string | null {
    const given = this.#given[field];
    if (given === undefined) return this.#before?.[field] ?? null;
    if (given === null) return null;
    if (typeof given !== 'string') return this.#fault(field, 'a text') ?? null;
    if (given.length > mostLength) return this.#fault(field, `at most ${mostLength} characters`) ?? null;
    return given.trim() === '' ? null : given;
  }

  #phone(): string | null {
    const phone = this.#text('supportPhone', LIMITS.phoneLength);
    const digits = phone?.replaceAll(/\D/g, '').length ?? 0;
    if (phone !== null && this.#given.supportPhone !== undefined && (digits < 3 || digits > 30))
      this.#fault('supportPhone', 'a phone number, written as customers shall read it');
    return phone;
  }

  #leads(): readonly string[] {
    const { announceBefore: given } = this.#given;
    if (given === undefined) {
      if (this.#before && this.#before.announceBefore.length > 0) return this.#before.announceBefore;
      return this.#before?.announce.includes('before') ? [] : DEFAULT_LEADS;
    }
    if (!Array.isArray(given) || given.length > LIMITS.leads) {
      this.#fault('announceBefore', `a list of at most ${LIMITS.leads} durations, such as P1D or PT1H`);
      return [];
    }
    const known = new Set<string>();
    for (const [index, text] of given.entries()) {
      const lead = typeof text === 'string' ? parseLead(text) : undefined;
      const field = `announceBefore.${index}`;
      if (!lead) this.#fault(field, 'an ISO 8601 duration from 1 minute to 1 year, such as P1D or PT1H');
      else if (known.has(leadKey(lead))) this.#fault(field, 'another duration than the ones before it');
      else known.add(leadKey(lead));
    }
    return given as string[];
  }

  /** Two durations may be two ways to one moment: a day is 24 hours, but for the two on which the clocks are changed. Asked only of those that
   *  are given: a window that is moved takes its durations along, and says once what falls together then (`scheduleOf`). */
  #moments(leads: readonly string[], startsAt: number, timeZone: string): void {
    if (this.#given.announceBefore === undefined || this.faults.length > 0) return;
    const moments = leads.map((text) => {
      const lead = parseLead(text);
      return lead && momentBefore(startsAt, lead, timeZone);
    });
    for (const [index, moment] of moments.entries()) {
      const first = moments.indexOf(moment);
      if (first < index)
        this.#fault(
          `announceBefore.${index}`,
          `another moment than announceBefore.${first}: for this window they are the same`,
        );
    }
  }

  /** Durations that are given are meant, whether `before` is named or not. */
  #kinds(): readonly ChosenKind[] {
    const { announce: given, announceBefore } = this.#given;
    const asksBefore = Array.isArray(announceBefore) && announceBefore.length > 0;
    const named = given === undefined ? (this.#before?.announce ?? ['before']) : given;
    if (!Array.isArray(named) || named.some((kind) => !(CHOSEN_KINDS as readonly unknown[]).includes(kind))) {
      this.#fault('announce', `a list of ${CHOSEN_KINDS.join(', ')}`);
      return [];
    }
    return CHOSEN_KINDS.filter((kind) => named.includes(kind) || (kind === 'before' && asksBefore));
  }

  #audience(): AudienceFilter {
    const { audience: given } = this.#given;
    if (given === undefined) return this.#before?.audience ?? {};
    if (given === null || typeof given !== 'object' || Array.isArray(given)) {
      this.#fault('audience', 'an object with sites, tags, or both; empty for everybody');
      return {};
    }
    const filter: { sites?: readonly string[]; tags?: readonly string[] } = {};
    for (const [field, list] of Object.entries(given)) {
      if (list === undefined) continue;
      if (field !== 'sites' && field !== 'tags')
        this.#fault(`audience.${field}`, 'no such field; there are sites, tags');
      else if (!isWords(list))
        this.#fault(`audience.${field}`, `a list of 1 to ${LIMITS.filterEntries} texts that are not empty`);
      else filter[field] = [...new Set(list)];
    }
    return filter;
  }

  #urgent(): boolean {
    const { urgent: given } = this.#given;
    if (given === undefined) return this.#before?.urgent ?? false;
    if (typeof given === 'boolean') return given;
    this.#fault('urgent', 'true or false');
    return false;
  }
}

/** An empty list would select nobody, and nobody means that. */
const isWords = (list: unknown): list is string[] =>
  Array.isArray(list) &&
  list.length > 0 &&
  list.length <= LIMITS.filterEntries &&
  list.every((word) => typeof word === 'string' && word.trim() !== '' && word.length <= LIMITS.filterLength);

import { setImmediate as breathe } from 'node:timers/promises';
import { readGuards } from '../consent/ledger.js';
import { maySend, refusalOf } from '../consent/consent.js';
import { isBlocked } from '../contacts/blocked.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { Engine } from '../storage/engine.js';
import { plannedRow, type WholeNotice } from './acts.js';
import { selectPage } from './audience.js';
import { whatIsDue } from './due.js';
import { leavingAmong, zoneOf, type GatherDeps } from './gather.js';
import type { AnnouncementRow, NoticeRow } from './notice-tables.js';
import { windowOf, type SkipReason } from './notice.js';
import type { Leaving } from './quiet-hours.js';
import { scheduled } from './schedule.js';
import {
  NOTICE_LANGUAGES,
  type NoticeLanguage,
  type TemplateStanding,
  type Wording,
  type Wordings,
} from './wordings.js';

/** What would come of a notice if it were approved now: who gets it, who does not and why, how it reads, how long it takes, what it
 *  costs. Reads the audience page by page and keeps nothing but counts. */

/** What may leave, as far as it is known. */
export type SendingRoom = {
  /** Notices in a second. */
  readonly perSecond: number;
  /** How many more people may be written to out of their window within 24 hours; null: no limit is known to bind. */
  readonly tierLeft: number | null;
};

export type DryRunDeps = GatherDeps & {
  readonly engine: Engine;
  readonly wordings: Wordings;
  readonly languageOf: (person: ContactRow) => NoticeLanguage;
  readonly room: () => Promise<SendingRoom>;
  /** What a message costs, in the currency's smallest unit. @param category as in Meta's price list: utility, marketing … */
  readonly price: (category: string, now: number) => number;
  readonly currency: string;
};

export type DryRun = {
  readonly audience: number;
  readonly willGet: number;
  readonly willNot: Readonly<Partial<Record<SkipReason, number>>>;
  readonly texts: readonly (Wording & { readonly announcement: string; readonly kind: AnnouncementRow['kind'] })[];
  readonly missingTemplates: readonly { readonly name: string; readonly language: NoticeLanguage }[];
  readonly seconds: number;
  /** Null when nobody gets anything. */
  readonly lastLeavesAt: number | null;
  readonly cost: {
    readonly currency: string;
    readonly amountMinor: number;
    readonly messages: Readonly<Record<string, number>>;
  };
  /** Whether everybody can have it while it is true. */
  readonly isInTime: boolean;
  /** Where those live who get it. */
  readonly timeZones: readonly string[];
};

const MAX_ZONES = 1_000;

export async function dryRun(
  deps: DryRunDeps,
  { notice, announcements: words }: WholeNotice,
  now: number,
): Promise<DryRun> {
  const ahead = wordsAhead(notice, words, now);
  const counts = await countAudience(deps, notice, ahead, now);
  const room = await deps.room();
  const willNot = { ...counts.willNot };
  const overTier = room.tierLeft === null ? 0 : Math.max(0, counts.willGet - room.tierLeft);
  if (overTier > 0) willNot.overTier = overTier;
  const willGet = counts.willGet - overTier;
  const seconds = Math.ceil(willGet / Math.max(room.perSecond, Number.MIN_VALUE));
  const told = ahead.flatMap((word) => leavings(deps, notice, word, ahead, counts.zones.keys(), now));
  const last = Math.max(...told.map(({ at }) => at));
  return {
    audience: counts.audience,
    willGet,
    willNot,
    texts: ahead.flatMap((word) => textsOf(deps.wordings, notice, word, now)),
    missingTemplates: (await missingTemplates(deps.wordings, notice)).map(({ name, language }) => ({ name, language })),
    seconds,
    lastLeavesAt: told.length > 0 && willGet > 0 ? last + seconds * 1_000 : null,
    cost: await costOf(deps, notice, ahead, counts, now),
    isInTime: overTier === 0 && told.every((one) => isInTime(one, seconds * 1_000)),
    timeZones: [...counts.zones.keys()].slice(0, MAX_ZONES),
  };
}

/** The templates that the notice may need and that cannot be used. */
export async function missingTemplates(wordings: Wordings, { plan }: NoticeRow): Promise<readonly TemplateStanding[]> {
  const kinds = [...plan.announce, 'begun'] as const; // a "before" that comes too late becomes a "begun"
  const needed = wordings.needed(windowOf(plan), [...new Set(kinds)]);
  return (await wordings.standing(needed)).filter(({ usable }) => !usable);
}

/** What the planner would still say, were the notice approved now. */
function wordsAhead(notice: NoticeRow, words: readonly AnnouncementRow[], now: number): readonly AnnouncementRow[] {
  const due = whatIsDue(words, notice, now);
  const left = words.filter(
    (word) =>
      (word.state === 'planned' || word.state === 'running') &&
      !due.skips.some(({ id }) => id === word.id) &&
      !due.ends.some(({ id }) => id === word.id),
  );
  const begun = scheduled({ ...notice.plan }, 'begun', null, notice.startsAt, { quiet: null, timeZones: [] });
  return due.turnsIntoBegun ? [...left, plannedRow(notice.id, begun, `${notice.id}begun`)] : left;
}

/** Of one zone: which of the words reach it. */
type Zone = { people: number; readonly words: readonly AnnouncementRow[] };
type Counts = {
  readonly audience: number;
  readonly willGet: number;
  readonly willNot: Partial<Record<SkipReason, number>>;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly languages: ReadonlyMap<NoticeLanguage, number>;
};

async function countAudience(
  deps: DryRunDeps,
  notice: NoticeRow,
  ahead: readonly AnnouncementRow[],
  now: number,
): Promise<Counts> {
  let [audience, willGet] = [0, 0];
  const willNot: Partial<Record<SkipReason, number>> = {};
  const zones = new Map<string, Zone>();
  const languages = new Map<NoticeLanguage, number>();
  const refuse = (reason: SkipReason) => (willNot[reason] = (willNot[reason] ?? 0) + 1);
  const first = ahead.filter(({ kind }) => kind !== 'done');
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await selectPage(deps.engine, notice.plan.audience, cursor);
    const guards = await readGuards(
      deps.engine,
      page.people.map(({ id }) => id),
    );
    for (const person of page.people) {
      audience += 1;
      const guard = guards.get(person.id);
      const zone = zoneOf(person, deps.companyZone);
      if (!maySend(guard, 'maintenance', now)) refuse(refusalOf(guard, 'maintenance'));
      else if (isBlocked(person, now)) refuse('blocked');
      else if (!person.identities.some(({ kind }) => kind !== 'parentUserId')) refuse('undeliverable');
      else {
        let known = zones.get(zone);
        if (!known) {
          const reach = (word: AnnouncementRow) =>
            leavingAmong(notice, word, ahead, zone, deps.quiet, now).kind === 'leaves';
          zones.set(zone, (known = { people: 0, words: first.filter(reach) }));
        }
        if (known.words.length === 0) refuse(refusalIn(deps, notice, first, ahead, zone, now));
        else {
          known.people += 1;
          willGet += 1;
          const language = deps.languageOf(person);
          languages.set(language, (languages.get(language) ?? 0) + 1);
        }
      }
    }
    cursor = page.cursor;
    await breathe();
  }
  return { audience, willGet, willNot, zones: new Map([...zones].filter(([, { people }]) => people > 0)), languages };
}

function refusalIn(
  { quiet }: DryRunDeps,
  notice: NoticeRow,
  first: readonly AnnouncementRow[],
  ahead: readonly AnnouncementRow[],
  zone: string,
  now: number,
): SkipReason {
  const reasons = first.map((word) => leavingAmong(notice, word, ahead, zone, quiet, now));
  return reasons.some((one) => one.kind === 'skipped' && one.reason === 'quietHours') ? 'quietHours' : 'tooLate';
}

type Told = Extract<Leaving, { kind: 'leaves' }> & { readonly word: AnnouncementRow };

const leavings = (
  { quiet }: DryRunDeps,
  notice: NoticeRow,
  word: AnnouncementRow,
  ahead: readonly AnnouncementRow[],
  zones: Iterable<string>,
  now: number,
): Told[] =>
  [...zones].flatMap((zone) => {
    const leaving = leavingAmong(notice, word, ahead, zone, quiet, now);
    return leaving.kind === 'leaves' ? [{ ...leaving, word }] : [];
  });

/** What a night interrupts goes on in the morning; but what was moved to the evening has that hour alone. */
const isInTime = ({ at, by, word }: Told, ms: number): boolean => at + ms <= (at < word.at ? by : word.uselessAfter);

const textsOf = (wordings: Wordings, notice: NoticeRow, word: AnnouncementRow, now: number) =>
  NOTICE_LANGUAGES.map((language) => {
    const usefulMs = word.uselessAfter - Math.max(word.notBefore, now);
    const what = { kind: word.kind, window: windowOf(notice.plan), formerly: word.formerly, usefulMs };
    return { ...wordings.say(what, language), announcement: word.id, kind: word.kind };
  });

async function costOf(
  deps: DryRunDeps,
  notice: NoticeRow,
  ahead: readonly AnnouncementRow[],
  { zones, languages, willGet }: Counts,
  now: number,
): Promise<DryRun['cost']> {
  const messages: Record<string, number> = {};
  for (const word of ahead) {
    const people =
      word.kind === 'done'
        ? willGet
        : [...zones.values()].reduce((sum, zone) => sum + (zone.words.includes(word) ? zone.people : 0), 0);
    const texts = textsOf(deps.wordings, notice, word, now);
    const standing = await deps.wordings.standing(
      texts.map(({ template, language }) => ({ name: template, language })),
    );
    for (const [index, { language }] of texts.entries()) {
      const share = willGet === 0 ? 0 : Math.round((people * (languages.get(language) ?? 0)) / willGet);
      const category = standing[index]?.category ?? 'utility';
      if (share > 0) messages[category] = (messages[category] ?? 0) + share;
    }
  }
  const amountMinor = Object.entries(messages).reduce(
    (sum, [category, count]) => sum + count * deps.price(category, now),
    0,
  );
  return { currency: deps.currency, amountMinor, messages };
}

import { z } from 'zod';
import { stateOf, type WholeNotice } from './acts.js';
import { DELIVERY_STATES, type DeliveryCounts } from './counts.js';
import type { DryRun } from './dry-run.js';
import type { AnnouncementRow } from './notice-tables.js';
import {
  ANNOUNCEMENT_STATES,
  CHOSEN_KINDS,
  NOTICE_STATES,
  SKIP_REASONS,
  type AnnouncementState,
  type NoticePlan,
} from './notice.js';
import { LIMITS } from './read-plan.js';
import { ANNOUNCEMENT_KINDS, NOTICE_LANGUAGES } from './wordings.js';

/** Notices as the API shows them, and as it takes them (INTERFACE "Notices"). */

const isoTime = z.string().meta({ format: 'date-time', example: '2027-11-14T00:00:00.000Z' });
const shownTime = (at: number): string => new Date(at).toISOString();

const given = {
  startsAt: z
    .string()
    .meta({ description: 'ISO 8601; without an offset it is local in `timeZone`.', example: '2027-11-14T03:00' }),
  endsAt: z
    .string()
    .meta({ description: 'Still ahead, and at most 7 days after the start.', example: '2027-11-14T04:00' }),
  timeZone: z.string().optional().meta({ description: 'The company’s when absent.', example: 'Europe/Moscow' }),
  maxInterruptionMinutes: z.int().min(1).nullable().optional().meta({ example: 1 }),
  site: z
    .string()
    .max(LIMITS.siteLength)
    .nullable()
    .optional()
    .meta({ description: 'Wording, kept as typed; `audience` selects.', example: 'М9' }),
  supportPhone: z.string().max(LIMITS.phoneLength).nullable().optional().meta({ example: '+7 (495) 787-35-95' }),
  announce: z
    .array(z.enum(CHOSEN_KINDS))
    .optional()
    .meta({ description: '`changed` and `cancelled` come by themselves.', example: ['before', 'done'] }),
  announceBefore: z
    .array(z.string())
    .max(LIMITS.leads)
    .optional()
    .meta({
      description: 'ISO 8601 durations; a day is a calendar day in `timeZone`.',
      example: ['P3D', 'P1D', 'PT1H'],
    }),
  audience: z
    .object({ sites: z.array(z.string()).optional(), tags: z.array(z.string()).optional() })
    .optional()
    .meta({ description: 'Absent: all contacts.', example: { sites: ['M9'] } }),
  urgent: z.boolean().optional().meta({ description: 'Nobody’s quiet hours hold it back.', example: false }),
};
/** What `POST /notices` takes, for the description: `readPlan` is what checks it. */
export const NewNotice = z.object(given);
export const NoticeChange = z.object(given).partial();

const counts = z.int().meta({ example: 0 });
const Deliveries = z
  .object({
    planned: counts.meta({ description: 'The sum of all others.' }),
    queued: counts,
    attempted: counts,
    accepted: counts,
    sent: counts,
    delivered: counts,
    read: counts,
    failed: counts,
    unknown: counts,
    notDelivered: counts,
    skipped: z.partialRecord(z.enum(SKIP_REASONS), z.int()).meta({ example: { noConsent: 3 } }),
  })
  .meta({ id: 'DeliveryCounts', description: 'Each person of the audience in exactly one, their current one.' });

const Announcement = z
  .object({
    id: z.string(),
    kind: z.enum(ANNOUNCEMENT_KINDS),
    lead: z.string().nullable().meta({ example: 'PT1H' }),
    notBefore: isoTime,
    uselessAfter: isoTime,
    state: z.enum(ANNOUNCEMENT_STATES),
    reason: z.enum(SKIP_REASONS).nullable().meta({ description: 'Why it was skipped or cut short.' }),
    deliveries: Deliveries,
  })
  .meta({ id: 'Announcement' });

const Warning = z
  .object({ kind: z.literal('overlap'), notice: z.string(), message: z.string() })
  .meta({ id: 'NoticeWarning' });
export type Warning = z.output<typeof Warning>;

const plan = {
  startsAt: isoTime,
  endsAt: isoTime,
  timeZone: z.string().meta({ example: 'Europe/Moscow' }),
  maxInterruptionMinutes: z.int().nullable(),
  site: z.string().nullable(),
  supportPhone: z.string().nullable(),
  announce: z.array(z.enum(CHOSEN_KINDS)),
  announceBefore: z.array(z.string()),
  audience: z.object({ sites: z.array(z.string()).optional(), tags: z.array(z.string()).optional() }),
  urgent: z.boolean(),
};
const Plan = z.object(plan).meta({ id: 'NoticePlan' });

export const Notice = z
  .object({
    id: z.string().meta({ example: '0mk1f8x2m0aQ7dR2' }),
    state: z.enum(NOTICE_STATES),
    ...plan,
    announcements: z.array(Announcement),
    warnings: z.array(Warning),
    proposed: Plan.extend({ at: isoTime, by: z.string() })
      .nullable()
      .meta({ description: 'A change that waits for a second operator.' }),
    history: z
      .array(Plan.extend({ until: isoTime, by: z.string() }))
      .meta({ description: 'What it was before each change.' }),
    madeBy: z.string().meta({ example: 'admin' }),
    changedBy: z.string().nullable(),
    approvedBy: z.string().nullable(),
  })
  .meta({ id: 'Notice' });

export const DeliveryItem = z
  .object({
    contactId: z.string(),
    announcement: z.string(),
    state: z.enum(DELIVERY_STATES),
    reason: z.enum(SKIP_REASONS).optional(),
    at: isoTime,
  })
  .meta({ id: 'Delivery' });

export const DryRunAnswer = z
  .object({
    audience: counts,
    willGet: counts.meta({
      description: 'Those who get at least one announcement; with `willNot` they are the audience.',
    }),
    willNot: z.partialRecord(z.enum(SKIP_REASONS), z.int()),
    texts: z.array(
      z.object({
        language: z.enum(NOTICE_LANGUAGES),
        announcement: z.string().meta({ description: 'Its id.' }),
        kind: z.enum(ANNOUNCEMENT_KINDS),
        template: z.string(),
        body: z.string(),
        footer: z.string().nullable(),
        buttons: z.array(z.string()),
      }),
    ),
    missingTemplates: z.array(z.object({ name: z.string(), language: z.enum(NOTICE_LANGUAGES) })),
    seconds: z.int().meta({ description: 'How long one announcement takes at the rate left.' }),
    lastLeavesAt: isoTime.nullable(),
    cost: z.object({
      currency: z.string().meta({ example: 'RUB' }),
      amountMinor: z.int(),
      messages: z.record(z.string(), z.int()),
    }),
    inTime: z.boolean(),
  })
  .meta({ id: 'NoticeDryRun' });

/** The plan as the API shows it; the audit keeps it so, too. */
export const shownPlan = (one: NoticePlan): z.output<typeof Plan> => ({
  startsAt: shownTime(one.startsAt),
  endsAt: shownTime(one.endsAt),
  timeZone: one.timeZone,
  maxInterruptionMinutes: one.maxInterruptionMinutes,
  site: one.site,
  supportPhone: one.supportPhone,
  announce: [...one.announce],
  announceBefore: [...one.announceBefore],
  audience: {
    ...(one.audience.sites ? { sites: [...one.audience.sites] } : {}),
    ...(one.audience.tags ? { tags: [...one.audience.tags] } : {}),
  },
  urgent: one.urgent,
});

export function shownNotice(
  { notice, announcements: words }: WholeNotice,
  more: {
    readonly countsOf: (word: AnnouncementRow) => DeliveryCounts;
    readonly warnings: readonly Warning[];
    readonly now: number;
  },
): z.output<typeof Notice> {
  const { proposed } = notice;
  const isPaused = notice.state === 'paused';
  return {
    id: notice.id,
    state: stateOf(notice, words, more.now),
    ...shownPlan(notice.plan),
    announcements: words.toSorted(byTime).map((word) => ({
      id: word.id,
      kind: word.kind,
      lead: word.lead,
      notBefore: shownTime(word.notBefore),
      uselessAfter: shownTime(word.uselessAfter),
      state: shownState(word, isPaused),
      reason: word.reason,
      deliveries: more.countsOf(word),
    })),
    warnings: [...more.warnings],
    proposed: proposed && { ...shownPlan(proposed.plan), at: shownTime(proposed.at), by: proposed.by },
    history: notice.history.map(({ plan: former, until, by }) => ({
      ...shownPlan(former),
      until: shownTime(until),
      by,
    })),
    madeBy: notice.madeBy,
    changedBy: notice.changedBy,
    approvedBy: notice.approvedBy,
  };
}

const byTime = (one: AnnouncementRow, other: AnnouncementRow): number =>
  one.at - other.at || (one.id < other.id ? -1 : 1);

const shownState = ({ state, open }: AnnouncementRow, isPaused: boolean): AnnouncementState =>
  isPaused && (state === 'planned' || (state === 'running' && open)) ? 'paused' : state;

export const shownDryRun = (run: DryRun): z.output<typeof DryRunAnswer> => ({
  audience: run.audience,
  willGet: run.willGet,
  willNot: run.willNot,
  texts: run.texts.map(({ language, announcement, kind, template, body, footer, buttons }) => ({
    ...{ language, announcement, kind, template, body, footer },
    buttons: [...buttons],
  })),
  missingTemplates: run.missingTemplates.map((key) => ({ ...key })),
  seconds: run.seconds,
  lastLeavesAt: run.lastLeavesAt === null ? null : shownTime(run.lastLeavesAt),
  cost: { ...run.cost, messages: { ...run.cost.messages } },
  inTime: run.isInTime,
});

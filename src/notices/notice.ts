import type { AnnouncementKind, WindowFacts } from './wordings.js';

/** The words of a notice: its window, its states, its announcements (INTERFACE "Notices"). Types only. */

/** Why somebody who belongs to the audience does not get an announcement: one enum everywhere. */
export const SKIP_REASONS = [
  'noConsent',
  'stopped',
  'blocked',
  'undeliverable',
  'overTier',
  'tooLate',
  'template',
  'changed',
  'cancelled',
  'quietHours',
  'erased',
  'merged',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export const isSkipReason = (text: string | null): text is SkipReason =>
  text !== null && (SKIP_REASONS as readonly string[]).includes(text);

/** What is shown: `underWay` and `done` come by the clock. */
export const NOTICE_STATES = ['draft', 'approved', 'underWay', 'paused', 'done', 'cancelled'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** What somebody decided; the rest of a notice's state follows from the time. */
export type DecidedState = 'draft' | 'approved' | 'paused' | 'cancelled';

/** What can be chosen: `changed` and `cancelled` come by themselves. */
export const CHOSEN_KINDS = ['before', 'begun', 'done'] as const;
export type ChosenKind = (typeof CHOSEN_KINDS)[number];

/** Whom it concerns; both absent: everybody. */
export type AudienceFilter = { readonly sites?: readonly string[]; readonly tags?: readonly string[] };

/** Everything about a notice that somebody enters. */
export type NoticePlan = WindowFacts & {
  readonly announce: readonly ChosenKind[];
  /** ISO durations, see `Lead`. */
  readonly announceBefore: readonly string[];
  readonly audience: AudienceFilter;
  /** Quiet hours do not hold it back. */
  readonly urgent: boolean;
};

export const ANNOUNCEMENT_STATES = ['planned', 'running', 'paused', 'done', 'skipped', 'cancelled'] as const;
export type AnnouncementState = (typeof ANNOUNCEMENT_STATES)[number];
export type StoredAnnouncementState = Exclude<AnnouncementState, 'paused'>;

/** An announcement as the planner sees it. Times are ms. */
export type Planned = {
  readonly id: string;
  readonly kind: AnnouncementKind;
  /** Of `before`: how long. */
  readonly lead: string | null;
  /** When it is meant to leave, were it not for anybody's night. */
  readonly at: number;
  /** Nobody gets it before: `at`, or earlier where somebody's night makes it leave the evening before. */
  readonly notBefore: number;
  /** From then on it is not true any more, or of no use. */
  readonly uselessAfter: number;
  readonly state: StoredAnnouncementState;
  /** Why it was skipped or cut short. */
  readonly reason: SkipReason | null;
};

/** What is said in a window's texts: of two windows that agree in this nobody has to be told. */
export const windowOf = (plan: WindowFacts): WindowFacts => ({
  startsAt: plan.startsAt,
  endsAt: plan.endsAt,
  timeZone: plan.timeZone,
  maxInterruptionMinutes: plan.maxInterruptionMinutes,
  site: plan.site,
  supportPhone: plan.supportPhone,
});

/** Whether the texts of one would be untrue of the other. The zone is how times are written, not when it is. */
export const saysOtherwise = (one: WindowFacts, other: WindowFacts): boolean =>
  one.startsAt !== other.startsAt ||
  one.endsAt !== other.endsAt ||
  one.maxInterruptionMinutes !== other.maxInterruptionMinutes ||
  one.site !== other.site ||
  one.supportPhone !== other.supportPhone;

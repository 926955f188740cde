import type { Emulator } from '../../emulator.js';
import { reviewFault } from './definition-check.js';
import { componentOf, type Template } from './template-store.js';
import { tellCategory, tellStatus } from './updates.js';

export type Decision = 'approve' | 'reject' | 'hold';
export type RejectReason =
  | 'ABUSIVE_CONTENT'
  | 'CATEGORY_NOT_AVAILABLE'
  | 'INCORRECT_CATEGORY'
  | 'INVALID_FORMAT'
  | 'PROMOTIONAL'
  | 'SCAM'
  | 'TAG_CONTENT_MISMATCH';

/** How templates that come in for review are judged: the first rule that fits, else `otherwise`. */
export interface ReviewSettings {
  /** how long a review takes, ms */
  afterMs: number;
  otherwise: Decision;
  rules: ReviewRule[];
}
export interface ReviewRule {
  /** regular expressions, on the name and on the words; what is absent fits everything */
  readonly name?: string | undefined;
  readonly text?: string | undefined;
  readonly category?: string | undefined;
  readonly decision?: Decision | undefined;
  readonly reason?: RejectReason | undefined;
  /** the category the platform finds right: the template is approved under it (reference §8.3) */
  readonly recategorise?: string | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Sends a template into review: decided after the time the settings name, unless somebody decides before. */
export function startReview(emulator: Emulator, template: Template): void {
  const version = template.version;
  emulator.agenda.after(emulator.settings.review.afterMs, () => {
    // Edited again or decided by hand meanwhile: this review is about words that are no more.
    if (template.status !== 'PENDING' || template.version !== version) return;
    if (emulator.templates.withId(template.id) !== template) return;
    judge(emulator, template);
  });
}

function judge(emulator: Emulator, template: Template): void {
  const { rules, otherwise } = emulator.settings.review;
  const words = wordsOf(template);
  const rule = rules.find(
    (each) =>
      (each.name === undefined || new RegExp(each.name, 'iu').test(template.name)) &&
      (each.text === undefined || new RegExp(each.text, 'iu').test(words)) &&
      (each.category === undefined || each.category.toUpperCase() === template.category),
  );
  const decision = rule?.decision ?? (rule?.recategorise || rule?.reason ? undefined : otherwise);
  if (decision === 'hold') return;
  const fault = reviewFault(template);
  if (decision === 'reject' || (decision === undefined && rule?.reason)) return reject(emulator, template, rule?.reason ?? 'INVALID_FORMAT');
  if (fault) return reject(emulator, template, fault);
  approve(emulator, template, rule?.recategorise);
}

/** @param category the one it is approved under, when not the one that was asked for */
export function approve(emulator: Emulator, template: Template, category?: string): void {
  if (category && category.toUpperCase() !== template.category) changeCategory(emulator, template, category);
  template.status = 'APPROVED';
  template.rejected_reason = 'NONE';
  tellStatus(emulator, template, 'APPROVED');
}

export function reject(emulator: Emulator, template: Template, reason: string): void {
  template.status = 'REJECTED';
  template.rejected_reason = reason;
  tellStatus(emulator, template, 'REJECTED', { reason });
}

/** The category changes now; the webhook tells both. */
export function changeCategory(emulator: Emulator, template: Template, category: string): void {
  const previous = template.category;
  template.previous_category = previous;
  template.category = category.toUpperCase();
  delete template.correct_category;
  tellCategory(emulator, template, { previous_category: previous, new_category: template.category }, false);
}

/** The category will change in 24 hours, as Meta announces it (reference §5, §8.3). */
export function announceCategory(emulator: Emulator, template: Template, category: string): void {
  const correct = category.toUpperCase();
  template.correct_category = correct;
  const dueAt = emulator.clock.now() + DAY_MS;
  const change = {
    new_category: template.category,
    correct_category: correct,
    category_update_timestamp: Math.floor(dueAt / 1000),
  };
  tellCategory(emulator, template, change, true);
  emulator.agenda.at(dueAt, () => {
    if (template.correct_category === correct) changeCategory(emulator, template, correct);
  });
}

const HOUR_MS = 60 * 60 * 1000;
/** The first pause lasts 3 h, the second 6 h, the third never ends (reference §7.4). */
const PAUSES_MS = [3 * HOUR_MS, 6 * HOUR_MS];
const PAUSE_TITLES = ['FIRST_PAUSE', 'SECOND_PAUSE'];

/** Pauses a template for bad quality, and resumes it by itself; the third time it is disabled for good. */
export function pauseForQuality(emulator: Emulator, template: Template): void {
  if (template.status !== 'APPROVED') return;
  const pauseMs = PAUSES_MS[template.history.pauses];
  const title = PAUSE_TITLES[template.history.pauses];
  template.history.pauses += 1;
  if (pauseMs === undefined || title === undefined) {
    template.status = 'DISABLED';
    tellStatus(emulator, template, 'DISABLED', {
      other_info: { title: 'DISABLED', description: 'The template was paused twice before and its quality is low again.' },
      disable_info: { disable_date: String(emulator.clock.nowSeconds()) },
    });
    return;
  }
  pause(emulator, template, title, emulator.clock.now() + pauseMs);
}

/** @param until ms on the emulator's clock; absent: until somebody unpauses it */
export function pause(emulator: Emulator, template: Template, title: string, until?: number): void {
  template.status = 'PAUSED';
  if (until === undefined) delete template.history.pausedUntil;
  else template.history.pausedUntil = until;
  tellStatus(emulator, template, 'PAUSED', { other_info: { title, description: 'Quality is low.' } });
  resumeLater(emulator, template);
}

/** Ends a pause when its time is over: also after a restart in the middle of one. */
export function resumeLater(emulator: Emulator, template: Template): void {
  const until = template.history.pausedUntil;
  if (until === undefined || template.status !== 'PAUSED') return;
  emulator.agenda.at(until, () => {
    if (template.status === 'PAUSED' && template.history.pausedUntil === until) unpause(emulator, template);
  });
}

export function unpause(emulator: Emulator, template: Template): void {
  template.status = 'APPROVED';
  delete template.history.pausedUntil;
  tellStatus(emulator, template, 'APPROVED', { other_info: { title: 'UNPAUSE', description: 'The template can be sent again.' } });
}

const wordsOf = (template: Template): string =>
  ['header', 'body', 'footer']
    .map((type) => componentOf(template.components, type)?.['text'])
    .filter((text) => typeof text === 'string')
    .join('\n');

/** Takes up what an earlier run left: reviews not decided, pauses not over. */
export function takeUpReviews(emulator: Emulator): void {
  for (const template of emulator.templates.all()) {
    if (template.status === 'PENDING') startReview(emulator, template);
    else resumeLater(emulator, template);
  }
}


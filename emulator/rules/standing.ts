import type { Emulator } from '../emulator.js';
import { pauseForQuality } from '../graph/templates/review.js';
import type { QualityScore } from '../graph/templates/template-store.js';
import { tellQuality } from '../graph/templates/updates.js';
import { TIERS, tierName, type TierLimit } from './tier.js';

const HOUR_MS = 60 * 60 * 1000;
/** How often the platform looks at quality and use by itself (reference §7.2: a limit rises within 6 h). */
const LOOK_EVERY_MS = 6 * HOUR_MS;
const MAINTENANCE_MS = 60_000;

/** How the account stands with the platform: scores, limit, speed, and what restricts it. Set by what people do, or by hand. */
export interface Standing {
  /** set by hand: holds whatever people do */
  quality: QualityScore | null;
  lastScore: QualityScore;
  /** sends are refused with 131057 until then, ms */
  maintenanceUntil: number;
  /** what `health_status` names and sends are refused with, by hand */
  blockedBy: { readonly code: number; readonly details: string } | null;
}

export const firstStanding = (): Standing => ({
  quality: null,
  lastScore: 'GREEN',
  maintenanceUntil: 0,
  blockedBy: null,
});

/** The number's quality now. */
export const qualityOf = (emulator: Emulator): QualityScore =>
  emulator.account.standing.quality ?? emulator.feedback.score();

/** Looks at everything that people's feedback moves, now and every six hours. */
export function keepLooking(emulator: Emulator): void {
  lookAtQuality(emulator);
  grow(emulator);
  emulator.agenda.after(LOOK_EVERY_MS, () => keepLooking(emulator));
}

/** After a block, a report, or a while: scores that changed are told, a template that turned red is paused.
 *  @param templateId the one template that may have changed, `''` for none; all when absent */
export function lookAtQuality(emulator: Emulator, templateId?: string): void {
  const { feedback, settings, templates } = emulator;
  const { standing } = emulator.account;
  const meant = templateId === undefined ? [...templates.all()] : [templates.withId(templateId)];
  for (const template of meant) {
    if (!template) continue;
    const score = feedback.score(template.id);
    const previous = template.quality_score.score;
    if (score === previous || score === 'UNKNOWN') continue;
    template.quality_score = { score, date: emulator.clock.nowSeconds() };
    tellQuality(emulator, template, previous);
    if (score === 'RED' && settings.quality.pausesTemplates) pauseForQuality(emulator, template);
  }
  const now = qualityOf(emulator);
  if (now === standing.lastScore) return;
  standing.lastScore = now;
  emulator.snapshot.touch();
  if (now === 'RED' && settings.tier.loweredByQuality) stepTier(emulator, -1);
}

/** A limit of which half was used in 7 days rises while quality is good (reference §7.2). 250 → 2,000 takes a verified
 *  business and is done by hand. */
function grow(emulator: Emulator): void {
  const { tier, settings } = emulator;
  const { limit, grows } = settings.tier;
  if (!grows || limit === null || limit === 250 || qualityOf(emulator) === 'RED') return;
  if (tier.peak * 2 >= limit) stepTier(emulator, 1);
}

function stepTier(emulator: Emulator, by: 1 | -1): void {
  const next = TIERS[TIERS.indexOf(emulator.settings.tier.limit) + by];
  if (next !== undefined) setTier(emulator, next);
}

/** The limit changes, and the platform says so. */
export function setTier(emulator: Emulator, limit: TierLimit): void {
  emulator.settings.tier.limit = limit;
  const value = { max_daily_conversations_per_business: tierName(limit), max_phone_numbers_per_business: 25 };
  tell(emulator, 'business_capability_update', value, `tier:${tierName(limit)}`);
}

/** The number becomes faster: a minute of maintenance (131057), then 1,000 a second (reference §7.1). */
export function upgradeThroughput(emulator: Emulator): void {
  emulator.account.standing.maintenanceUntil = emulator.clock.now() + MAINTENANCE_MS;
  emulator.agenda.after(MAINTENANCE_MS, () => {
    emulator.settings.numberPerSecond = 1_000;
    const value = {
      display_phone_number: emulator.number.displayPhoneNumber,
      event: 'THROUGHPUT_UPGRADE',
      max_daily_conversations_per_business: tierName(emulator.settings.tier.limit),
    };
    tell(emulator, 'phone_number_quality_update', value, 'throughput');
  });
}

/** Any other field about the account (reference §5): the value goes out as it is. */
export function tell(emulator: Emulator, field: string, value: Record<string, unknown>, what: string): void {
  emulator.snapshot.touch();
  emulator.webhooks.enqueue({ field, value }, [`account:${what}`], {
    label: `account ${what} ${emulator.clock.nowSeconds()}`,
  });
}

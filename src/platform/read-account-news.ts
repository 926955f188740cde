import { z } from 'zod';
import type { PauseReason } from './number-table.js';
import type { TemplateNews } from './template-status.js';
import { tierName } from './tier.js';

/** What the account's webhooks say, as far as something follows from it (reference §5, §5.1, §5.2). Pure; a shape that is not known says
 *  nothing. */
export type AccountNews =
  | { readonly kind: 'template'; readonly news: TemplateNews }
  /** The portfolio's messaging limit. */
  | { readonly kind: 'tier'; readonly tier: string }
  | { readonly kind: 'pause'; readonly why: PauseReason }
  /** A person should look at Meta's own pages; the word is Meta's name of the event. */
  | { readonly kind: 'alert'; readonly event: string };

const word = z.string().max(200);
const Template = z.object({ message_template_name: word, message_template_language: word });
const TemplateStatus = Template.extend({
  event: word,
  reason: word.nullish(),
  other_info: z.object({ title: word }).partial().nullish(),
  rejection_info: z.object({ reason: word }).partial().nullish(),
});
const TemplateQuality = Template.extend({ new_quality_score: word });
const TemplateCategory = Template.extend({
  new_category: word.optional(),
  previous_category: word.optional(),
  correct_category: word.optional(),
});
const Capability = z.object({ max_daily_conversations_per_business: z.union([z.string(), z.number()]) });
const AccountUpdate = z.object({
  event: word,
  restriction_info: z.array(z.object({ restriction_type: word }).partial()).nullish(),
  ban_info: z
    .object({ waba_ban_state: z.union([word, z.array(word)]) })
    .partial()
    .nullish(),
});
const Named = z.object({ event: word }).partial();

/** @param value of the change @param at when it was, by Meta's clock, ms */
export function readAccountNews(field: string, value: unknown, at: number): AccountNews[] {
  // Meta's own sample of a quality update bears the field of a status update (reference §5).
  const quality = TemplateQuality.safeParse(value);
  if (quality.success && field.startsWith('message_template')) {
    const { new_quality_score: score } = quality.data;
    return [{ kind: 'template', news: { ...keyOf(quality.data), at, quality: score.toUpperCase() } }];
  }
  switch (field) {
    case 'message_template_status_update':
      return readStatus(value, at);
    case 'template_category_update':
      return readCategory(value, at);
    case 'business_capability_update':
    case 'phone_number_quality_update':
      return readTier(value);
    case 'account_update':
      return readAccountUpdate(value);
    case 'account_alerts':
    case 'account_review_update':
    case 'security':
    case 'template_correct_category_detection':
      return [{ kind: 'alert', event: eventOf(value) ?? field }];
    default:
      return [];
  }
}

const keyOf = (template: z.output<typeof Template>) => ({
  name: template.message_template_name,
  language: template.message_template_language,
});

const eventOf = (value: unknown): string | undefined => Named.safeParse(value).data?.event;

/** Events that are no status by themselves. `FLAGGED` is a warning: the template still sends. */
const STATUS_OF: Readonly<Record<string, string | undefined>> = {
  REINSTATED: 'APPROVED',
  UNARCHIVED: 'APPROVED',
  FLAGGED: undefined,
};
const NEEDS_A_PERSON = new Set(['REJECTED', 'PAUSED', 'DISABLED', 'FLAGGED', 'LOCKED', 'LIMIT_EXCEEDED']);

function readStatus(value: unknown, at: number): AccountNews[] {
  const read = TemplateStatus.safeParse(value).data;
  if (!read) return [];
  const event = read.event.toUpperCase();
  const status = event in STATUS_OF ? STATUS_OF[event] : event;
  const reasons = [read.other_info?.title, read.rejection_info?.reason, read.reason];
  const reason = reasons.find((one) => one && one !== 'NONE') ?? null;
  return [
    ...(status === undefined ? [] : [{ kind: 'template', news: { ...keyOf(read), at, status, reason } } as const]),
    ...(NEEDS_A_PERSON.has(event) ? [{ kind: 'alert', event: `template ${event}` } as const] : []),
  ];
}

/** Announced: `correct_category` is what it will be in 24 hours; done: `previous_category` is what it was. */
function readCategory(value: unknown, at: number): AccountNews[] {
  const read = TemplateCategory.safeParse(value).data;
  if (!read) return [];
  const [now, next] = [read.new_category?.toUpperCase(), read.correct_category?.toUpperCase()];
  const said =
    read.previous_category !== undefined
      ? { ...(now === undefined ? {} : { category: now }), nextCategory: null }
      : { ...(now === undefined ? {} : { category: now }), ...(next === undefined ? {} : { nextCategory: next }) };
  return [
    { kind: 'template', news: { ...keyOf(read), at, ...said } },
    { kind: 'alert', event: 'template category' },
  ];
}

function readTier(value: unknown): AccountNews[] {
  const tier = tierName(Capability.safeParse(value).data?.max_daily_conversations_per_business);
  return tier === undefined ? [] : [{ kind: 'tier', tier }];
}

/** What each restriction forbids. Of one that we do not know the notices are held: they are what restrictions are about. */
const RESTRICTION: Readonly<Record<string, PauseReason | undefined>> = {
  RESTRICTED_BIZ_INITIATED_MESSAGING: 'restriction',
  RESTRICTED_UTILITY_TEMPLATES: 'restriction',
  RESTRICTED_CUSTOMER_INITIATED_MESSAGING: 'locked',
  RESTRICTED_ADD_PHONE_NUMBER_ACTION: undefined,
  RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES: undefined,
};

function readAccountUpdate(value: unknown): AccountNews[] {
  const read = AccountUpdate.safeParse(value).data;
  if (!read) return [];
  const alert = { kind: 'alert', event: read.event } as const;
  switch (read.event) {
    case 'ACCOUNT_RESTRICTION': {
      const types = (read.restriction_info ?? []).flatMap(({ restriction_type: type }) => type ?? []);
      const whys = types.map((type) => (type in RESTRICTION ? RESTRICTION[type] : 'restriction'));
      const wanted = new Set(whys.filter((why) => why !== undefined));
      return [...[...wanted].map((why) => ({ kind: 'pause', why }) as const), alert];
    }
    case 'DISABLED_UPDATE': {
      const states = [read.ban_info?.waba_ban_state ?? []].flat();
      if (states.includes('DISABLE')) return [{ kind: 'pause', why: 'locked' }, alert];
      // The ban is announced: nothing that could make it worse, while customers are answered still.
      if (states.includes('SCHEDULE_FOR_DISABLE')) return [{ kind: 'pause', why: 'restriction' }, alert];
      return [alert];
    }
    case 'ACCOUNT_DELETED':
      return [{ kind: 'pause', why: 'locked' }, alert];
    case 'ACCOUNT_VIOLATION':
    case 'ACCOUNT_OFFBOARDED':
    case 'ACCOUNT_RECONNECTED':
      return [alert];
    default:
      return [];
  }
}

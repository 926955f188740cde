import type { Emulator } from '../../emulator.js';
import { qualityOf } from '../../rules/standing.js';
import { tierName } from '../../rules/tier.js';
import type { Template } from '../templates/template-store.js';

type Json = Record<string, unknown>;
type CanSend = 'AVAILABLE' | 'LIMITED' | 'BLOCKED';

/** What may be asked of `GET /{phone_number_id}?fields=…` (reference §7.1, §7.2, §7.7, §0.2); `id` always comes along. */
export function phoneNumberFields(emulator: Emulator, fields: unknown): Json {
  const { settings, account, number, options } = emulator;
  const tier = tierName(settings.tier.limit);
  const all: Json = {
    id: options.phoneNumberId,
    display_phone_number: `+${number.displayPhoneNumber}`,
    verified_name: 'Vestnik',
    name_status: 'APPROVED',
    code_verification_status: 'VERIFIED',
    quality_rating: qualityOf(emulator),
    quality_score: { score: qualityOf(emulator) },
    platform_type: 'CLOUD_API',
    account_mode: settings.testNumbers ? 'SANDBOX' : 'LIVE',
    status: account.standing.blockedBy ? 'RESTRICTED' : 'CONNECTED',
    throughput: { level: settings.numberPerSecond >= 1_000 ? 'HIGH' : 'STANDARD' },
    whatsapp_business_manager_messaging_limit: tier,
    messaging_limit_tier: tier,
    conversational_automation: { ...account.automation, id: options.phoneNumberId },
    webhook_configuration: {
      application: settings.webhookUrl,
      ...(account.accountOverride ? { whatsapp_business_account: account.accountOverride } : {}),
      ...(account.numberOverride ? { phone_number: account.numberOverride } : {}),
    },
    health_status: healthStatus(emulator, ['PHONE_NUMBER', 'WABA', 'BUSINESS', 'APP']),
  };
  const usual = [
    'display_phone_number',
    'verified_name',
    'quality_rating',
    'code_verification_status',
    'platform_type',
    'throughput',
  ];
  return pick(all, fields, usual);
}

/** `GET /{waba}?fields=…`. */
export function accountFields(emulator: Emulator, fields: unknown): Json {
  const { options, settings } = emulator;
  const all: Json = {
    id: options.businessAccountId,
    name: 'Vestnik',
    currency: settings.prices.currency,
    timezone_id: '1',
    message_template_namespace: 'emulator',
    account_review_status: 'APPROVED',
    business_verification_status: 'verified',
    country: 'KZ',
    whatsapp_business_manager_messaging_limit: tierName(settings.tier.limit),
    health_status: healthStatus(emulator, ['WABA', 'BUSINESS', 'APP']),
  };
  return pick(all, fields, ['name', 'currency', 'timezone_id', 'message_template_namespace', 'health_status']);
}

/** `GET /{waba}/phone_numbers`: the one number there is. */
export const phoneNumbers = (emulator: Emulator, fields: unknown): Json => ({
  data: [phoneNumberFields(emulator, fields)],
  paging: { cursors: { before: 'MQZDZD', after: 'MQZDZD' } },
});

/** Who could send, and what stands in the way (reference §0.2): of the number, the account, the business, the app. */
export function healthStatus(emulator: Emulator, kinds: readonly string[], template?: Template): Json {
  const { options, account, settings } = emulator;
  const ids: Readonly<Record<string, string>> = {
    PHONE_NUMBER: options.phoneNumberId,
    WABA: options.businessAccountId,
    BUSINESS: '700000000000001',
    APP: '900000000000001',
  };
  const entities: Json[] = kinds.map((kind) => ({ entity_type: kind, id: ids[kind], can_send_message: 'AVAILABLE' }));
  const note = (kind: string, can: CanSend, more: Json) => {
    const entity = entities.find((each) => each['entity_type'] === kind);
    if (entity) Object.assign(entity, { can_send_message: can, ...more });
  };
  const { blockedBy } = account.standing;
  if (blockedBy) {
    note('WABA', 'BLOCKED', {
      errors: [errorOf(blockedBy.code, blockedBy.details, 'Solve it in the business manager.')],
    });
  }
  if (settings.tier.enabled && settings.tier.limit !== null && emulator.tier.used >= settings.tier.limit) {
    note('PHONE_NUMBER', 'LIMITED', { additional_info: ['The messaging limit of the last 24 hours is used up.'] });
  } else if (qualityOf(emulator) === 'RED') {
    note('PHONE_NUMBER', 'LIMITED', { additional_info: ['The quality of the number is low.'] });
  }
  if (template) {
    const can = template.status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED';
    const errors = [errorOf(141_002, `The template is ${template.status}.`, 'Wait for its approval, or change it.')];
    entities.unshift({
      entity_type: 'MESSAGE_TEMPLATE',
      id: template.id,
      can_send_message: can,
      ...(can === 'BLOCKED' ? { errors } : {}),
    });
  }
  const worst = (['BLOCKED', 'LIMITED'] as const).find((can) =>
    entities.some((each) => each['can_send_message'] === can),
  );
  return { can_send_message: worst ?? 'AVAILABLE', entities };
}

const errorOf = (code: number, description: string, solution: string): Json => ({
  error_code: code,
  error_description: description,
  possible_solution: solution,
});

function pick(all: Json, fields: unknown, usual: readonly string[]): Json {
  const wanted = typeof fields === 'string' && fields !== '' ? fields.split(',').map((each) => each.trim()) : usual;
  return Object.fromEntries(Object.entries(all).filter(([key]) => key === 'id' || wanted.includes(key)));
}

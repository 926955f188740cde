import type { Emulator } from '../emulator.js';

/** What may be asked of `GET /{phone_number_id}?fields=…` (reference §7.1, §7.2, §0.2); `id` always comes along. */
export function phoneNumberFields(emulator: Emulator, fields: unknown): Record<string, unknown> {
  const { phoneNumberId, businessAccountId } = emulator.options;
  const entity = (entity_type: string, id: string) => ({ entity_type, id, can_send_message: 'AVAILABLE' });
  const all: Record<string, unknown> = {
    id: phoneNumberId,
    display_phone_number: `+${emulator.number.displayPhoneNumber}`,
    verified_name: 'Vestnik',
    code_verification_status: 'VERIFIED',
    quality_rating: 'GREEN',
    platform_type: 'CLOUD_API',
    status: 'CONNECTED',
    throughput: { level: emulator.settings.numberPerSecond >= 1000 ? 'HIGH' : 'STANDARD' },
    whatsapp_business_manager_messaging_limit: 'TIER_10K',
    health_status: {
      can_send_message: 'AVAILABLE',
      entities: [entity('PHONE_NUMBER', phoneNumberId), entity('WABA', businessAccountId)],
    },
  };
  const byDefault = ['display_phone_number', 'verified_name', 'quality_rating', 'code_verification_status'];
  const wanted = typeof fields === 'string' && fields !== '' ? fields.split(',').map((each) => each.trim()) : byDefault;
  return Object.fromEntries(Object.entries(all).filter(([key]) => key === 'id' || wanted.includes(key)));
}

import type { Router } from 'express';
import type { Emulator } from '../../emulator.js';
import { graphError } from '../../graph-errors.js';
import { onNumber, type Json } from '../on-object.js';

const VERTICALS = [
  'UNDEFINED', 'OTHER', 'AUTO', 'BEAUTY', 'APPAREL', 'EDU', 'ENTERTAIN', 'EVENT_PLAN', 'FINANCE', 'GROCERY', 'GOVT', 'HOTEL',
  'HEALTH', 'NONPROFIT', 'PROF_SERVICES', 'RETAIL', 'TRAVEL', 'RESTAURANT', 'NOT_A_BIZ', 'ALCOHOL', 'ONLINE_GAMBLING',
  'PHYSICAL_GAMBLING', 'OTC_DRUGS', 'MATRIMONY_SERVICE',
]; // prettier-ignore
/** Characters a member of the profile may have. */
const MAX_LENGTHS: Readonly<Record<string, number>> = {
  about: 139,
  address: 256,
  description: 512,
  email: 128,
};
const MAX_WEBSITE_LENGTH = 256;
const USUAL_FIELDS = ['about', 'address', 'description', 'email', 'profile_picture_url', 'websites', 'vertical'];

/** `/{phone_number_id}/whatsapp_business_profile` (reference §7.8). */
export function profileRoutes(emulator: Emulator, router: Router): void {
  const { account } = emulator;
  onNumber(emulator, router, 'get', 'whatsapp_business_profile', ({ query }) => {
    const { fields } = query;
    const wanted =
      typeof fields === 'string' && fields !== '' ? fields.split(',').map((each) => each.trim()) : USUAL_FIELDS;
    // Members nobody has filled in are absent.
    const told = Object.entries(account.profile).filter(
      ([key, value]) => wanted.includes(key) && value !== '' && !(Array.isArray(value) && value.length === 0),
    );
    return { data: [{ ...Object.fromEntries(told), messaging_product: 'whatsapp' }] };
  });
  onNumber(emulator, router, 'post', 'whatsapp_business_profile', ({ body }) => {
    if (body['messaging_product'] !== 'whatsapp')
      return graphError(100, 'The parameter messaging_product is required.');
    const { messaging_product: _product, profile_picture_handle: handle, ...change } = body;
    const wrong = whatIsWrong(change);
    if (wrong) return graphError(100, wrong);
    Object.assign(account.profile, change);
    if (typeof handle === 'string') account.profile['profile_picture_url'] = `${emulator.baseUrl}/page/icon.svg`;
    emulator.snapshot.touch();
    return { success: true };
  });
}

function whatIsWrong(change: Json): string | undefined {
  for (const [name, value] of Object.entries(change)) {
    const most = MAX_LENGTHS[name];
    if (most !== undefined) {
      if (typeof value !== 'string' || value.length > most)
        return `Param ${name} must be at most ${most} characters long.`;
    } else if (name === 'websites') {
      const all: unknown[] = Array.isArray(value) ? value : [undefined];
      const good = (site: unknown) =>
        typeof site === 'string' && /^https?:\/\/\S+$/.test(site) && site.length <= MAX_WEBSITE_LENGTH;
      if (all.length > 2 || !all.every(good))
        return 'Param websites must have at most 2 addresses that begin with http.';
    } else if (name === 'vertical') {
      if (value !== '' && !VERTICALS.includes(String(value)))
        return `Param vertical must be one of {${VERTICALS.join(', ')}}.`;
    } else {
      return `There is no member ${name} in a business profile.`;
    }
  }
  return undefined;
}

import type { Router } from 'express';
import type { Emulator } from '../../emulator.js';
import { graphError, type GraphError } from '../../graph-errors.js';
import { onAccount, onNumber, type Json } from '../on-object.js';
import { handshake } from './handshake.js';

const MAX_ADDRESS_LENGTH = 200;

/** `/{waba}/subscribed_apps` and the number's own callback address (reference §0.2, §1.4). */
export function subscriptionRoutes(emulator: Emulator, router: Router): void {
  const { account } = emulator;
  onAccount(emulator, router, 'get', 'subscribed_apps', () => ({
    data: account.subscribed
      ? [
          {
            whatsapp_business_api_data: { id: '900000000000001', name: 'Vestnik', link: 'https://example.org/' },
            ...(account.accountOverride ? { override_callback_uri: account.accountOverride } : {}),
          },
        ]
      : [],
  }));
  // Posted without an address, it takes an override away.
  onAccount(emulator, router, 'post', 'subscribed_apps', async ({ body }) => {
    const wrong = await takeOverride(body, (address) => (account.accountOverride = address));
    if (wrong) return wrong;
    account.subscribed = true;
    emulator.snapshot.touch();
    return { success: true };
  });
  onAccount(emulator, router, 'delete', 'subscribed_apps', () => {
    account.subscribed = false;
    account.accountOverride = null;
    emulator.snapshot.touch();
    return { success: true };
  });
  onNumber(emulator, router, 'post', '', async ({ body }) => {
    const configuration = body['webhook_configuration'];
    if (typeof configuration !== 'object' || configuration === null) {
      return graphError(100, 'The emulator takes webhook_configuration here, and nothing else.');
    }
    const wrong = await takeOverride(configuration as Json, (address) => (account.numberOverride = address));
    if (wrong) return wrong;
    emulator.snapshot.touch();
    return { success: true };
  });
}

async function takeOverride(body: Json, keep: (address: string | null) => void): Promise<GraphError | undefined> {
  const { override_callback_uri: address, verify_token: token } = body;
  if (address === undefined || address === '') {
    keep(null);
    return undefined;
  }
  if (typeof address !== 'string' || address.length > MAX_ADDRESS_LENGTH || !/^https?:\/\/\S+$/.test(address)) {
    return graphError(
      100,
      `Param override_callback_uri must be an address of at most ${MAX_ADDRESS_LENGTH} characters.`,
    );
  }
  if (typeof token !== 'string' || token === '') return graphError(100, 'The parameter verify_token is required.');
  const { ok, answered } = await handshake(address, token);
  if (!ok) {
    const details = `The callback URL or verify token couldn't be validated: it answered ${answered ?? 'nothing'}.`;
    return graphError(2200, details);
  }
  keep(address);
  return undefined;
}

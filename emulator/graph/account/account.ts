import { firstStanding, type Standing } from '../../rules/standing.js';

/** A short link with a drafted text (reference §7.6). */
export interface QrLink {
  readonly code: string;
  prefilled_message: string;
  qr_image_url?: string;
}

/** Everything of the account and its number that is set by calls or by hand, and outlives a restart. */
export interface Account {
  standing: Standing;
  /** the app is subscribed to the business account; without it no webhooks go out */
  subscribed: boolean;
  /** other addresses than the app's: of the account and of the number (reference §1.4) */
  accountOverride: string | null;
  numberOverride: string | null;
  profile: Record<string, unknown>;
  qrLinks: QrLink[];
  automation: {
    enable_welcome_message: boolean;
    prompts: string[];
    commands: { command_name: string; command_description: string }[];
  };
  /** people whom the business has blocked, by our id, oldest first */
  blocked: string[];
}

export const firstAccount = (): Account => ({
  standing: firstStanding(),
  subscribed: true,
  accountOverride: null,
  numberOverride: null,
  profile: { about: '', address: '', description: '', email: '', websites: [], vertical: 'UNDEFINED' },
  qrLinks: [],
  automation: { enable_welcome_message: false, prompts: [], commands: [] },
  blocked: [],
});

// Template and account fields always go to the app's own address (reference §1.4).
const OVERRIDABLE = /^(messages|calls|group_\w+|smb_\w+|history|standby|messaging_handovers|user_preferences)$/;

/** Where updates of that field go; undefined while nobody is subscribed. */
export function addressOf(account: Account, field: string, appAddress: string): string | undefined {
  if (!account.subscribed) return undefined;
  if (!OVERRIDABLE.test(field)) return appAddress;
  return account.numberOverride ?? account.accountOverride ?? appAddress;
}

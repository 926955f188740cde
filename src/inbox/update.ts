import type { Sender, UserId, PhoneDigits } from '../contacts/identity.js';
import type { PhoneNumberId, Wamid } from '../platform/ids.js';

/** One error object of a webhook, its code coerced to a number (Meta sends some as strings). */
export type PlatformError = { readonly code: number; readonly title?: string; readonly details?: string };

/** What a customer's message holds. A type that we do not know is `unknown` and still a turn of the person. Source: reference §2. */
export type Content =
  | { readonly type: 'text'; readonly body: string }
  | { readonly type: 'button'; readonly payload: string; readonly text: string } // a quick reply of a template
  | { readonly type: 'buttonReply'; readonly id: string; readonly title: string }
  | { readonly type: 'listReply'; readonly id: string; readonly title: string; readonly description?: string }
  | { readonly type: 'flowReply'; readonly name: string; readonly body: string; readonly responseJson: string } // nfm_reply
  | {
      readonly type: 'media';
      readonly mediaType: 'image' | 'video' | 'audio' | 'document' | 'sticker';
      readonly mediaId: string;
      readonly mimeType?: string;
      readonly sha256?: string;
      readonly url?: string;
      readonly caption?: string;
      readonly fileName?: string;
      readonly voice?: boolean;
    }
  | {
      readonly type: 'location';
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
    }
  | {
      readonly type: 'contacts';
      /** Only `contactRequest` proves that the number is the sender's own. Source: reference §3.6. */
      readonly origin: 'contactRequest' | 'other';
      readonly phones: readonly { readonly phone: string; readonly waId?: PhoneDigits }[];
    }
  | { readonly type: 'reaction'; readonly messageId: string; readonly emoji?: string }
  | { readonly type: 'order' }
  | { readonly type: 'requestWelcome' }
  | { readonly type: 'edit'; readonly originalMessageId: string; readonly text?: string }
  | { readonly type: 'revoke'; readonly originalMessageId: string }
  | { readonly type: 'unsupported'; readonly unsupportedType?: string; readonly errors: readonly PlatformError[] }
  | { readonly type: 'unknown'; readonly name: string };

type Common = {
  /** The number of ours that the update belongs to; absent on fields that concern the whole account. */
  readonly phoneNumberId?: PhoneNumberId;
  /** Two deliveries of one thing have the same key; it never holds the time of arrival. Hashed before it is stored. */
  readonly dedupeKey: string;
  /** Meta's own time in ms, where the item bears one. */
  readonly at?: number;
  /** A signed payload of Meta's shape holding this one item alone, byte for byte where the POST held nothing else. */
  readonly raw: Uint8Array;
};

/** A person's message to one of our numbers. */
export type MessageUpdate = Common & {
  readonly kind: 'message';
  readonly phoneNumberId: PhoneNumberId;
  readonly wamid: Wamid;
  readonly sender: Sender;
  readonly content: Content;
  /** Our message that was quoted or tapped. */
  readonly repliesTo?: Wamid;
  /** Present on messages of groups, which are kept and never answered. */
  readonly groupId?: string;
};

/** Meta says that a person now has another number or another BSUID. Source: reference §3.7. */
export type IdentityChangeUpdate = Common & {
  readonly kind: 'identityChange';
  readonly phoneNumberId: PhoneNumberId;
  readonly wamid: Wamid;
  /** As they were known; at least one member is there, else the update is `unknown`. */
  readonly before: Sender;
  readonly after: { readonly phone?: PhoneDigits; readonly userId?: UserId; readonly parentUserId?: UserId };
};

/** What became of a message that we sent. */
export type StatusUpdate = Common & {
  readonly kind: 'status';
  readonly phoneNumberId: PhoneNumberId;
  readonly wamid: Wamid;
  /** `sent delivered read played failed`; others are kept and shown nowhere. */
  readonly status: string;
  /** Our own string, echoed: see `delivery/callback-data.ts`. */
  readonly callbackData?: string;
  readonly errors: readonly PlatformError[];
  /** Pricing category and type as Meta names them. */
  readonly pricing?: { readonly category?: string; readonly type?: string };
};

/** Meta's own "stop offers" control: reference §5 `user_preferences`. */
export type PreferenceUpdate = Common & {
  readonly kind: 'preference';
  readonly phoneNumberId: PhoneNumberId;
  readonly sender: Sender;
  readonly category: string;
  readonly value: 'stop' | 'resume';
};

/** Account, template, quality and capability fields: kept raw, read by `platform/` (reference §5). */
export type AccountUpdate = Common & { readonly kind: 'account'; readonly field: string };

/** An error of Meta's that concerns no message (`value.errors`). */
export type ErrorUpdate = Common & { readonly kind: 'error'; readonly errors: readonly PlatformError[] };

/** Kept and counted, never answered: standby, hand-overs, echoes of the phone app (reference §5.3). */
export type BystanderUpdate = Common & { readonly kind: 'bystander'; readonly field: string };

/** A shape or a field that we do not know, or one bad item among good ones. Kept raw. */
export type UnknownUpdate = Common & { readonly kind: 'unknown'; readonly field: string; readonly reason: string };

/** Everything the platform may tell us, one item each. */
export type Update =
  | MessageUpdate
  | IdentityChangeUpdate
  | StatusUpdate
  | PreferenceUpdate
  | AccountUpdate
  | ErrorUpdate
  | BystanderUpdate
  | UnknownUpdate;

export type UpdateKind = Update['kind'];

/** Updates that belong to a person and act in that person's turn. */
export type PersonUpdate = MessageUpdate | IdentityChangeUpdate | PreferenceUpdate;

export const isPersonUpdate = (update: Update): update is PersonUpdate =>
  update.kind === 'message' || update.kind === 'identityChange' || update.kind === 'preference';

/** The prefix of the ids of star rows: the door blanks the titles of such taps before anything is kept (DESIGN §3 "Stars"). */
export const STAR_PREFIX = 'star:';

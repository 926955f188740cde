import type { OutboundContent } from '../messages/outbound.js';
import type { PhoneDigits, UserId } from '../contacts/identity.js';
import type { PhoneNumberId, Wamid } from './ids.js';

/** Who a message goes to. The phone is used when it is known (Meta advises so); both reach the same thread (reference §3.5). */
export type Recipient = { readonly phone: PhoneDigits } | { readonly userId: UserId };

export type OutboundMessage = {
  readonly phoneNumberId: PhoneNumberId;
  readonly to: Recipient;
  readonly content: OutboundContent;
  /** The file that stands in front of the words, uploaded before. */
  readonly attachment?: Attachment;
  /** Echoed on every status of this message; at most 512 characters. */
  readonly callbackData: string;
};

/** A file that lies with Meta, for 30 days unless it is taken back. */
export type Attachment = { readonly mediaId: string; readonly fileName: string };

export type UploadedFile = { readonly bytes: Uint8Array; readonly mimeType: string; readonly fileName: string };

/** What an upload came to. Whatever goes wrong with it, no message has gone out. */
export type UploadResult =
  { readonly kind: 'uploaded'; readonly mediaId: string } | Extract<SendResult, { kind: 'notSent' | 'rejected' }>;

/** What a send came to. Only `notSent` is proof that nothing went out (DESIGN §3 "An outbound message"). */
export type SendResult =
  /** 200: queued at Meta, nothing more. `held`: waits for Meta's quality assessment. */
  | { readonly kind: 'accepted'; readonly wamid: Wamid; readonly held: boolean }
  /** Proof that nothing went out: back to the queue. `scope` is who must wait: this person (131056), the number (130429, 429, no
   *  connection), or the account until somebody or something mends it (401/403, a dead token). */
  | {
      readonly kind: 'notSent';
      readonly scope: 'person' | 'number' | 'account';
      /** From `Retry-After`, in ms. */
      readonly retryAfterMs?: number;
      readonly reason: SendReason;
      readonly code?: number;
    }
  /** Refused for good: a 4xx with an error code. */
  | { readonly kind: 'rejected'; readonly code: number; readonly reason: SendReason }
  /** It may have gone out: a 5xx, a 200 that cannot be read, no answer. Never resent blindly. */
  | { readonly kind: 'unknown'; readonly reason: SendReason };

/** Short, fixed words, fit for logs and metrics: never a text of Meta's, which may quote the message. */
export type SendReason =
  | 'rate'
  | 'pairRate'
  | 'token'
  | 'permission'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'reset'
  | 'serverError'
  | 'unreadable'
  | 'windowClosed'
  | 'undeliverable'
  | 'stopped'
  | 'template'
  | 'policy'
  | 'invalid'
  | 'configuration'
  | 'other';

/** The part of Graph that the dispatcher needs. Never throws: every failure is a `SendResult`. */
export interface CloudApi {
  /** One call, no retries. Gets `timeoutMs` (10 s) to answer. */
  send(message: OutboundMessage): Promise<SendResult>;
  /** Uploads a file for one message. One call, no retries. */
  upload(phoneNumberId: PhoneNumberId, file: UploadedFile): Promise<UploadResult>;
  /** Takes an uploaded file back. Best effort. */
  discard(mediaId: string): Promise<void>;
  /** Marks the message and all before it as read and, with `typing`, shows the typing indicator (≤ 25 s). Best effort. */
  markRead(phoneNumberId: PhoneNumberId, wamid: Wamid, typing: boolean): Promise<boolean>;
  /** Asks Graph whether the token still works: for the probe of a paused account. */
  probe(phoneNumberId: PhoneNumberId): Promise<'valid' | 'refused' | 'unknown'>;
}

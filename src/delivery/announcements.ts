import type { OutboundContent } from '../messages/outbound.js';
import type { OutboxRow } from './outbox-table.js';

/** What the dispatcher asks of the notices: operators pause, change and cancel them while they run, and nothing may leave that they have
 *  taken back. `notices` answers. */
export type Standing =
  | { readonly kind: 'leaves' }
  /** It stays queued: the notice is paused, or nobody could be asked for too long. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'refused'; readonly reason: string };

/** The two ways in which an announcement's words may leave: by its template at any time, as a message in the person's open window alone. */
export type Forms = {
  readonly template: Extract<OutboundContent, { type: 'template' }>;
  readonly inWindow: OutboundContent;
};

export interface Announcements {
  /** Reads how they stand, unless that was done a moment ago. @throws StoreUnavailable */
  refresh(): Promise<void>;
  /** Those whose messages wait: they are not even claimed. */
  readonly waiting: readonly string[];
  /** As of the last reading, which must not be older than a second: asked before the attempt, and again when the call starts. */
  standing(row: Pick<OutboxRow, 'announcementId' | 'uselessAfter'>): Standing;
  /** Undefined for what is no announcement, and for one that is not known. */
  forms(row: Pick<OutboxRow, 'announcementId' | 'content'>): Forms | undefined;
}

const LEAVES: Standing = { kind: 'leaves' };

/** Where nobody makes notices. */
export const NO_ANNOUNCEMENTS: Announcements = {
  refresh: () => Promise.resolve(),
  waiting: [],
  standing: () => LEAVES,
  forms: () => undefined,
};

import type { ContactId } from '../contacts/identity.js';
import type { Content } from '../inbox/update.js';
import { insert, type Op } from '../storage/engine.js';
import { bareType } from './limits.js';
import { media } from './media-table.js';

/** A file came with a message to a case: it is fetched as soon as this is committed. Pure. */
export function mediaOp(
  content: Extract<Content, { type: 'media' }>,
  message: {
    readonly id: string;
    readonly caseId: string;
    readonly contactId: ContactId;
    readonly phoneNumberId: string;
    readonly at: number;
  },
  now: number,
): Op {
  const { id, caseId, contactId, phoneNumberId, at } = message;
  return insert(media, {
    ...{ id, caseId, contactId, phoneNumberId, at },
    kind: content.mediaType,
    platformId: content.mediaId,
    mimeType: content.mimeType === undefined ? null : bareType(content.mimeType),
    fileName: content.fileName ?? null,
    bytes: null,
    sha256: null,
    state: 'waiting',
    reason: null,
    tries: 0,
    dueAt: now,
  });
}

import type { ContactId } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';
import type { MediaKind, MediaRefusal } from './limits.js';

/** A file that a customer sent to a case. The bytes lie under the row's id in `Engine.files` once it is `stored`. */
export type MediaRow = {
  /** That of the message it came with, see `InboundRow`. */
  readonly id: string;
  readonly caseId: string;
  readonly contactId: ContactId;
  readonly phoneNumberId: string;
  readonly kind: MediaKind;
  /** Meta's id, good for 7 days; emptied once nothing is to be fetched any more. */
  readonly platformId: string | null;
  /** As the webhook has it, then as Graph has it; without parameters. */
  readonly mimeType: string | null;
  /** What the person's telephone called it; never trusted. */
  readonly fileName: string | null;
  readonly bytes: number | null;
  /** Hex. */
  readonly sha256: string | null;
  /** `waiting` to be fetched; `refused` by our limits; `failed`: it cannot be had. */
  readonly state: 'waiting' | 'stored' | 'refused' | 'failed';
  readonly reason: MediaRefusal | MediaLoss | null;
  /** Times that fetching was begun. */
  readonly tries: number;
  /** When it is tried again; null once it is decided. */
  readonly dueAt: number | null;
  readonly at: number;
};

/** Why a file could not be had: Meta has it no more; its bytes are not those it said; every try failed. */
export type MediaLoss = 'expired' | 'damaged' | 'unavailable';

export const media = defineTable<MediaRow>({
  name: 'media',
  owner: 'media',
  columns: {
    id: { type: 'text' },
    caseId: { type: 'text' },
    contactId: { type: 'text' },
    phoneNumberId: { type: 'text' },
    kind: { type: 'text' },
    platformId: { type: 'text', optional: true },
    mimeType: { type: 'text', optional: true },
    fileName: { type: 'text', optional: true, personal: 'what the person called the file' },
    bytes: { type: 'integer', optional: true },
    sha256: { type: 'text', optional: true },
    state: { type: 'text' },
    reason: { type: 'text', optional: true },
    tries: { type: 'integer' },
    dueAt: { type: 'integer', optional: true },
    at: { type: 'integer' },
  },
  indexes: [{ fields: ['dueAt'] }, { fields: ['caseId', 'id'] }, { fields: ['contactId'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['at', 'kind', 'mimeType', 'fileName', 'bytes', 'state'],
  retention: { field: 'id', unit: 'timeId', days: 'bodies' },
  files: true,
});

export const mediaMigrations: readonly Migration[] = [{ id: 'media/1', steps: [{ ensure: media }] }];

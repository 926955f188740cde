import { defineTable, type Migration } from '../storage/table.js';

/** How one language of a template stands at Meta, as its webhooks and the listings say. */
export type TemplateStatusRow = {
  /** `name:language`. */
  readonly id: string;
  readonly name: string;
  readonly language: string;
  /** Meta's id of it: what an edit and a delete want. */
  readonly templateId: string | null;
  /** As Meta names it (reference §10.2), and `MISSING` where a listing did not have it or a send was told so. Only APPROVED sends. */
  readonly status: string;
  /** Since when, ms. */
  readonly since: number;
  /** Why it was refused or paused: a word of Meta's. */
  readonly reason: string | null;
  readonly category: string | null;
  /** What Meta says it is going to be, 24 hours ahead. */
  readonly nextCategory: string | null;
  readonly quality: string | null;
  /** When it was last seen in a listing, ms. */
  readonly listedAt: number | null;
  readonly version: number;
};

export const templateStatuses = defineTable<TemplateStatusRow>({
  name: 'templateStatuses',
  owner: 'platform',
  columns: {
    id: { type: 'text' },
    name: { type: 'text' },
    language: { type: 'text' },
    templateId: { type: 'text', optional: true },
    status: { type: 'text' },
    since: { type: 'integer' },
    reason: { type: 'text', optional: true },
    category: { type: 'text', optional: true },
    nextCategory: { type: 'text', optional: true },
    quality: { type: 'text', optional: true },
    listedAt: { type: 'integer', optional: true },
    version: { type: 'integer' },
  },
  indexes: [{ fields: ['status'] }],
  person: null,
  erase: { keep: 'our own templates, nobody’s words' },
  export: { none: 'our own templates' },
  retention: { forever: 'one row for each language of each template' },
});

/** Languages come as `en-US` in some webhooks, while sends want `en_US` (reference §5.1). */
export const templateKey = (name: string, language: string): string => `${name}:${language.replace('-', '_')}`;

export const templateMigrations: readonly Migration[] = [
  { id: 'platform.templates/1', steps: [{ ensure: templateStatuses }] },
];

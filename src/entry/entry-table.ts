import type { ChosenTopic } from '../conversation/consent-view.js';
import { defineTable, type Migration } from '../storage/table.js';

/** A click-to-chat link of ours: where it hangs, and what for. Its code becomes the source of the opt-ins that come of it. */
export type EntryLinkRow = {
  /** The code, ten characters. */
  readonly id: string;
  readonly topic: ChosenTopic;
  /** As typed: what it hangs at or is about. */
  readonly site: string | null;
  readonly createdAt: number;
};

export const entryLinks = defineTable<EntryLinkRow>({
  name: 'entryLinks',
  owner: 'entry',
  columns: {
    id: { type: 'text' },
    topic: { type: 'text' },
    site: { type: 'text', optional: true },
    createdAt: { type: 'integer' },
  },
  indexes: [],
  person: null,
  erase: { keep: 'our own links, nobody’s words' },
  export: { none: 'our own links; which one somebody came by stands in their consent' },
  retention: { forever: 'a poster hangs for years, and the ledger names it' },
});

export const entryMigrations: readonly Migration[] = [{ id: 'entry/1', steps: [{ ensure: entryLinks }] }];

import { defineTable, type Migration } from './table.js';

/** What the store knows of itself: whose it is (the stamp), whether it is held after a restore. */
export type MetaRow = { readonly id: string; readonly value: Readonly<Record<string, unknown>> };

export const meta = defineTable<MetaRow>({
  name: 'meta',
  owner: 'storage',
  columns: { id: { type: 'text' }, value: { type: 'json' } },
  indexes: [],
  person: null,
  erase: { keep: 'nothing personal' },
  export: { none: 'nothing personal' },
  retention: { forever: 'it is the store itself' },
});

export const storageMigrations: readonly Migration[] = [{ id: 'storage/1', steps: [{ ensure: meta }] }];

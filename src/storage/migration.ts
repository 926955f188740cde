import type { Migration } from './table.js';

export type { Migration } from './table.js';

/** The store has migrations that this version does not know: it was written by a newer one and must not be touched by this. */
export class NewerStore extends Error {
  override readonly name = 'NewerStore';
  constructor(readonly unknownMigrations: readonly string[]) {
    super(
      `the store was written by a newer version of Vestnik (it has ${unknownMigrations.join(', ')}): start that version instead`,
    );
  }
}

/** What is still to be applied, in composition order. @throws NewerStore */
export function pendingOf(migrations: readonly Migration[], applied: ReadonlySet<string>): Migration[] {
  const known = new Set(migrations.map((migration) => migration.id));
  if (known.size < migrations.length) throw new Error('two migrations have the same id');
  const strangers = [...applied].filter((id) => !known.has(id));
  if (strangers.length > 0) throw new NewerStore(strangers);
  return migrations.filter((migration) => !applied.has(migration.id));
}

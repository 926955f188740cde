export type { Migration } from './table.js';

/** The store has migrations that this version does not know: it was written by a newer one and must not be touched by this. */
export class NewerStore extends Error {
  override readonly name = 'NewerStore';
  constructor(readonly unknownMigrations: readonly string[]) {
    super(`the store was written by a newer version of Vestnik (it has ${unknownMigrations.join(', ')}): start that version instead`);
  }
}

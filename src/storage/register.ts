import type { Engine } from './engine.js';
import type { AnyTable } from './table.js';

/** Placeholder until the register is here. */
export const purge = (
  _engine: Engine,
  _tables: readonly AnyTable[],
  _now: number,
  _options: { readonly bodiesDays: number },
): Promise<void> => Promise.resolve();

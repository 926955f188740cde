import type { Engine } from './engine.js';

/** Placeholder until the stamp is here. */
export const claimStore = (
  _engine: Engine,
  _claim: { readonly owner: string | null; readonly secretFingerprint: string },
): Promise<void> => Promise.resolve();

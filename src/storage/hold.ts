import type { Engine, Op } from './engine.js';

/** Placeholder until the hold of a restored store is here. */
export const applyHold = (_engine: Engine, _now: number): Promise<void> => Promise.resolve();
export const releaseHoldOps = (_engine: Engine): Promise<Op[]> => Promise.resolve([]);

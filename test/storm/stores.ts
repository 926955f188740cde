import { isAtHand } from '../means/availability.js';
import { mongodAvailability } from '../means/mongod.js';
import type { StoreKind } from './sky.js';

/** The stores that storms can come over on this machine; of one that is missing it is said loudly (in CI it fails). */
export async function availableStores(): Promise<readonly StoreKind[]> {
  return (await isAtHand('Storms on MongoDB', () => mongodAvailability())) ? ['SQLite', 'MongoDB'] : ['SQLite'];
}

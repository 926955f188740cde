import type { Journey } from './journey.js';
import { wordOf } from './sky.js';

/** Which journeys go through which storm, where there is not time for all: each storm gets `each` of them, in an order that the seed decides,
 *  so that every one has its turn on every store as often as any other.
 *  @returns journeys by storm; with as many places as journeys or more, each journey is in one at least */
export function deal(
  journeys: readonly Journey[],
  { storms, each, seed }: { readonly storms: number; readonly each: number; readonly seed: string },
): readonly (readonly Journey[])[] {
  const order = journeys.toSorted((one, other) => (place(one, seed) < place(other, seed) ? -1 : 1));
  const most = Math.min(each, order.length);
  return Array.from({ length: storms }, (_, storm) =>
    Array.from({ length: most }, (__, n) => order[(storm * most + n) % order.length]).filter(
      (one) => one !== undefined,
    ),
  );
}

const place = ({ name }: Journey, seed: string): string => wordOf(`${seed} ${name}`);

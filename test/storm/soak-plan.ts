import { parseArgs } from 'node:util';
import { FAULTS, type Fault } from './faults.js';
import type { Journey } from './journey.js';
import { JOURNEYS } from './journeys.js';
import type { StoreKind } from './sky.js';

/** What `npm run soak` is asked for. */
export type Plan = {
  /** Stands before the number of each. */
  readonly seed: string;
  readonly seeds: readonly string[];
  readonly faults: readonly { readonly fault: Fault; readonly number: number }[];
  readonly journeys: readonly Journey[];
  readonly stores: readonly StoreKind[];
  /** No storm begins later. */
  readonly minutes: number;
};

export const USAGE = `npm run soak -- [--seeds 100] [--seed WORD] [--faults all] [--journeys all] [--stores sqlite,mongodb] [--minutes 10000]
  --seeds     how many, or which: 100, or 17, or 17-20
  --faults    numbers: ${FAULTS.map(({ what }, number) => `\n              ${number} ${what}`).join('')}
  --journeys  of ${JOURNEYS.map(({ name }) => name).join(', ')}
  --minutes   no storm begins later`;

const MOST_SEEDS = 100_000;

/** @throws Error with a sentence that says what is wrong */
export function readPlan(args: readonly string[]): Plan {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { seeds: text, seed: text, faults: text, journeys: text, stores: text, minutes: text },
  });
  const seed = values.seed ?? 'soak';
  if (!/^[\w-]{1,20}$/.test(seed)) throw new Error('--seed: up to 20 letters, digits and dashes');
  const minutes = Number(values.minutes ?? 10_000);
  if (!(minutes > 0)) throw new Error('--minutes: a number above 0');
  const seeds = numbersIn('--seeds', values.seeds ?? positionals[0] ?? '100').map((number) => `${seed}.${number}`);
  return {
    seed,
    seeds,
    faults: faultsIn(values.faults),
    journeys: journeysIn(values.journeys),
    stores: storesIn(values.stores),
    minutes,
  };
}

/** "3" is the first three, "17-20" these four. */
function numbersIn(name: string, text: string): number[] {
  const [, one = '', to] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text) ?? [];
  const first = to === undefined ? 1 : Number(one);
  const last = Number(to ?? one);
  if (one === '' || last < first || last - first >= MOST_SEEDS)
    throw new Error(`${name}: a number, or two with a dash`);
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

function faultsIn(text = 'all'): Plan['faults'] {
  const all = FAULTS.map((fault, number) => ({ fault, number }));
  if (text === 'all') return all;
  return text.split(',').map((wanted) => {
    const found = all.find(({ number }) => String(number) === wanted.trim());
    if (!found) throw new Error(`--faults: there is no fault ${wanted}`);
    return found;
  });
}

function journeysIn(text = 'all'): readonly Journey[] {
  if (text === 'all') return JOURNEYS;
  return text.split(',').map((wanted) => {
    const found = JOURNEYS.find(({ name }) => name === wanted.trim());
    if (!found) throw new Error(`--journeys: there is no journey ${wanted}`);
    return found;
  });
}

function storesIn(text = 'sqlite,mongodb'): readonly StoreKind[] {
  return text.split(',').map((wanted) => {
    const found = (['SQLite', 'MongoDB'] as const).find((store) => store.toLowerCase() === wanted.trim().toLowerCase());
    if (!found) throw new Error(`--stores: there is no store ${wanted}`);
    return found;
  });
}

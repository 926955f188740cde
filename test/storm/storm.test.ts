import { execFileSync } from 'node:child_process';
import { NOTHING, sumOf } from './account.js';
import { deal } from './deal.js';
import { FAULTS, type Fault } from './faults.js';
import type { Journey } from './journey.js';
import { JOURNEYS } from './journeys.js';
import { verifyLedger } from './ledger.js';
import { Sky, type StoreKind } from './sky.js';
import { Storm } from './storm.js';
import { availableStores } from './stores.js';

/* People are on the journeys of the bot while the platform misbehaves in every way it knows, and what DESIGN §4 promises still holds. Each
 * fault comes once on each store, and takes some of the journeys with it: which ones is decided by the seed, and the seed by the commit, so
 * that each commit sees other storms and the same one always the same: VESTNIK_STORM_SEED=… repeats one. `npm run soak` takes every
 * journey through every fault, with a hundred seeds. */

const JOURNEYS_IN_A_STORM = 2;
const STORM_LIMIT_MS = 240_000;
const seed = process.env['VESTNIK_STORM_SEED'] ?? commit();

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'no-commit'; // an unpacked archive has no history
  }
}

/** The stores have a storm each at the same time: most of it is waiting. */
describe(`Storms of the seed ${seed}`, function () {
  this.timeout(STORM_LIMIT_MS);
  const skies = new Map<StoreKind, Sky>();
  const dealt = new Map<StoreKind, readonly (readonly Journey[])[]>();

  before(async function () {
    this.timeout(180_000);
    for (const store of await availableStores()) {
      skies.set(store, await Sky.open(store));
      dealt.set(store, deal(JOURNEYS, { storms: FAULTS.length, each: JOURNEYS_IN_A_STORM, seed: `${seed} ${store}` }));
    }
  });
  after(async function () {
    this.timeout(60_000);
    await Promise.all([...skies.values()].map((sky) => sky.close()));
  });

  for (const [number, fault] of FAULTS.entries())
    it(`everything holds while ${fault.what}`, () =>
      onAll([...skies], async ([store, sky]) => {
        const report = await weather(sky, fault, dealt.get(store)?.[number] ?? [], `f${number}`);
        console.log(`        ${store}: ${report}`);
      }));

  it('and in the end the ledgers of consent are whole', () => onAll([...skies.values()], verifyLedger));
});

async function weather(sky: Sky, fault: Fault, journeys: readonly Journey[], name: string): Promise<string> {
  const storm = await Storm.brew(sky, fault, journeys, name, seed);
  const outcomes = await storm.settled();
  const { people, written, sent, resent, unknown, gaveUp } = outcomes
    .map(({ account }) => account.figures)
    .reduce(sumOf, NOTHING);
  const names = journeys.map(({ name: journey }) => journey).join(', ');
  return `${names}: ${people} people, ${written} written, ${sent} sent, ${resent} resent, ${unknown} unknown, ${gaveUp} gave up`;
}

/** @throws one error with what is wrong on any of them */
async function onAll<One>(all: readonly One[], work: (one: One) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(all.map(work));
  const wrong = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.join('\n')}`);
}

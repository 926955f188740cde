import { mongodAvailability, leaveMongo } from '../means/mongod.js';
import { stopServers } from '../means/server.js';
import { NOTHING, sumOf, type Figures } from './account.js';
import { verifyLedger } from './ledger.js';
import { Sky, type StoreKind } from './sky.js';
import { readPlan, USAGE, type Plan } from './soak-plan.js';
import { Storm, type Outcome } from './storm.js';

/* `npm run soak`: every seed through every fault with every journey on every store, or what is asked for. A storm takes all journeys at
 * once, as a day does. The stores have theirs at the same time. Two and a half minutes after a storm, when the last doubt about a message
 * has been settled, it is accounted for once more: what was in order must still be. */

/** Then server and platform begin anew: what they keep would slow down the looking. */
const STORMS_UNDER_ONE_SKY = 25;
const STARTS = 3;
/** Longer than a reply may be unknown before it is sent once more. */
const LATER_MS = 150_000;

type Failure = { readonly store: StoreKind; readonly repeat: string; readonly wrong: string };
type Row = { storms: number; figures: Figures };

class Soak {
  readonly failures: Failure[] = [];
  readonly rows = new Map<string, Row>();
  storms = 0;
  lookedAtLater = 0;
  readonly #startedAt = Date.now();

  constructor(private readonly plan: Plan) {}

  get isOver(): boolean {
    return Date.now() - this.#startedAt > this.plan.minutes * 60_000;
  }

  get minutes(): number {
    return (Date.now() - this.#startedAt) / 60_000;
  }

  async on(store: StoreKind): Promise<void> {
    const { seeds, faults } = this.plan;
    const all = seeds.flatMap((seed) => faults.map((one) => ({ ...one, seed })));
    for (let first = 0; first < all.length && !this.isOver; first += STORMS_UNDER_ONE_SKY) {
      const sky = await this.#open(store);
      if (!sky) continue;
      const earlier: { readonly storm: Storm; readonly at: number; readonly repeat: string }[] = [];
      for (const { seed, fault, number } of all.slice(first, first + STORMS_UNDER_ONE_SKY)) {
        if (this.isOver) break;
        const repeat = this.#toRepeat(store, seed, number);
        const storm = await this.#storm(sky, seed, { fault, number }, repeat);
        if (storm) earlier.push({ storm, at: Date.now(), repeat });
        for (const { storm: old, repeat: how } of earlier.filter(({ at }) => Date.now() - at > LATER_MS)) {
          earlier.splice(
            earlier.findIndex((one) => one.storm === old),
            1,
          );
          await this.#again(store, old, how);
        }
      }
      await verifyLedger(sky).catch((error: unknown) => this.#fail(store, 'the whole run', error));
      await sky.close();
    }
  }

  /** A machine that is busy with much else may not let a server start in time: hours of storms do not end with that. */
  async #open(store: StoreKind): Promise<Sky | undefined> {
    for (let tries = 1; tries <= STARTS; tries += 1) {
      try {
        return await Sky.open(store);
      } catch (error) {
        if (tries === STARTS) this.#fail(store, 'a start', error);
      }
    }
    return undefined;
  }

  async #storm(
    sky: Sky,
    seed: string,
    { fault, number }: Plan['faults'][number],
    repeat: string,
  ): Promise<Storm | undefined> {
    const name = `${seed}-f${number}`;
    this.storms += 1;
    try {
      const storm = await Storm.brew(sky, fault, this.plan.journeys, name, seed);
      const outcomes = await storm.settled();
      for (const outcome of outcomes) this.#count(sky.store, outcome);
      const { written, unknown, gaveUp } = outcomes.map(({ account }) => account.figures).reduce(sumOf, NOTHING);
      console.log(`${sky.store} ${seed} ${fault.what}: ${written} written, ${unknown} unknown, ${gaveUp} gave up`);
      return storm;
    } catch (error) {
      this.#fail(sky.store, repeat, error);
      return undefined;
    }
  }

  async #again(store: StoreKind, storm: Storm, repeat: string): Promise<void> {
    this.lookedAtLater += 1;
    await storm.later().catch((error: unknown) => this.#fail(store, `${repeat} (looked at later)`, error));
  }

  #count(store: StoreKind, { journey, account }: Outcome): void {
    const name = `${journey} ${store}`;
    const row = this.rows.get(name) ?? { storms: 0, figures: NOTHING };
    this.rows.set(name, { storms: row.storms + 1, figures: sumOf(row.figures, account.figures) });
  }

  #fail(store: StoreKind, repeat: string, error: unknown): void {
    const wrong = error instanceof Error ? error.message : String(error);
    this.failures.push({ store, repeat, wrong });
    console.error(`${store} FAILED: ${repeat}\n${wrong}`);
  }

  #toRepeat(store: StoreKind, seed: string, fault: number): string {
    const number = seed.slice(this.plan.seed.length + 1);
    const journeys = this.plan.journeys.map(({ name }) => name).join(',');
    return `npm run soak -- --seed ${this.plan.seed} --seeds ${number}-${number} --faults ${fault} --journeys ${journeys} --stores ${store.toLowerCase()}`;
  }
}

function tell({ rows, failures, storms, lookedAtLater, minutes }: Soak): void {
  const head = ['journey, store', 'storms', 'people', 'written', 'sent', 'resent', 'unknown', 'gave up'];
  const lines = [...rows]
    .toSorted()
    .map(([name, { storms: count, figures }]) => [
      ...[name, count, figures.people, figures.written, figures.sent, figures.resent, figures.unknown, figures.gaveUp],
    ]);
  console.log('');
  for (const [name = '', ...cells] of [head, ...lines])
    console.log(String(name).padEnd(24) + cells.map((cell) => String(cell).padStart(9)).join(''));
  console.log(
    `\n${storms} storms in ${minutes.toFixed(1)} min, ${lookedAtLater} of them looked at once more; ${failures.length} failed`,
  );
  for (const { repeat, wrong } of failures) console.log(`\n${repeat}\n${wrong}`);
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  let plan: Plan;
  try {
    plan = readPlan(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (plan.stores.includes('MongoDB')) {
    const mongod = await mongodAvailability(console.log);
    if (mongod.kind === 'missing') throw new Error(`MongoDB: ${mongod.reason}`);
  }
  const soak = new Soak(plan);
  await Promise.all(plan.stores.map((store) => soak.on(store)));
  tell(soak);
  return soak.failures.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  await stopServers();
  await leaveMongo();
}
process.exit(); // what the caretaker holds would keep it waiting

import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../journeys/eventually.js';
import { freshMongoUri, needsMongo } from '../means/mongod.js';
import { startPair } from '../means/server.js';
import { CALM, FAULTS } from './faults.js';
import { Storm, type Outcome } from './weather.js';

/* People write, tap and stop while the platform misbehaves in every way it knows, and what DESIGN §4 promises still holds. The seeds
 * come from the commit, so that each commit sees other storms and the same one always the same: VESTNIK_STORM_SEED=… repeats one.
 * `npm run soak` runs a hundred seeds of each. */

const SETTLE_MS = 90_000;
/** Longer than it takes from an accepted message to what its reader does with it. */
const CALM_MS = 300;
const { VESTNIK_STORM_SEED: given, VESTNIK_STORM_SEEDS: wanted } = process.env;
const seeds = Array.from({ length: Number(wanted ?? 1) }, (_, n) => `${given ?? commit()}${wanted ? `.${n}` : ''}`);

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'no-commit'; // an unpacked archive has no history
  }
}

describe(`Storms of the seed ${seeds[0]}${seeds.length > 1 ? ` and ${seeds.length - 1} more` : ''}`, function () {
  this.timeout(SETTLE_MS + 30_000);

  describe('on SQLite', () => weather(() => Promise.resolve(undefined)));

  describe('on MongoDB', () => {
    needsMongo();
    weather(() => freshMongoUri('storm'));
  });
});

/** Waits until all is well and stays so: who acts by a script acts on what has just been delivered. */
function settled(storm: Storm, seed: string): Promise<Outcome> {
  let before = '';
  return eventually(async () => {
    await sleep(CALM_MS);
    const outcome = await storm.outcome();
    if (outcome.wrong.length > 0) throw new Error(`seed ${seed}: ${outcome.wrong.join('; ')}`);
    const now = JSON.stringify(outcome);
    const same = now === before;
    before = now;
    return same ? outcome : undefined;
  }, SETTLE_MS);
}

function weather(uri: () => Promise<string | undefined>): void {
  let pair: Awaited<ReturnType<typeof startPair>>;

  before(async function () {
    this.timeout(120_000);
    const mongoUri = await uri();
    const env = { WHATSAPP_MESSAGES_PER_SECOND: '1000', LOG_LEVEL: 'warn' };
    pair = await startPair({ ...(mongoUri ? { mongoUri } : {}), server: { env } });
  });
  after(() => pair?.stop());

  let storms = 0;
  for (const [what, chaos] of Object.entries(FAULTS)) {
    for (const seed of seeds) {
      it(`each message has one answer and every stop holds while ${what}${seeds.length > 1 ? ` (${seed})` : ''}`, async () => {
        const storm = await Storm.brew(pair.server, pair.emulator, `s${(storms += 1)}`, { ...CALM, ...chaos, seed });
        const found = await settled(storm, seed);
        console.log(`        ${found.written} written: ${found.answered} answered, ${found.unknown} unknown`);
        await storm.calm(CALM);
      });
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../journeys/eventually.js';
import { wordsOf } from '../journeys/platform.js';
import { found } from '../invariants/canaries.js';
import { accountForEverybody, type Account } from './account.js';
import { Evidence } from './evidence.js';
import type { Fault } from './faults.js';
import type { Journey, Run } from './journey.js';
import { GaveUp, type Patience, type Person } from './person.js';
import type { Sky } from './sky.js';

/** One storm: people on their journeys while the platform misbehaves in one way, and the account of it afterwards. */

const SETTLE_MS = 90_000;
const LATER_MS = 60_000;
/** Longer than it takes from an accepted message to what its reader does with it. */
const CALM_MS = 300;
/** Where nothing is lost everybody is answered, however slow the machine is; where something may be, nobody waits for ever. */
const PATIENCE: { readonly sure: Patience; readonly lossy: Patience } = {
  sure: [3_000, 5_000, 20_000],
  lossy: [2_000, 2_500, 3_000],
};

type Part = { readonly journey: Journey; readonly people: readonly Person[]; readonly run: Run };

export type Outcome = { readonly journey: string; readonly account: Account };

export class Storm {
  private constructor(
    private readonly sky: Sky,
    private readonly fault: Fault,
    private readonly parts: readonly Part[],
    private readonly since: number,
  ) {}

  /** Lets people live through it, and waits until nothing waits any more.
   *  @param name tells this storm from others of the same sky, and with the seed decides what chance does to each of its people */
  static async brew(sky: Sky, fault: Fault, journeys: readonly Journey[], name: string, seed: string): Promise<Storm> {
    const patience = fault.loses ? PATIENCE.lossy : PATIENCE.sure;
    const since = Evidence.now(sky);
    const parts: Part[] = [];
    for (const journey of journeys) {
      const people: Person[] = [];
      for (let n = 0; n < journey.people; n += 1)
        people.push(await sky.person(`${name}-${journey.name}-${n}`, n, patience));
      parts.push({ journey, people, run: await journey.begin(people, sky) });
    }
    const storm = new Storm(sky, fault, parts, since);
    await sky.chaos({ ...fault.chaos, seed });
    const lives = parts.flatMap(({ people, run }) => people.map((person) => live(run, person)));
    const besides = parts.map(({ run }) => run.beside?.() ?? Promise.resolve());
    // Everybody to their end: the next storm must not find anybody of this one still under way.
    const ends = await Promise.allSettled([...lives, ...besides]);
    const broken = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    if (broken.length === 0) return storm;
    await storm.#over();
    throw new Error(broken.join('\n'));
  }

  /** What became of each journey, once all is well and stays so. @throws with everything that is wrong, if it does not become well */
  async settled(): Promise<readonly Outcome[]> {
    let before = '';
    try {
      return await eventually(async () => {
        await sleep(CALM_MS);
        const outcomes = await this.outcomes();
        const now = JSON.stringify(outcomes);
        const same = now === before;
        before = now;
        return same ? outcomes : undefined;
      }, SETTLE_MS);
    } finally {
      await this.#over();
    }
  }

  async #over(): Promise<void> {
    await this.sky.chaos({});
    for (const { people } of this.parts) for (const { id } of people) this.sky.phones.forget(id);
  }

  /** Long afterwards: nothing has come apart since. @throws with everything that is wrong, if it is not right within a minute */
  async later(): Promise<void> {
    await eventually(() => this.outcomes(true), LATER_MS);
  }

  /** As it is now. @throws with everything that is wrong */
  async outcomes(isLate = false): Promise<readonly Outcome[]> {
    await nothingWaits(this.sky);
    const evidence = new Evidence(this.sky, this.since, isLate);
    const outcomes: Outcome[] = [];
    for (const { journey, people, run } of this.parts) {
      const common = await accountForEverybody(people, evidence);
      const wrong = [...common.wrong, ...(await run.account(evidence)), ...this.#inVain(people)];
      outcomes.push({ journey: journey.name, account: { ...common, wrong } });
    }
    const wrong = [...outcomes.flatMap(({ account }) => account.wrong), ...(await this.#ofTheServer())];
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    return outcomes;
  }

  /** Where nothing is lost nobody has to give up. */
  #inVain(people: readonly Person[]): string[] {
    if (this.fault.loses) return [];
    return people.flatMap((person) =>
      person.gaveUp === undefined ? [] : [`${person.id}: ${person.gaveUp} (§4.15); last ${lastWordsOf(person)}`],
    );
  }

  async #ofTheServer(): Promise<string[]> {
    const dead = (await this.sky.get('/inbox/dead?limit=1')) as { items: unknown[] };
    const everybody = this.parts.flatMap(({ people }) => people);
    const secrets = everybody.flatMap(({ name, customer: { phone, userId } }) => [
      { what: 'a name', text: name },
      ...(phone === null ? [] : [{ what: 'a number', text: phone }]),
      ...(userId === null ? [] : [{ what: 'a BSUID', text: userId.slice(3) }]),
    ]);
    return [
      ...(dead.items.length > 0 ? ['an update was set aside as dead'] : []),
      ...found(this.sky.server.program.output, secrets).map((where) => `the log holds ${where} (§4.11)`),
    ];
  }
}

/** The end of a conversation that went nowhere. */
const lastWordsOf = ({ acts, seen }: Person): string => {
  const said = acts.slice(-5).map(({ what }) => what);
  const heard = seen.slice(-3).map((bubble) => wordsOf(bubble).slice(0, 80));
  return JSON.stringify({ said, heard });
};

async function live(run: Run, person: Person): Promise<void> {
  try {
    await run.live(person);
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    person.gaveUp = error.message;
  }
}

/** @throws when something is still on its way */
async function nothingWaits({ platform, server }: Sky): Promise<void> {
  const { webhooksWaiting } = (await platform.get('/state')) as { webhooksWaiting: number };
  if (webhooksWaiting > 0) throw new Error(`${webhooksWaiting} webhooks wait`);
  const deep = (await (await fetch(`${server.url}/readyz?deep`)).json()) as {
    counts: { inboxDepth: number; outbox: Record<string, number> };
  };
  const { queued = 0, claimed = 0, attempted = 0 } = deep.counts.outbox;
  const waiting = deep.counts.inboxDepth + queued + claimed + attempted;
  if (waiting > 0) throw new Error(`${waiting} rows wait in inbox and outbox`);
}

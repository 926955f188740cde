import { readJournal } from '../kill/account-for.js';
import type { RunningEmulator, RunningServer } from '../means/server.js';

/** One storm: people who write, tap and stop while the platform misbehaves, and what must hold of them afterwards. */

type Json = Record<string, unknown>;

const PEOPLE = 24;
/** What somebody does: the first word, and by a script the answer to the first message they get. */
const MANNERS = [
  { manner: 'greets', text: 'привет', rules: [] },
  { manner: 'taps', text: 'hello', rules: [{ when: { type: 'list', to: 1 }, do: 'tap', option: 0 }] },
  { manner: 'stops', text: 'привет', rules: [{ when: { to: 1 }, do: 'answer', text: 'стоп' }] },
  { manner: 'stopsAtOnce', text: 'stop', rules: [] },
] as const;

type Person = { readonly id: string; readonly query: string; readonly stops: boolean };

/** What became of it. */
export type Outcome = {
  readonly wrong: readonly string[];
  readonly written: number;
  readonly answered: number;
  readonly unknown: number;
};

export class Storm {
  readonly people: Person[] = [];

  private constructor(
    private readonly server: RunningServer,
    private readonly emulator: RunningEmulator,
  ) {}

  /** Lets people write under `chaos`. @param name tells this storm's people from those of others; letters and digits */
  static async brew(server: RunningServer, emulator: RunningEmulator, name: string, chaos: Json): Promise<Storm> {
    const storm = new Storm(server, emulator);
    await storm.control('POST', '/settings', {
      statuses: { sentMs: 5, deliveredMs: 20, readMs: 20 },
      retryScheduleMs: [100, 200, 300],
      numberRate: false,
    });
    for (const { manner, rules } of MANNERS) await storm.control('POST', `/scripts/${manner}`, { rules });
    for (let n = 0; n < PEOPLE; n++) storm.people.push(await storm.person(`${name}-${n}`, n));
    await storm.control('POST', '/settings', { chaos });
    await Promise.all(
      storm.people.map(({ id }, n) =>
        storm.control('POST', `/people/${id}/messages`, { text: MANNERS[n % MANNERS.length]?.text }),
      ),
    );
    return storm;
  }

  /** What is not yet as it must be, a sentence each: nothing waits, every message was acknowledged, each got one answer or is
   *  shown as unknown, and whoever stopped is stopped. */
  async outcome(): Promise<Outcome> {
    const { webhooksWaiting } = (await this.control('GET', '/state')) as { webhooksWaiting: number };
    if (webhooksWaiting > 0) return unsettled(`${webhooksWaiting} webhooks wait`);
    const deep = (await (await fetch(`${this.server.url}/readyz?deep`)).json()) as {
      counts: { inboxDepth: number; outbox: Record<string, number> };
    };
    const { queued = 0, claimed = 0, attempted = 0 } = deep.counts.outbox;
    const waiting = deep.counts.inboxDepth + queued + claimed + attempted;
    if (waiting > 0) return unsettled(`${waiting} rows wait in inbox and outbox`);
    const journal = readJournal(this.emulator.dataDir) as (Json & { ids?: string[] })[];
    const acknowledged = new Set(
      journal
        .filter((entry) => entry['event'] === 'webhook' && entry['answered'] === 200)
        .flatMap(({ ids }) => ids ?? []),
    );
    const wrong: string[] = [];
    const sum = { written: 0, answered: 0, unknown: 0 };
    for (const person of this.people) {
      const own = journal.filter((entry) => entry['person'] === person.id);
      const written = new Set(
        own.filter((entry) => entry['event'] === 'inbound').map((entry) => String(entry['wamid'])),
      );
      for (const id of written) if (!acknowledged.has(id)) wrong.push(`${person.id}: a message was never acknowledged`);
      const taken = own.filter((entry) => entry['event'] === 'send' && entry['accepted'] === true);
      // The same row once more is the one counted resend; our callback data is `v1:row:attempt`.
      const rows = new Set(taken.map((entry) => String(entry['callback']).split(':')[1]));
      if (rows.size > written.size) wrong.push(`${person.id}: ${rows.size} answers to ${written.size} messages`);
      if (taken.length > rows.size + 1) wrong.push(`${person.id}: ${taken.length} sends of ${rows.size} answers`);
      const missing = written.size - rows.size;
      sum.written += written.size;
      sum.answered += rows.size;
      sum.unknown += Math.max(0, missing);
      if (missing > 0 && (await this.unknownTo(person)) < missing)
        wrong.push(`${person.id}: ${missing} answers are missing`);
      if (person.stops && written.size === (person.id.includes('stopsAtOnce') ? 1 : 2))
        wrong.push(...(await this.unstopped(person)));
    }
    return { wrong, ...sum };
  }

  async calm(chaos: Json): Promise<void> {
    await this.control('POST', '/settings', { chaos });
  }

  /** Every sixth shows no number. */
  private async person(name: string, n: number): Promise<Person> {
    const manner = MANNERS[n % MANNERS.length] ?? MANNERS[0];
    const id = `${name}-${manner.manner}`;
    const hidden = n % 6 === 5;
    const made = await this.control('POST', '/people', {
      id,
      name,
      language: 'ru',
      autoRead: true,
      script: manner.manner,
      phone: hidden ? null : `7922${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`,
    });
    const query = hidden ? `userId=${String(made['userId'])}` : `phone=${String(made['phone'])}`;
    return { id, query, stops: manner.manner.startsWith('stops') };
  }

  private async unknownTo(person: Person): Promise<number> {
    const contact = await this.contactOf(person);
    if (!contact) return 0;
    const { items } = await this.api(`/messages?state=unknown&contactId=${contact.id}`);
    return items.length;
  }

  private async unstopped(person: Person): Promise<string[]> {
    const contact = await this.contactOf(person);
    if (!contact) return [`${person.id}: said stop and is not known`];
    const open = Object.entries(contact.topics).filter(([, topic]) => topic.state === 'in');
    return open.map(([topic]) => `${person.id}: said stop and still has ${topic}`);
  }

  private async contactOf({
    query,
  }: Person): Promise<{ id: string; topics: Record<string, { state: string }> } | undefined> {
    const { items } = await this.api(`/contacts?${query}`);
    return items[0] as { id: string; topics: Record<string, { state: string }> } | undefined;
  }

  private async api(path: string): Promise<{ items: Json[] }> {
    const headers = { authorization: `Bearer ${this.server.adminToken}` };
    const response = await fetch(`${this.server.url}/api/v1${path}`, { headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { items: Json[] };
  }

  private async control(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${this.emulator.url}/_emulator${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Json;
  }
}

const unsettled = (why: string): Outcome => ({ wrong: [why], written: 0, answered: 0, unknown: 0 });

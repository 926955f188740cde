import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bubble, Customer, LogEntry } from '../journeys/platform.js';
import type { Contact, Message } from '../journeys/stand.js';
import type { Person } from './person.js';
import type { Sky } from './sky.js';

/** One look at what has become of a storm: the platform's own journal and threads on one side, what the server's API shows on the other.
 *  What is asked for is read once, so that everything that is held against everything else is of one moment. */

export type Known = Contact & { topics: Record<string, { state: string }>; language: string | null };
export type Said = Message & { by: 'person' | 'bot' | 'operator' | 'notice'; reason?: string; at: string };
/** A call of `POST /messages`; `row` is the outbox row it was made for, `attempt` the how manieth try. */
export type Send = LogEntry & { row: string; attempt: string };

export class Evidence {
  /** Everything since the storm began, in the order in which it happened. */
  readonly journal: readonly LogEntry[];
  /** Ids that the server said 200 to. */
  readonly acknowledged: ReadonlySet<string>;
  /** By outbox row, to whomever they went: an identity may have been given up meanwhile. */
  readonly sends: ReadonlyMap<string, readonly Send[]>;
  readonly #contacts = new Map<Person, Promise<readonly Known[]>>();
  readonly #threads = new Map<Person, Promise<readonly Said[]>>();
  readonly #bubbles = new Map<Person, Promise<readonly Bubble[]>>();

  constructor(
    readonly sky: Sky,
    since: number,
    /** Long after the storm: the platform's own memory of it, but for its journal, may be gone. */
    readonly isLate: boolean,
  ) {
    this.journal = readJournal(journalOf(sky), since);
    this.acknowledged = new Set(
      this.journal.flatMap(({ event, answered, ids }) => (event === 'webhook' && answered === 200 ? (ids ?? []) : [])),
    );
    const sends = new Map<string, Send[]>();
    for (const entry of this.journal) {
      if (entry.event !== 'send') continue;
      const [, row = '', attempt = ''] = (entry.callback ?? '').split(':');
      sends.set(row, [...(sends.get(row) ?? []), { ...entry, row, attempt }]);
    }
    this.sends = sends;
  }

  /** Where the journal ends now: what comes later belongs to the storm that begins. */
  static now(sky: Sky): number {
    const file = journalOf(sky);
    return existsSync(file) ? statSync(file).size : 0;
  }

  /** Messages that the person wrote or tapped; nothing that the platform told of them by itself. */
  writtenBy(person: Person): readonly LogEntry[] {
    return this.journal.filter(
      (entry) => entry.event === 'inbound' && entry.person === person.id && entry.type !== 'system',
    );
  }

  /** Whatever came of it. */
  sendsTo(person: Person): readonly Send[] {
    return [...this.sends.values()].flat().filter((send) => send.person === person.id);
  }

  contactsOf(person: Person): Promise<readonly Known[]> {
    return once(this.#contacts, person, async () => {
      const { items } = (await this.sky.get(`/contacts?${person.query}`)) as { items: Known[] };
      return items;
    });
  }

  async contactOf(person: Person): Promise<Known | undefined> {
    return (await this.contactsOf(person))[0];
  }

  /** What the API shows of the whole person, oldest first. */
  threadOf(person: Person): Promise<readonly Said[]> {
    return once(this.#threads, person, async () => {
      const contact = await this.contactOf(person);
      if (!contact) return [];
      const { items } = (await this.sky.get(`/messages?contactId=${contact.id}&limit=200`)) as { items: Said[] };
      return items.toReversed();
    });
  }

  /** What stands on the person's telephone. */
  bubblesOf(person: Person): Promise<readonly Bubble[]> {
    return once(this.#bubbles, person, () => this.sky.platform.thread({ id: person.id } as Customer));
  }
}

function once<T>(known: Map<Person, Promise<T>>, person: Person, find: () => Promise<T>): Promise<T> {
  let value = known.get(person);
  if (!value) known.set(person, (value = find()));
  return value;
}

const journalOf = ({ emulator }: Sky): string => join(emulator.dataDir, 'journal.jsonl');

function readJournal(file: string, since: number): LogEntry[] {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - since));
    const length = readSync(fd, bytes, 0, bytes.length, since);
    const lines = bytes.toString('utf8', 0, length).split('\n');
    lines.pop(); // empty, or not written to its end yet
    return lines.map((line) => JSON.parse(line) as LogEntry);
  } finally {
    closeSync(fd);
  }
}

import { Agenda } from './agenda.js';
import { Clock } from './clock.js';
import { Faults } from './graph/faults.js';
import { MediaStore } from './graph/media-store.js';
import { Rates } from './graph/rates.js';
import { takeUpReviews } from './graph/templates/review.js';
import { Templates } from './graph/templates/template-store.js';
import { Journal } from './journal.js';
import { Events } from './phone/events.js';
import { People } from './phone/people.js';
import { Statuses } from './phone/statuses.js';
import { Threads } from './phone/threads.js';
import { defaultSettings, type Settings } from './settings.js';
import { Snapshot } from './snapshot.js';
import type { NumberIdentity } from './webhook/payloads.js';
import { WebhookSender } from './webhook/sender.js';

/** What the emulator is told once, at its start. */
export interface EmulatorOptions {
  readonly host: string;
  readonly port: number;
  readonly webhookUrl: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly accessToken: string;
  readonly phoneNumberId: string;
  readonly businessAccountId: string;
  readonly displayPhoneNumber: string;
  readonly dataDir?: string;
}

/** Everything of one pretended platform: an account, its number, the people, and what flies between them. */
export interface Emulator {
  readonly options: EmulatorOptions;
  readonly number: NumberIdentity;
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly settings: Settings;
  readonly people: People;
  readonly threads: Threads;
  readonly templates: Templates;
  readonly media: MediaStore;
  readonly faults: Faults;
  readonly rates: Rates;
  readonly journal: Journal;
  readonly webhooks: WebhookSender;
  readonly statuses: Statuses;
  readonly events: Events;
  readonly snapshot: Snapshot;
  /** where the emulator can be reached; known once it listens */
  baseUrl: string;
}

/** Puts the parts together; nothing listens yet. People and threads of an earlier run come back from `dataDir`. */
export function createEmulator(options: EmulatorOptions): Emulator {
  const clock = new Clock();
  const settings = defaultSettings(options.webhookUrl);
  const people = new People();
  const threads = new Threads();
  const templates = new Templates();
  const journal = new Journal(options.dataDir);
  const events = new Events();
  const webhooks = new WebhookSender(settings, clock, options, journal, {
    delivered: (ids) => markDelivered(threads, events, ids),
    turned: (answers) => events.emit('server', { answers }),
  });
  const number = { phoneNumberId: options.phoneNumberId, displayPhoneNumber: options.displayPhoneNumber };
  const media = new MediaStore(clock, options.dataDir);
  const snapshot = new Snapshot(options.dataDir, { people, threads, templates, media, clock });
  const statuses = new Statuses({ clock, settings, threads, events, webhooks, number, snapshot });
  if (!snapshot.load()) addFirstPeople(people);
  const emulator: Emulator = {
    options,
    number,
    clock,
    agenda: new Agenda(clock),
    settings,
    people,
    threads,
    templates,
    media,
    faults: new Faults(),
    rates: new Rates(clock, settings),
    journal,
    webhooks,
    statuses,
    events,
    snapshot,
    baseUrl: '',
  };
  takeUpReviews(emulator);
  return emulator;
}

// The customer's own message has reached the business once the server said 200: its second tick on the page.
function markDelivered(threads: Threads, events: Events, ids: readonly string[]): void {
  for (const id of ids) {
    const message = threads.get(id);
    if (message?.direction !== 'in' || !threads.advance(message, 'delivered') || !events.watched) continue;
    events.emit('state', { id, personId: message.personId, state: message.state });
  }
}

/** Three customers to begin with: a Russian and an English one, and one who shows no number. */
export function addFirstPeople(people: People): void {
  people.add({ id: 'aigul', name: 'Айгуль', phone: '77010000001', userId: 'KZ.8h2Kq', language: 'ru' });
  people.add({ id: 'john', name: 'John', phone: '15550100099', userId: 'US.4Jn7x', language: 'en' });
  people.add({ id: 'dana', name: 'Дана', username: 'dana_77', phone: null, userId: 'KZ.9zQ1', language: 'ru' });
}

/** Ends everything that would keep the process alive, and writes what waits to be written. */
export async function closeEmulator(emulator: Emulator): Promise<void> {
  emulator.statuses.clear();
  emulator.agenda.clear();
  emulator.events.close();
  emulator.snapshot.close();
  await emulator.webhooks.close();
  await emulator.media.close();
  emulator.journal.close();
}

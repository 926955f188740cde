import { Agenda } from './agenda.js';
import { Clock } from './clock.js';
import { Faults } from './graph/faults.js';
import { addressOf, firstAccount, type Account } from './graph/account/account.js';
import { Links } from './graph/media-link.js';
import { MediaStore } from './graph/media-store.js';
import { Rates } from './graph/rates.js';
import { takeUpReviews } from './graph/templates/review.js';
import { Templates } from './graph/templates/template-store.js';
import { Journal } from './journal.js';
import { Events } from './phone/events.js';
import { People } from './phone/people.js';
import { Scripts } from './phone/scripts.js';
import { Statuses } from './phone/statuses.js';
import { Threads } from './phone/threads.js';
import { Feedback } from './rules/feedback.js';
import { Pacing } from './rules/pacing.js';
import { Bill } from './rules/pricing.js';
import { keepLooking } from './rules/standing.js';
import { Tier } from './rules/tier.js';
import { defaultSettings, type Settings } from './settings.js';
import { Snapshot } from './snapshot.js';
import { Traffic } from './traffic.js';
import type { NumberIdentity } from './webhook/payloads.js';
import { Recording } from './webhook/recording.js';
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
  readonly account: Account;
  readonly people: People;
  readonly scripts: Scripts;
  readonly threads: Threads;
  readonly templates: Templates;
  readonly media: MediaStore;
  readonly links: Links;
  readonly faults: Faults;
  readonly rates: Rates;
  readonly tier: Tier;
  readonly pacing: Pacing;
  readonly feedback: Feedback;
  readonly bill: Bill;
  readonly journal: Journal;
  readonly traffic: Traffic;
  readonly recording: Recording;
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
  const number = { phoneNumberId: options.phoneNumberId, displayPhoneNumber: options.displayPhoneNumber };
  const [people, threads, templates] = [new People(), new Threads(), new Templates()];
  const [account, scripts, events] = [firstAccount(), new Scripts(), new Events()];
  const [traffic, recording, journal] = [new Traffic(), new Recording(), new Journal(options.dataDir)];
  const media = new MediaStore(clock, options.dataDir);
  const feedback = new Feedback(clock, () => settings.quality);
  const bill = new Bill(() => settings.prices);
  const webhooks = new WebhookSender({
    settings,
    clock,
    journal,
    traffic,
    recording,
    account: options,
    address: (field) => addressOf(account, field, settings.webhookUrl),
    delivered: (ids) => markDelivered(threads, events, ids),
    turned: (answers) => events.emit('server', { answers }),
  });
  const snapshot = new Snapshot(options.dataDir, { people, threads, templates, media, scripts, account, clock });
  const statuses = new Statuses({
    ...{ clock, settings, threads, events, webhooks, number, snapshot, feedback, bill },
    arrived: (message, person) => emulator.scripts.arrived(emulator, person, message),
  });
  const emulator: Emulator = {
    ...{ options, number, clock, settings, account, people, scripts, threads, templates, media, feedback, bill },
    ...{ journal, traffic, recording, webhooks, statuses, events, snapshot },
    agenda: new Agenda(clock),
    links: new Links(clock, () => settings.links, media),
    faults: new Faults(),
    rates: new Rates(clock, settings),
    tier: new Tier(clock, () => settings.tier),
    pacing: new Pacing(),
    baseUrl: '',
  };
  if (!snapshot.load()) addFirstPeople(people);
  takeUp(emulator);
  return emulator;
}

/** Starts what happens by itself: reviews and pauses an earlier run left, the platform's look at quality. */
export function takeUp(emulator: Emulator): void {
  emulator.tier.restore(emulator.people.all());
  takeUpReviews(emulator);
  keepLooking(emulator);
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
  emulator.scripts.stop();
  emulator.agenda.clear();
  emulator.links.close();
  emulator.events.close();
  emulator.snapshot.close();
  await emulator.webhooks.close();
  await emulator.media.close();
  emulator.journal.close();
}

import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANY_HOUR, withTemplates } from '../journeys/announcing.js';
import { eventually } from '../journeys/eventually.js';
import { Platform } from '../journeys/platform.js';
import { api, type Stand } from '../journeys/stand.js';
import { freePort } from '../means/free-port.js';
import { freshMongoUri } from '../means/mongod.js';
import { DOOR, startEmulator, startServer, type RunningEmulator, type RunningServer } from '../means/server.js';
import { CALM } from './faults.js';
import { Person, type Patience } from './person.js';
import { Phones } from './phones.js';

/** What storms come from: a server on one of the stores and the platform it speaks with. Storms follow one another under it. */

export type StoreKind = 'SQLite' | 'MongoDB';

export const SECRET_KEY = 'a secret key that all storms are under, and no others';
const ENV = {
  SECRET_KEY,
  WHATSAPP_MESSAGES_PER_SECOND: '1000',
  LOG_LEVEL: 'warn',
  ...ANY_HOUR,
};
/** The platform's own course of things, only quicker, and never at the limit of anything. */
const PACE = {
  statuses: { sentMs: 5, deliveredMs: 20, readMs: 20 },
  retryScheduleMs: [100, 200, 300],
  numberRate: false,
  tier: { limit: null },
};
/** The first ten digits are enough to tell people's numbers apart: in base64 the last one is not to be seen. */
const PHONES = { first: 79_220_000_000, tens: 1_000_000, step: 654_321 } as const;

const TRIES = 5;
const TRY_AGAIN_MS = 2_000;

export class Sky implements Stand {
  /** Given to somebody so far. */
  #phones = 0;

  private constructor(
    readonly store: StoreKind,
    readonly server: RunningServer,
    readonly emulator: RunningEmulator,
    readonly platform: Platform,
    readonly phones: Phones,
    readonly mongoUri: string | undefined,
  ) {}

  /** Server and platform run, know each other's templates, and have learnt to answer. */
  static async open(store: StoreKind): Promise<Sky> {
    const mongoUri = store === 'MongoDB' ? await freshMongoUri('storm') : undefined;
    const port = await freePort();
    const emulator = await startEmulator({ webhookUrl: `http://127.0.0.1:${port}${DOOR}` });
    const platform = new Platform(emulator);
    await platform.settings(PACE);
    const server = await startServer({ ...(mongoUri ? { mongoUri } : {}), port, emulator, env: ENV });
    const sky = new Sky(store, server, emulator, platform, await Phones.listen(emulator.url), mongoUri);
    await withTemplates(sky);
    await eventually(() => sky.#hasLearnt(), 30_000, 'that the server has learnt to answer');
    return sky;
  }

  async close(): Promise<void> {
    await this.phones.close();
    await this.server.program.stop();
    await this.emulator.program.stop();
  }

  /** Somebody new. Every sixth shows no number, every second speaks English, every fourth has several devices. @param id also decides what chance does to them */
  async person(id: string, place: number, patience: Patience): Promise<Person> {
    const language = place % 2 === 0 ? 'ru' : 'en';
    const name = `Кенар ${wordOf(id)}`;
    const phone = place % 6 === 5 ? null : this.newPhone();
    const userId = `KZ.${wordOf(`${id} BSUID`)}`;
    const devices = place % 4 === 3 ? 3 : 1;
    const customer = await this.platform.customer({ id, name, language, phone, userId, devices, autoRead: true });
    const person = new Person(this.platform, customer, language, place, name, patience);
    this.phones.of(id, (bubble) => person.arrived(bubble));
    return person;
  }

  /** A number that nobody has. */
  newPhone(): string {
    this.#phones += 1;
    return String(PHONES.first + ((this.#phones * PHONES.step) % PHONES.tens) * 10 + (this.#phones % 10));
  }

  chaos(settings: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.platform.settings({ chaos: { ...CALM, ...settings } });
  }

  get(path: string): Promise<unknown> {
    return api(this.server, path);
  }

  post(path: string, body: object = {}): Promise<unknown> {
    const headers = { 'idempotency-key': randomUUID() };
    return untilTaken(() => api(this.server, path, { method: 'POST', body: JSON.stringify(body), headers }));
  }

  async #hasLearnt(): Promise<boolean> {
    const { kind } = (await this.post('/answers', { text: 'как отписаться от рассылки' })) as { kind: string };
    return kind === 'answer';
  }
}

/** An operator whom the server tells that its store does not answer just now (503) tries again, as it says. */
export async function untilTaken<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (tries === TRIES || !/: 503 /.test(String(error))) throw error;
      await sleep(TRY_AGAIN_MS);
    }
  }
}

/** A word that is found nowhere else, the same for the same id. */
export const wordOf = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 18);

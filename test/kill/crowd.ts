import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningEmulator } from '../means/server.js';

/** Many people who each write once, so that what each of them must get is beyond doubt: one answer. */

const WRITERS_AT_ONCE = 8;
const WORDS = ['привет', 'hello', 'меню', 'menu', 'помощь', 'what can you do?'];

export class Crowd {
  readonly #emulator: RunningEmulator;
  readonly #firstPhone = 79_200_000_000;
  /** Who wrote, in the order of their numbers. */
  readonly people: string[] = [];

  constructor(emulator: RunningEmulator) {
    this.#emulator = emulator;
  }

  /** The platform at a pace that leaves the waiting out of a test, and never the limit of anything. */
  async prepare(): Promise<void> {
    await this.post('/settings', {
      statuses: { sentMs: 5, deliveredMs: 10, readMs: 10 },
      retryScheduleMs: [100, 200, 300],
      numberRate: false,
    });
  }

  /** `count` new people write within about `withinMs`, whether the server lives or not. */
  async write(count: number, withinMs: number): Promise<void> {
    const first = this.people.length;
    const idPrefix = `crowd${first}-`;
    await this.post('/people/bulk', { count, firstPhone: String(this.#firstPhone + first), idPrefix });
    const ids = Array.from({ length: count }, (_, number) => `${idPrefix}${number}`);
    this.people.push(...ids);
    const startedAt = performance.now();
    const queue = ids.entries();
    const writer = async () => {
      for (const [number, id] of queue) {
        await sleep(Math.max(0, startedAt + (number / count) * withinMs - performance.now()));
        await this.post(`/people/${id}/messages`, { text: WORDS[number % WORDS.length] });
      }
    };
    await Promise.all(Array.from({ length: WRITERS_AT_ONCE }, writer));
  }

  /** The number of somebody of the crowd. */
  phoneOf(person: string): string {
    return String(this.#firstPhone + this.people.indexOf(person));
  }

  /** Webhooks of the platform that the server has not answered with 200 yet. */
  async webhooksWaiting(): Promise<number> {
    const response = await fetch(`${this.#emulator.url}/_emulator/state`);
    return ((await response.json()) as { webhooksWaiting: number }).webhooksWaiting;
  }

  async post(path: string, body: unknown): Promise<void> {
    const response = await fetch(`${this.#emulator.url}/_emulator${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  }
}

import type { Update } from './update.js';

/** What this process took in a moment ago, as it was read at the door: its turn need not read the stored bytes again, which say the same
 *  (webhooks/read-updates.ts). Whoever is not found here any more, or came through another process, is read from the store. */
export class FreshUpdates {
  readonly #byId = new Map<string, Update>();
  readonly #most: number;

  /** @param most so many are remembered, the newest */
  constructor(most = 1_000) {
    this.#most = most;
  }

  /** @param id the inbox row's */
  remember(id: string, update: Update): void {
    this.#byId.set(id, update);
    if (this.#byId.size <= this.#most) return;
    const [oldest] = this.#byId.keys();
    if (oldest !== undefined) this.#byId.delete(oldest);
  }

  of(id: string): Update | undefined {
    return this.#byId.get(id);
  }

  /** It was handled. */
  forget(id: string): void {
    this.#byId.delete(id);
  }
}

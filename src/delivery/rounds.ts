/** Runs one round after another: at once when something may be due, else after a while; never two at a time. */
export class Rounds {
  readonly #run: () => Promise<void>;
  readonly #idleMs: () => number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  /** @param run must not fail */
  constructor(run: () => Promise<void>, idleMs: () => number) {
    this.#run = run;
    this.#idleMs = idleMs;
  }

  /** Another round, as soon as the present one is over. */
  nudge(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      if (this.#again) setImmediate(() => this.nudge());
      else this.#timer = setTimeout(() => this.nudge(), this.#idleMs());
      this.#again = false;
    });
  }

  /** Starts no more; resolves when the present one is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }
}

/** Runs one round after another: at once when something may be due, else after a while; never two at a time. */
export class Rounds {
  readonly #run: () => Promise<void>;
  readonly #idleMs: () => number;
  readonly #paceMs: number;
  #timer: NodeJS.Timeout | undefined;
  #pacing: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  /** @param run must not fail
   *  @param paceMs how long a round that is wanted at once still waits for company, where asking the store costs more than waiting */
  constructor(run: () => Promise<void>, idleMs: () => number, paceMs = 0) {
    this.#run = run;
    this.#idleMs = idleMs;
    this.#paceMs = paceMs;
  }

  /** Another round, as soon as the present one is over. */
  nudge(): void {
    if (this.#stopped || this.#pacing) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      if (this.#again && this.#paceMs === 0) setImmediate(() => this.nudge());
      else if (this.#again) this.#paceNext();
      else this.#timer = setTimeout(() => this.nudge(), this.#idleMs());
      this.#again = false;
    });
  }

  #paceNext(): void {
    this.#pacing = setTimeout(() => {
      this.#pacing = undefined;
      this.nudge();
    }, this.#paceMs);
  }

  /** Starts no more; resolves when the present one is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#pacing);
    await this.#running;
  }
}

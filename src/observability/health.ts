import type { Clock } from '../clock.js';
import type { Engine } from '../storage/engine.js';

/** Whether the store can be written: asked every two seconds, traffic or not, so that /readyz is red within 5 s of one that cannot. It
 *  speaks of nothing else: Graph may be away, a token may be dead (DESIGN §4.10). */
const EVERY_MS = 2_000;
const PATIENCE_MS = 2_500;

export class StoreHealth {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #onChange: (ready: boolean) => void;
  #timer: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;
  #ready = true;
  #stopped = false;

  constructor(engine: Engine, clock: Clock, onChange: (ready: boolean) => void) {
    this.#engine = engine;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get ready(): boolean {
    return this.#ready && !this.#stopped;
  }

  start(): void {
    void this.#beat();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#patience);
  }

  async #beat(): Promise<void> {
    const started = this.#clock.monotonic();
    const ready = await this.#isWritable();
    if (this.#stopped) return;
    if (ready !== this.#ready) {
      this.#ready = ready;
      this.#onChange(ready);
    }
    this.#timer = setTimeout(() => void this.#beat(), Math.max(0, EVERY_MS - (this.#clock.monotonic() - started)));
  }

  /** A store that hangs is as good as none. */
  async #isWritable(): Promise<boolean> {
    const done = this.#engine.check().then(
      () => true,
      () => false,
    );
    const late = new Promise<false>((resolve) => (this.#patience = setTimeout(() => resolve(false), PATIENCE_MS)));
    const ready = await Promise.race([done, late]);
    clearTimeout(this.#patience);
    return ready;
  }
}

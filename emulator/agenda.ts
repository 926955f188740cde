import type { Clock } from './clock.js';

interface Task {
  readonly dueAt: number;
  readonly run: () => void;
}

// The longest a Node timer can be set; what is due later is looked at again then.
const LONGEST_MS = 2 ** 31 - 1;
/** Tasks waiting at once; each belongs to a template or the number, so more would be a fault of ours. */
export const MAX_TASKS = 100_000;

/** What happens by itself later on the emulator's clock: reviews decided, pauses over, quality looked at. Moving the
 *  clock forward makes it happen at once, in the order of the times it was due; moving it back leaves it as far off. */
export class Agenda {
  private tasks: Task[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clock: Clock) {}

  /** @param dueAt ms on the emulator's clock */
  at(dueAt: number, run: () => void): void {
    if (this.tasks.length >= MAX_TASKS) throw new Error(`${MAX_TASKS} tasks wait already, which is the most`);
    this.tasks.push({ dueAt, run });
    this.wait();
  }

  after(ms: number, run: () => void): void {
    this.at(this.clock.now() + ms, run);
  }

  /** The clock was moved by so much. Forward makes happen what is due by then; back leaves everything as far off as it was. */
  moved(byMs: number): void {
    if (byMs < 0) this.tasks = this.tasks.map(({ dueAt, run }) => ({ dueAt: dueAt + byMs, run }));
    this.look();
  }

  /** Runs what is due and waits for the next. */
  private look(): void {
    const now = this.clock.now();
    const due = this.tasks.filter((task) => task.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    if (due.length > 0) {
      this.tasks = this.tasks.filter((task) => task.dueAt > now);
      for (const task of due) task.run();
    }
    this.wait();
  }

  private wait(): void {
    clearTimeout(this.timer);
    if (this.tasks.length === 0) return;
    const next = this.tasks.reduce((soonest, task) => Math.min(soonest, task.dueAt), Infinity);
    this.timer = setTimeout(() => this.look(), Math.min(Math.max(next - this.clock.now(), 0), LONGEST_MS)).unref();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.tasks = [];
  }
}

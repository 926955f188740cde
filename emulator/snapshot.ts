import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from './clock.js';
import type { Template, Templates } from './graph/template-store.js';
import type { People, Person } from './phone/people.js';
import type { ThreadMessage, Threads } from './phone/threads.js';

interface World {
  readonly people: People;
  readonly threads: Threads;
  readonly templates: Templates;
  readonly clock: Clock;
}

interface Saved {
  readonly version: 1;
  readonly clockOffsetMs: number;
  readonly people: Person[];
  readonly messages: ThreadMessage[];
  readonly templates: Template[];
}

const QUIET_MS = 1_000;
const AT_LATEST_MS = 60_000;
/** Messages that survive a restart, newest first; the journal has the rest. */
export const MAX_SAVED_MESSAGES = 20_000;

/** People, threads and templates in `state.json`, so that a restart finds the chats again. Written once things are quiet
 *  for a second, at the latest after a minute of traffic: under load the emulator has better things to do. */
export class Snapshot {
  private readonly file: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private dirtySince = 0;

  constructor(
    folder: string | undefined,
    private readonly world: World,
  ) {
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, 'state.json');
  }

  /** @returns false when there was nothing to load */
  load(): boolean {
    if (!this.file) return false;
    let saved: Saved;
    try {
      saved = JSON.parse(readFileSync(this.file, 'utf8')) as Saved;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        process.stderr.write(`emulator: ${this.file} cannot be read, starting with an empty one: ${String(error)}\n`);
      }
      return false;
    }
    this.world.clock.setOffset(saved.clockOffsetMs);
    for (const person of saved.people) this.world.people.restore(person);
    for (const message of saved.messages) this.world.threads.add(message);
    for (const template of saved.templates) this.world.templates.put(template);
    return true;
  }

  /** Says that something worth keeping has changed. Cheap: called for every message and status. */
  touch(): void {
    if (!this.file || this.dirtySince !== 0) {
      if (this.timer && Date.now() - this.dirtySince < AT_LATEST_MS - QUIET_MS) this.timer.refresh();
      return;
    }
    this.dirtySince = Date.now();
    this.timer = setTimeout(() => this.save(), QUIET_MS);
    this.timer.unref();
  }

  close(): void {
    clearTimeout(this.timer);
    if (this.dirtySince !== 0) this.save();
  }

  private save(): void {
    if (!this.file) return;
    this.timer = undefined;
    this.dirtySince = 0;
    const { people, threads, templates, clock } = this.world;
    const everybody = [...people.all()];
    const messages = everybody
      .flatMap((person) => threads.of(person.id))
      .sort((a, b) => a.at - b.at)
      .slice(-MAX_SAVED_MESSAGES);
    const saved: Saved = {
      version: 1,
      clockOffsetMs: clock.offset,
      people: everybody,
      messages,
      templates: templates.all(),
    };
    try {
      // Written beside and renamed: a kill in the middle leaves the old one.
      writeFileSync(`${this.file}.new`, JSON.stringify(saved), { mode: 0o600 });
      renameSync(`${this.file}.new`, this.file);
    } catch (error) {
      process.stderr.write(`emulator: ${this.file} cannot be written: ${String(error)}\n`);
    }
  }
}

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from './clock.js';
import type { Account } from './graph/account/account.js';
import type { Media, MediaStore } from './graph/media-store.js';
import type { Template, Templates, TemplateVersion } from './graph/templates/template-store.js';
import type { People, Person } from './phone/people.js';
import type { NamedScript, Scripts } from './phone/scripts.js';
import type { ThreadMessage, Threads } from './phone/threads.js';

interface World {
  readonly people: People;
  readonly threads: Threads;
  readonly templates: Templates;
  readonly media: MediaStore;
  readonly scripts: Scripts;
  readonly account: Account;
  readonly clock: Clock;
}

/** A line of `state.jsonl`. */
type Line =
  | { readonly state: 1; readonly clockOffsetMs: number }
  | { readonly person: Person }
  | { readonly message: ThreadMessage }
  | { readonly template: Template }
  | { readonly templateVersion: TemplateVersion }
  | { readonly media: Media }
  | { readonly script: NamedScript }
  | { readonly account: Account };

const QUIET_MS = 1_000;
const AT_LATEST_MS = 60_000;
const LINES_AT_ONCE = 500;
/** Messages that survive a restart, newest first; the journal has the rest. */
export const MAX_SAVED_MESSAGES = 20_000;

/** People, threads and templates in `state.jsonl`, so that a restart finds the chats again. Written once things are quiet
 *  for a second, at the latest after a minute of traffic, and a little at a time: sends are not kept waiting for it. */
export class Snapshot {
  private readonly file: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private dirtySince = 0;
  private saving = false;
  private closed = false;

  constructor(
    folder: string | undefined,
    private readonly world: World,
  ) {
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, 'state.jsonl');
  }

  /** @returns false when there was nothing to load */
  load(): boolean {
    if (!this.file) return false;
    try {
      const lines = readFileSync(this.file, 'utf8').trimEnd().split('\n');
      for (const line of lines) this.take(JSON.parse(line) as Line);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      process.stderr.write(`emulator: ${this.file} cannot be read to its end: ${String(error)}\n`);
    }
    return this.world.people.size > 0;
  }

  /** Says that something worth keeping has changed. Cheap: called for every message and status. */
  touch(): void {
    if (!this.file || this.closed) return;
    if (this.dirtySince === 0) {
      this.dirtySince = Date.now();
      this.timer = setTimeout(() => void this.save(), QUIET_MS).unref();
    } else if (Date.now() - this.dirtySince < AT_LATEST_MS - QUIET_MS) {
      this.timer?.refresh();
    }
  }

  /** Writes what has changed, at once. */
  close(): void {
    clearTimeout(this.timer);
    if (this.file && !this.closed && (this.dirtySince !== 0 || this.saving)) {
      this.closed = true;
      try {
        writeFileSync(`${this.file}.last`, text([...this.lines()]), { mode: 0o600 });
        renameSync(`${this.file}.last`, this.file);
      } catch (error) {
        this.complain(error);
      }
    }
    this.closed = true;
  }

  private take(line: Line): void {
    if ('person' in line) this.world.people.restore(line.person);
    else if ('message' in line) this.world.threads.add(line.message);
    else if ('template' in line) this.world.templates.put(line.template);
    else if ('templateVersion' in line) this.world.templates.keepVersion(line.templateVersion);
    else if ('script' in line) this.world.scripts.put(line.script);
    else if ('account' in line) Object.assign(this.world.account, line.account);
    else if ('media' in line) this.world.media.restore(line.media);
    else this.world.clock.setOffset(line.clockOffsetMs);
  }

  private async save(): Promise<void> {
    if (!this.file || this.closed) return;
    this.dirtySince = 0;
    if (this.saving) return this.touch();
    this.saving = true;
    try {
      // Written beside and renamed: a kill in the middle leaves the old one.
      const handle = await open(`${this.file}.new`, 'w', 0o600);
      let waiting: Line[] = [];
      for (const line of this.lines()) {
        waiting.push(line);
        if (waiting.length < LINES_AT_ONCE) continue;
        await handle.write(text(waiting));
        waiting = [];
      }
      if (waiting.length > 0) await handle.write(text(waiting));
      await handle.close();
      if (!this.closed) await rename(`${this.file}.new`, this.file);
    } catch (error) {
      this.complain(error);
    }
    this.saving = false;
  }

  private *lines(): Generator<Line> {
    const { people, threads, templates, media, scripts, account, clock } = this.world;
    yield { state: 1, clockOffsetMs: clock.offset };
    yield { account };
    for (const script of scripts.all()) yield { script };
    const everybody = [...people.all()];
    for (const person of everybody) yield { person };
    for (const template of templates.all()) yield { template };
    for (const templateVersion of templates.allVersions()) yield { templateVersion };
    for (const file of media.all()) yield { media: file };
    const messages = everybody.flatMap((person) => threads.of(person.id)).sort((a, b) => a.at - b.at);
    for (const message of messages.slice(-MAX_SAVED_MESSAGES)) yield { message };
  }

  private complain(error: unknown): void {
    process.stderr.write(`emulator: ${this.file} cannot be written: ${String(error)}\n`);
  }
}

const text = (lines: readonly Line[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

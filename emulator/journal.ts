import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** What the emulator saw and did, one line each; every entry also has `seq` and `at` (ISO, the machine's clock). */
export type JournalEntry =
  | {
      readonly event: 'send';
      readonly person: string | null;
      readonly type: string | null;
      readonly callback: string | null;
      readonly wamid: string | null;
      /** accepted: a person gets it, whatever the caller was told */
      readonly accepted: boolean;
      /** HTTP status answered; null when no answer went out */
      readonly answered: number | null;
      readonly code?: number;
      readonly fault?: string;
      readonly text: string;
    }
  | {
      readonly event: 'read';
      readonly person: string | null;
      readonly wamid: string;
      readonly typing: boolean;
      readonly answered: number;
    }
  | {
      readonly event: 'graph';
      readonly method: string;
      readonly path: string;
      readonly answered: number;
      readonly code?: number;
    }
  | { readonly event: 'unknownPath'; readonly method: string; readonly path: string }
  | {
      readonly event: 'inbound';
      readonly person: string;
      readonly wamid: string;
      readonly type: string;
      readonly text: string;
    }
  | {
      readonly event: 'webhook';
      readonly ids: readonly string[];
      readonly attempt: number;
      readonly answered: number | null;
      readonly ms: number;
      readonly error?: string;
      readonly gaveUp?: true;
    };

export type StoredEntry = JournalEntry & { readonly seq: number; readonly at: string };

export interface JournalQuery {
  readonly after: number;
  readonly limit: number;
  readonly event?: string | undefined;
  readonly person?: string | undefined;
}

const FLUSH_MS = 20;
/** Entries kept in memory for `GET /_emulator/log`. */
export const MAX_IN_MEMORY = 20_000;
/** A file longer than this is put aside as `journal.1.jsonl`; three such are kept. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;
const OLD_FILES = 3;

/** The emulator's own account of what happened: in memory for the control API, and in `journal.jsonl` for a reader that
 *  trusts neither the server nor this process's memory. Lines stand in the order in which things happened and are handed
 *  to the operating system within 20 ms, so that they outlive a kill of either side. */
export class Journal {
  private seq = 0;
  private recent: StoredEntry[] = [];
  private lines: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private fd: number | undefined;
  private bytes = 0;
  private readonly file: string | undefined;

  /** @param folder where `journal.jsonl` lives; memory alone when absent */
  constructor(private readonly folder?: string) {
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, 'journal.jsonl');
    this.openFile();
  }

  add(entry: JournalEntry): void {
    const stored = { seq: ++this.seq, at: new Date().toISOString(), ...entry };
    this.recent.push(stored);
    if (this.recent.length > MAX_IN_MEMORY * 1.25) this.recent = this.recent.slice(-MAX_IN_MEMORY);
    if (this.fd === undefined) return;
    this.lines.push(JSON.stringify(stored));
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Entries after a sequence number, oldest first. */
  read({ after, limit, event, person }: JournalQuery): StoredEntry[] {
    const found: StoredEntry[] = [];
    const first = this.recent[0]?.seq ?? 0;
    for (let i = Math.max(0, after + 1 - first); i < this.recent.length && found.length < limit; i++) {
      const entry = this.recent[i];
      if (!entry || (event && entry.event !== event)) continue;
      if (person && !('person' in entry && entry.person === person)) continue;
      found.push(entry);
    }
    return found;
  }

  /** Forgets what is in memory; the file and the numbering go on. */
  clearMemory(): void {
    this.recent = [];
  }

  /** Writes what waits and closes the file. */
  close(): void {
    clearTimeout(this.timer);
    this.flush();
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  // Written synchronously: a few kilobytes into the page cache cost some microseconds, and order needs no further care.
  private flush(): void {
    this.timer = undefined;
    if (this.fd === undefined || this.lines.length === 0) return;
    const text = this.lines.join('\n') + '\n';
    this.lines = [];
    try {
      this.bytes += writeSync(this.fd, text);
    } catch (error) {
      process.stderr.write(`emulator: journal.jsonl cannot be written: ${String(error)}\n`);
    }
    if (this.bytes > MAX_FILE_BYTES) this.rotate();
  }

  private openFile(): void {
    if (!this.file) return;
    this.fd = openSync(this.file, 'a', 0o600);
    this.bytes = fstatSync(this.fd).size;
  }

  private rotate(): void {
    if (!this.folder || !this.file || this.fd === undefined) return;
    closeSync(this.fd);
    for (let n = OLD_FILES; n >= 1; n--) {
      const from = n === 1 ? this.file : path.join(this.folder, `journal.${n - 1}.jsonl`);
      if (existsSync(from)) renameSync(from, path.join(this.folder, `journal.${n}.jsonl`));
    }
    this.openFile();
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { join, resolve } from 'node:path';
import { lookAfter } from './caretaker.js';

export const PROJECT_ROOT = resolve(import.meta.dirname, '../../..');

const OUTPUT_LIMIT_CHARACTERS = 50_000_000;
const READY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 25_000; // the server itself promises 20 s

/** How a program ended: its exit code, or the signal that ended it. */
export type Ending = { code: number | null; signal: NodeJS.Signals | null };

type Settings = {
  /** Compiled file, from the project's root: `dist/src/main.js`. */
  file: string;
  args?: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Files of this folder, such as `moved-clock.js`, that it imports before anything else. */
  imports?: readonly string[];
  /** Resolves when the program can be used; asked once after every start. */
  ready: (program: Program) => Promise<void>;
};

const programs = new Set<Program>();

/** One of our programs as a child process, with its network closed but for the loopback. */
export class Program {
  #child: ChildProcess | undefined;
  #ending: Promise<Ending> = Promise.resolve({ code: null, signal: null });
  #output = '';
  #outputBefore = ''; // of earlier starts

  private constructor(private readonly settings: Settings) {}

  /** Starts it and waits until it is ready. @throws with all it said when it ends before that or takes over 30 s */
  static async start(settings: Settings): Promise<Program> {
    const program = new Program(settings);
    programs.add(program);
    await program.launch();
    return program;
  }

  /** All it wrote on stdout and stderr so far, over all its starts. */
  get output(): string {
    return this.#outputBefore + this.#output;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.settings.file} is not running`);
    return this.#child.pid;
  }

  /** Resolves when the present process has ended, however it does. */
  get ending(): Promise<Ending> {
    return this.#ending;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** `SIGSTOP` and `SIGCONT` for a worker paused past its lease. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ending;
  }

  /** SIGTERM; resolves with how it ended. @throws after 25 s, having killed it */
  async stop(): Promise<Ending> {
    if (!this.isRunning) return this.#ending;
    this.signal('SIGTERM');
    const overdue = setTimeout(() => this.signal('SIGKILL'), STOP_LIMIT_MS);
    const ending = await this.#ending;
    clearTimeout(overdue);
    if (ending.signal === 'SIGKILL') throw this.#complaint('did not end within 25 s of SIGTERM');
    return ending;
  }

  /** Starts it again with the same port and data, and with `env` on top; stops it first if it runs. */
  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.stop();
    await this.launch(env);
  }

  /** The first line matching `pattern` that it wrote or will write since its present start. @throws after `limitMs` */
  async line(pattern: RegExp, limitMs = READY_LIMIT_MS): Promise<string> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const line = this.#output.split('\n').find((candidate) => pattern.test(candidate));
      if (line !== undefined) return line;
      if (!this.isRunning) throw this.#complaint(`ended before it wrote ${String(pattern)}`);
      if (Date.now() > deadline) throw this.#complaint(`did not write ${String(pattern)} within ${limitMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private async launch(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const imports = ['loopback-only.js', ...(this.settings.imports ?? [])].map(
      (file) => `--import ${pathToFileURL(join(import.meta.dirname, file)).href}`,
    );
    const child = spawn(process.execPath, [join(PROJECT_ROOT, this.settings.file), ...(this.settings.args ?? [])], {
      cwd: PROJECT_ROOT,
      env: {
        ...ownEnvironment(),
        NODE_OPTIONS: ['--enable-source-maps', ...imports].join(' '),
        ...this.settings.env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // the emulator ends when this channel closes
    });
    lookAfter(child);
    this.#child = child;
    this.#outputBefore = this.output;
    this.#output = '';
    this.#ending = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Ending);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_LIMIT_CHARACTERS);
      });
    }
    await this.#untilReady();
  }

  async #untilReady(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, fail) => {
      timer = setTimeout(
        () => fail(this.#complaint(`was not ready within ${READY_LIMIT_MS / 1_000} s`)),
        READY_LIMIT_MS,
      );
    });
    const early = this.#ending.then(({ code, signal }) => {
      throw this.#complaint(`ended (${String(code ?? signal)}) before it was ready`);
    });
    try {
      await Promise.race([this.settings.ready(this), early, limit]);
    } catch (error) {
      await this.kill();
      throw error;
    } finally {
      clearTimeout(timer);
      early.catch(() => undefined);
    }
  }

  #complaint(what: string): Error {
    return new Error(`${this.settings.file} ${what}. It said:\n${this.#output.slice(-4_000)}`);
  }
}

/** The end of the run, or of a test that wants everything gone. */
export async function killPrograms(): Promise<void> {
  await Promise.all([...programs].filter((program) => program.isRunning).map((program) => program.kill()));
  programs.clear();
}

// What a process needs of its surroundings and nothing that configures us: a developer's own WHATSAPP_* stays outside.
function ownEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'TZ', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

import { relative } from 'node:path';
import Mocha from 'mocha';
import { partsNotRun } from './availability.js';

/** What one file of tests came to; `failed` names each failure with the first lines of its reason, `ms` is how long it took. */
export interface FileResult {
  ms: number;
  passes: number;
  failures: number;
  pending: number;
  failed: string[];
}

const REASON_LINES = 12;

/** Mocha's `spec`, then in capitals what did not run for want of a server or a browser, then one plain line with the sums. */
export default class Reporter extends Mocha.reporters.Spec {
  private readonly files: Record<string, FileResult> = {};

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    let begunAt = 0;
    runner.on('suite', (suite) => {
      if (suite.parent?.root) begunAt = performance.now();
    });
    runner.on('suite end', (suite) => {
      if (suite.parent?.root) this.of(suite).ms += performance.now() - begunAt;
    });
    runner.on('pass', (test) => this.of(test).passes++);
    runner.on('pending', (test) => this.of(test).pending++);
    runner.on('fail', (test, error: unknown) => {
      const file = this.of(test);
      file.failures++;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      file.failed.push(`${test.fullTitle()}\n${reason.split('\n').slice(0, REASON_LINES).join('\n')}`);
    });
  }

  override epilogue(): void {
    super.epilogue();
    for (const [part, reason] of partsNotRun()) console.log(`  !! DID NOT RUN: ${part.toUpperCase()}: ${reason}\n`);
    const { passes, failures, pending } = this.stats;
    // A lane of a run tells `run.mjs`, which says it of all.
    if (process.env['VESTNIK_TEST_LANE']) process.send?.(this.files);
    else console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }

  private of(test: Mocha.Runnable | Mocha.Suite): FileResult {
    const name = relative(process.cwd(), test.file ?? test.parent?.file ?? '');
    return (this.files[name] ??= { ms: 0, passes: 0, failures: 0, pending: 0, failed: [] });
  }
}

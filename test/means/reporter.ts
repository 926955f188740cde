import Mocha from 'mocha';
import { partsNotRun } from './availability.js';

/** Mocha's `spec`, then in capitals what did not run for want of a server or a browser, then one plain line with the sums. */
export default class Reporter extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    for (const [part, reason] of partsNotRun()) console.log(`  !! DID NOT RUN: ${part.toUpperCase()}: ${reason}\n`);
    const { passes, failures, pending } = this.stats;
    // A lane of a run tells `run.mjs`, which says it of all.
    if (process.env['VESTNIK_TEST_LANE']) process.send?.({ passes, failures, pending });
    else console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
}

import { askToRate, type AskDeps } from '../ratings/ask-to-rate.js';
import type { AskToRate } from './act-on-case.js';

/** The question for stars when a case closes. */
export const askAfterCase =
  (deps: AskDeps): AskToRate =>
  ({ conversation, otherCases }, lead, now) =>
    askToRate(
      deps,
      { what: 'case', conversation, humanTalks: otherCases > 0, ...(lead === undefined ? {} : { lead }) },
      now,
    );

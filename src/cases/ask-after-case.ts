import { askToRate, type AskDeps } from '../ratings/ask-to-rate.js';
import type { AskToRate } from './act-on-case.js';

/** The question for stars when a case closes. A person has one case at a time: with it closed no human talks any more. */
export const askAfterCase =
  (deps: AskDeps): AskToRate =>
  ({ conversation }, lead, now) =>
    askToRate(deps, { what: 'case', conversation, humanTalks: false, ...(lead === undefined ? {} : { lead }) }, now);

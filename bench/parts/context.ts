import type { BareHandler, GraphDouble } from '../helpers.js';
import type { Row } from '../figures.js';

/** What every part of the measurement is handed. */
export type Context = {
  readonly bare: BareHandler;
  readonly graph: GraphDouble;
  /** How long each scenario lasts. */
  readonly seconds: number;
  /** How long the shorter runs last (baselines, ceilings). */
  readonly shortSeconds: number;
  say(line: string): void;
};

export type Part = {
  readonly name: string;
  readonly about: string;
  run(context: Context): Promise<readonly Row[]>;
};

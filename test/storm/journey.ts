import type { Evidence } from './evidence.js';
import type { Person } from './person.js';
import type { Sky } from './sky.js';

/** What people do in a storm, and what must hold of them afterwards. */
export type Journey = {
  readonly name: string;
  /** So many take part in one storm. */
  readonly people: number;
  /** Prepares it while the platform still behaves. */
  begin(people: readonly Person[], sky: Sky): Promise<Run> | Run;
};

/** One journey in one storm. */
export type Run = {
  /** What each of them does. */
  live(person: Person): Promise<void>;
  /** What happens beside them. */
  beside?(): Promise<void>;
  /** What is not as it must be, a sentence each, beyond what must hold of everybody (account.ts). */
  account(evidence: Evidence): Promise<readonly string[]> | readonly string[];
};

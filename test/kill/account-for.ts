import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The independent reader: it knows nothing of the server but what the platform's own journal says was answered, and what the server
 *  itself shows as unknown. */

type Entry = {
  readonly event: string;
  readonly person?: string | null;
  readonly wamid?: string | null;
  readonly callback?: string | null;
  readonly accepted?: boolean;
  readonly ids?: readonly string[];
  readonly answered?: number | null;
};

export type Account = {
  readonly written: number;
  /** Messages that the server said 200 to. */
  readonly acknowledged: number;
  readonly answeredOnce: number;
  /** Not answered, and shown as unknown. */
  readonly shownUnknown: number;
  /** Answered twice, the second time by the one counted resend. */
  readonly resent: number;
  /** Everything that must not be; empty when all is well. */
  readonly wrong: readonly string[];
};

export function readJournal(dataDir: string): Entry[] {
  return readFileSync(join(dataDir, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
}

/** @param unknown people to whom a message is shown as unknown
 *  @param resends how many times the server says it sent something once more */
export function accountFor(
  people: readonly string[],
  journal: readonly Entry[],
  unknown: ReadonlySet<string>,
  resends: number,
): Account {
  const wrong: string[] = [];
  const acknowledged = new Set(
    journal.flatMap((entry) => (entry.event === 'webhook' && entry.answered === 200 ? (entry.ids ?? []) : [])),
  );
  const messageOf = new Map(
    journal.flatMap((entry) => (entry.event === 'inbound' ? [[entry.person ?? '', entry.wamid ?? ''] as const] : [])),
  );
  const sends = new Map<string, Entry[]>();
  for (const entry of journal)
    if (entry.event === 'send' && entry.accepted)
      sends.set(entry.person ?? '', [...(sends.get(entry.person ?? '') ?? []), entry]);
  const sum = { acknowledged: 0, answeredOnce: 0, shownUnknown: 0, resent: 0 };
  for (const person of people) {
    const got = sends.get(person) ?? [];
    if (acknowledged.has(messageOf.get(person) ?? '')) sum.acknowledged += 1;
    else wrong.push(`${person}: the message was never acknowledged`);
    if (got.length === 1) sum.answeredOnce += 1;
    else if (got.length === 0 && unknown.has(person)) sum.shownUnknown += 1;
    else if (got.length === 2 && isResend(got)) sum.resent += 1;
    else wrong.push(`${person}: ${got.length} answers (${got.map((entry) => entry.callback).join(', ')})`);
  }
  for (const person of sends.keys())
    if (!people.includes(person)) wrong.push(`${person}: an answer to somebody who did not write`);
  if (sum.resent > resends) wrong.push(`${sum.resent} were sent twice, and only ${resends} resends were counted`);
  return { written: people.length, ...sum, wrong };
}

/** The same row, another attempt: our callback data is `v1:row:attempt`. */
function isResend([one, other]: readonly Entry[]): boolean {
  const [row, attempt] = splitCallback(one);
  const [otherRow, otherAttempt] = splitCallback(other);
  return row !== undefined && row === otherRow && attempt !== otherAttempt;
}

const splitCallback = (entry: Entry | undefined): (string | undefined)[] => (entry?.callback ?? '').split(':').slice(1);

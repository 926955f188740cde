import { insert, set, type Engine } from '../storage/engine.js';
import { emptyNumber, numbers, PAUSES, type NumberRow, type Pause, type PauseReason } from './number-table.js';

const TRIES = 5;

/** Changes what is known of a number: read, decided, compared and set, a few times if somebody else was quicker.
 *  @param decide undefined: nothing is to be changed @returns the row as it is now @throws StoreUnavailable */
export async function changeNumber(
  engine: Engine,
  phoneNumberId: string,
  decide: (row: NumberRow) => Partial<NumberRow> | undefined,
): Promise<NumberRow> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const row = await engine.get(numbers, phoneNumberId);
    const before = row ?? emptyNumber(phoneNumberId);
    const change = decide(before);
    if (!change) return before;
    const after = { ...before, ...change, version: before.version + 1 };
    const { id, ...fields } = after;
    const op = row ? set(numbers, id, fields, { version: row.version }) : insert(numbers, after);
    if ((await engine.commit([op])) === 'committed') return after;
  }
  throw new Error('conflicts did not end');
}

/** The pauses with some added and some lifted; one that stands keeps its time. Pure. */
export function withChanges(
  paused: readonly Pause[],
  wanted: readonly (readonly [PauseReason, boolean])[],
  now: number,
): readonly Pause[] {
  const changed = new Map(wanted);
  const kept = paused.filter((pause) => changed.get(pause.why) !== false);
  const added = [...changed].filter(([why, on]) => on && !kept.some((pause) => pause.why === why));
  return [...kept, ...added.map(([why]): Pause => ({ what: PAUSES[why], why, since: now }))];
}

/** Adds pauses; an operator lifts them. @returns whether any of them is new @throws StoreUnavailable */
export async function pauseNumber(
  engine: Engine,
  phoneNumberId: string,
  whys: readonly PauseReason[],
  now: number,
): Promise<boolean> {
  let isNew = false;
  await changeNumber(engine, phoneNumberId, ({ paused }) => {
    isNew = whys.some((why) => !paused.some((pause) => pause.why === why));
    return isNew ? { paused: withChanges(paused, whys.map((why) => [why, true] as const), now) } : undefined; // prettier-ignore
  });
  return isNew;
}

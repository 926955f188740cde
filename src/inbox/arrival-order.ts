/** How far the order may run ahead of the clock (when the clock was set back, or more came within a moment than it has steps). */
const AHEAD = 1_000_000;

/** Places of updates in the order of their arrival: ms times 1000 plus a counter, each greater than the one before it in this process. */
export class ArrivalOrder {
  #last = 0;

  next(receivedAt: number): number {
    const earliest = receivedAt * 1_000;
    const following = this.#last + 1;
    this.#last = following > earliest && following - earliest < AHEAD ? following : earliest;
    return this.#last;
  }
}

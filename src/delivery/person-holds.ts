import type { PersonKey } from '../contacts/identity.js';

/** Until when a person's replies wait, once one of them was put off: those that come after it wait as long, so that a person's replies
 *  keep their order. Times are the wall clock's, as in the rows' `dueAt`. */
export class PersonHolds {
  readonly #until = new Map<PersonKey, number>();

  /** 0 when nothing holds the person back. */
  until(person: PersonKey): number {
    return this.#until.get(person) ?? 0;
  }

  /** @returns until when the person waits: never earlier than said before */
  hold(person: PersonKey, until: number, now: number): number {
    const later = Math.max(until, this.until(person));
    this.#until.delete(person);
    this.#until.set(person, later);
    if (this.#until.size > MAX_PEOPLE) this.#prune(now);
    return later;
  }

  #prune(now: number): void {
    for (const [person, until] of this.#until) if (until <= now) this.#until.delete(person);
    // A person forgotten here may at worst hear two replies in the wrong order.
    for (const person of this.#until.keys()) {
      if (this.#until.size <= MAX_PEOPLE / 2) break;
      this.#until.delete(person);
    }
  }
}

const MAX_PEOPLE = 50_000;

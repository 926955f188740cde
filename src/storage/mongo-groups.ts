import { performance } from 'node:perf_hooks';
import { StoreUnavailable } from './engine.js';

/** Gathers calls over a few ms and runs them as one. Members that share a key (a person, a row) never share a group, nor overlap. */

type Member<Input, Output> = {
  readonly input: Input;
  readonly keys: readonly string[];
  readonly until: number;
  resolve(output: Output): void;
  reject(error: unknown): void;
};

export type GroupOptions<Input, Output> = {
  readonly gatherMs: number;
  readonly maxGroup: number;
  readonly maxInFlight: number;
  /** A member hears of its outcome after this long at the latest: then it is told that the store is out. */
  readonly limitMs: number;
  /** One result for each member, in their order. A throw fails all of them. */
  run(members: readonly Input[]): Promise<readonly PromiseSettledResult<Output>[]>;
};

const MAX_WAITING = 20_000;
/** How many waiting members are looked at for one group: those behind must wait longer when so many are blocked. */
const MAX_LOOKED_AT = 2_000;

export class MongoGroups<Input, Output> {
  readonly #options: GroupOptions<Input, Output>;
  #waiting: Member<Input, Output>[] = [];
  /** Everybody who has had no answer yet, oldest first. */
  readonly #unanswered = new Set<Member<Input, Output>>();
  readonly #busyKeys = new Set<string>();
  #inFlight = 0;
  #gathering: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;
  #closing: (() => void) | undefined;
  #closed = false;

  constructor(options: GroupOptions<Input, Output>) {
    this.#options = options;
  }

  submit(input: Input, keys: readonly string[] = []): Promise<Output> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('the store is closed'));
    if (this.#unanswered.size >= MAX_WAITING)
      return Promise.reject(new StoreUnavailable('too many writes are waiting'));
    return new Promise<Output>((resolve, reject) => {
      const member = { input, keys, until: performance.now() + this.#options.limitMs, resolve, reject };
      this.#waiting.push(member);
      this.#unanswered.add(member);
      this.#patience ??= setTimeout(() => this.#giveUp(), this.#options.limitMs);
      this.#schedule(this.#options.gatherMs);
    });
  }

  /** Resolves when all that was submitted is settled. */
  close(): Promise<void> {
    this.#closed = true;
    return new Promise((resolve) => {
      this.#closing = resolve;
      this.#endIfDone();
    });
  }

  #endIfDone(): void {
    if (!this.#closing || this.#inFlight > 0 || this.#waiting.length > 0) return;
    clearTimeout(this.#gathering);
    clearTimeout(this.#patience);
    this.#closing();
  }

  #schedule(afterMs: number): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      while (this.#inFlight < this.#options.maxInFlight && this.#start());
    }, afterMs);
  }

  /** @returns whether there was anything to start */
  #start(): boolean {
    const group: Member<Input, Output>[] = [];
    const later: Member<Input, Output>[] = [];
    const held = new Set<string>();
    let lookedAt = 0;
    for (const member of this.#waiting) {
      lookedAt += 1;
      if (group.length >= this.#options.maxGroup || lookedAt > MAX_LOOKED_AT) break;
      if (member.keys.some((key) => this.#busyKeys.has(key) || held.has(key))) later.push(member);
      else group.push(member);
      for (const key of member.keys) held.add(key);
    }
    if (lookedAt > 0 && group.length + later.length < this.#waiting.length)
      later.push(...this.#waiting.slice(group.length + later.length));
    this.#waiting = later;
    if (group.length === 0) return false;
    for (const member of group) for (const key of member.keys) this.#busyKeys.add(key);
    this.#inFlight += 1;
    void this.#run(group).finally(() => {
      this.#inFlight -= 1;
      for (const member of group) for (const key of member.keys) this.#busyKeys.delete(key);
      if (this.#waiting.length > 0) this.#schedule(0);
      this.#endIfDone();
    });
    return true;
  }

  async #run(group: readonly Member<Input, Output>[]): Promise<void> {
    try {
      const results = await this.#options.run(group.map((member) => member.input));
      group.forEach((member, index) => {
        const result = results[index];
        if (result?.status === 'fulfilled') member.resolve(result.value);
        else member.reject(result?.reason ?? new Error('a group gave no result for one of its members'));
      });
    } catch (error) {
      for (const member of group) member.reject(error);
    } finally {
      for (const member of group) this.#unanswered.delete(member);
    }
  }

  /** Answers those whose time is up. What is in flight keeps its place and its keys until the driver lets go of it: nothing that may
   *  still be written is overtaken. */
  #giveUp(): void {
    this.#patience = undefined;
    const now = performance.now();
    for (const member of this.#unanswered) {
      if (member.until > now) {
        this.#patience = setTimeout(() => this.#giveUp(), member.until - now);
        break;
      }
      this.#unanswered.delete(member);
      member.reject(new StoreUnavailable('the database does not answer'));
    }
    this.#waiting = this.#waiting.filter((member) => this.#unanswered.has(member));
    this.#endIfDone();
  }
}

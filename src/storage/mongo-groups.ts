import { StoreUnavailable } from './engine.js';

/** Gathers calls over a few ms and runs them as one. Members with the same `serial` never share a group, nor overlap. */

type Member<Input, Output> = { readonly input: Input; readonly serial: string | undefined; resolve(output: Output): void; reject(error: unknown): void };

export type GroupOptions<Input, Output> = {
  readonly gatherMs: number;
  readonly maxGroup: number;
  readonly maxInFlight: number;
  /** One result for each member, in their order. A throw fails all of them. */
  run(members: readonly Input[]): Promise<readonly PromiseSettledResult<Output>[]>;
};

const MAX_WAITING = 20_000;

export class MongoGroups<Input, Output> {
  readonly #options: GroupOptions<Input, Output>;
  #waiting: Member<Input, Output>[] = [];
  readonly #busySerials = new Set<string>();
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing: (() => void) | undefined;
  #closed = false;

  constructor(options: GroupOptions<Input, Output>) {
    this.#options = options;
  }

  submit(input: Input, serial?: string): Promise<Output> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('the store is closed'));
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(new StoreUnavailable('too many writes are waiting'));
    return new Promise<Output>((resolve, reject) => {
      this.#waiting.push({ input, serial, resolve, reject });
      this.#schedule(this.#options.gatherMs);
    });
  }

  /** Resolves when all that was submitted is settled. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#inFlight === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#closing = resolve));
  }

  #schedule(afterMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      while (this.#inFlight < this.#options.maxInFlight && this.#start());
    }, afterMs);
  }

  #start(): boolean {
    const group: Member<Input, Output>[] = [];
    const later: Member<Input, Output>[] = [];
    const held = new Set<string>();
    for (const member of this.#waiting) {
      const blocked = member.serial !== undefined && (this.#busySerials.has(member.serial) || held.has(member.serial));
      if (blocked || group.length >= this.#options.maxGroup) later.push(member);
      else group.push(member);
      if (member.serial !== undefined) held.add(member.serial);
    }
    this.#waiting = later;
    if (group.length === 0) return false;
    const serials = group.flatMap((member) => (member.serial === undefined ? [] : [member.serial]));
    for (const serial of serials) this.#busySerials.add(serial);
    this.#inFlight += 1;
    void this.#run(group).finally(() => {
      this.#inFlight -= 1;
      for (const serial of serials) this.#busySerials.delete(serial);
      if (this.#waiting.length > 0) this.#schedule(0);
      else if (this.#inFlight === 0) this.#closing?.();
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
    }
  }
}

/** Reads by id that are asked for at about the same time, as one: a question to another machine costs more than a row of its answer. */

export type GatherOptions<Found> = {
  readonly gatherMs: number;
  readonly idOf: (found: Found) => string;
  /** Those of the ids that are there, in any order. */
  readonly read: (ids: readonly string[]) => Promise<readonly Found[]>;
};

type Asking<Found> = {
  readonly ids: readonly string[];
  resolve(found: Found[]): void;
  reject(error: unknown): void;
};

/** One question asks for so many at the most. */
const MAX_IDS = 1_000;

export class GatheredReads<Found> {
  readonly #options: GatherOptions<Found>;
  #asking: Asking<Found>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GatherOptions<Found>) {
    this.#options = options;
  }

  /** @param ids no more than a question holds. @returns what is there of them, each once, in the order of the ids; read after this call */
  read(ids: readonly string[]): Promise<Found[]> {
    return new Promise((resolve, reject) => {
      this.#asking.push({ ids, resolve, reject });
      if (!this.#timer) this.#timer = setTimeout(() => this.#askAll(), this.#options.gatherMs);
    });
  }

  #askAll(): void {
    this.#timer = undefined;
    let group: Asking<Found>[] = [];
    let size = 0;
    for (const one of this.#asking) {
      if (group.length > 0 && size + one.ids.length > MAX_IDS) {
        void this.#ask(group);
        [group, size] = [[], 0];
      }
      group.push(one);
      size += one.ids.length;
    }
    this.#asking = [];
    if (group.length > 0) void this.#ask(group);
  }

  async #ask(group: readonly Asking<Found>[]): Promise<void> {
    try {
      const rows = await this.#options.read([...new Set(group.flatMap(({ ids }) => ids))]);
      const byId = new Map(rows.map((row) => [this.#options.idOf(row), row]));
      for (const { ids, resolve } of group)
        resolve([...new Set(ids)].map((id) => byId.get(id)).filter((row) => row !== undefined));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

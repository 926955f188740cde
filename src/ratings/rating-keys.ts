import { randomBytes } from 'node:crypto';
import { insert, type Engine } from '../storage/engine.js';
import { ratingKeys, type RatingKeyRow } from './rating-tables.js';
import { KEY_BYTES, NONCE_BYTES, unwrapKey, wrapKey } from './sealed-choice.js';
import type { Week } from './week.js';

export type RatingKey = { readonly id: string; readonly bytes: Buffer };

/** The rating keys of a store, unwrapped in memory only. */
export class RatingKeys {
  readonly #engine: Engine;
  readonly #wrappingKey: Buffer;
  readonly #random: (bytes: number) => Buffer;
  /** Of the week that is being asked in; no other is kept in memory. */
  #current: { readonly week: Week; readonly key: Promise<RatingKey> } | undefined;

  constructor(engine: Engine, wrappingKey: Buffer, random: (bytes: number) => Buffer = randomBytes) {
    this.#engine = engine;
    this.#wrappingKey = wrappingKey;
    this.#random = random;
  }

  /** The key of a week, made when it is first asked for. @throws StoreUnavailable; Error when it is under another SECRET_KEY */
  of(week: Week): Promise<RatingKey> {
    if (this.#current?.week === week) return this.#current.key;
    const key = this.#readOrMake(week);
    const current = { week, key };
    this.#current = current;
    key.catch(() => {
      if (this.#current === current) this.#current = undefined;
    });
    return key;
  }

  /** Those of these that are there and can be unwrapped. */
  async open(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const rows = await this.#engine.getMany(ratingKeys, ids);
    return new Map(
      rows.flatMap((row) => {
        const bytes = unwrapKey(this.#wrappingKey, row.id, row.wrapped);
        return bytes ? [[row.id, bytes] as const] : [];
      }),
    );
  }

  async #readOrMake(week: Week): Promise<RatingKey> {
    const there = await this.#read(week);
    if (there) return there;
    const id = `${week}-${this.#word()}`;
    const bytes = this.#random(KEY_BYTES);
    const wrapped = wrapKey(this.#wrappingKey, id, bytes, this.#random(NONCE_BYTES));
    if ((await this.#engine.commit([insert(ratingKeys, { id, week, wrapped })])) === 'committed') return { id, bytes };
    // Another process was first.
    const theirs = await this.#read(week);
    if (!theirs) throw new Error('a rating key neither could be made nor is there');
    return theirs;
  }

  async #read(week: Week): Promise<RatingKey | undefined> {
    const [row] = await this.#engine.find(ratingKeys, { where: { week }, limit: 1 });
    return row && this.#unwrapped(row);
  }

  #unwrapped(row: RatingKeyRow): RatingKey {
    const bytes = unwrapKey(this.#wrappingKey, row.id, row.wrapped);
    if (!bytes) throw new Error('a rating key is wrapped by another SECRET_KEY');
    return { id: row.id, bytes };
  }

  #word(): string {
    const number = this.#random(4).readUInt32BE();
    return (number % 36 ** 4).toString(36).padStart(4, '0');
  }
}

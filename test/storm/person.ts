import { idsOf } from '../journeys/chat.js';
import { wordsOf, type Bubble, type Customer, type Platform } from '../journeys/platform.js';

/** Somebody in a storm: what they do, what their telephone shows, and how long they wait for it. */

/** What somebody does once. */
export type Deed =
  | { readonly say: string }
  /** The beginning of what is tapped: the first that begins so, or the last. */
  | { readonly tap: string }
  | { readonly tapLast: string }
  | { readonly share: 'number' };

/** What somebody does with a message that shows this: words that fit, or something to tap whose id begins so. */
export type Manner = { readonly sees: RegExp | string; readonly does: Deed | 'end' };

/** What was done, and under which id the platform told of it. */
export type Act = { readonly wamid: string; readonly what: string; readonly at: number };

/** How long to wait after the first try, after the second, and so on: for somebody whom nobody answers tries again. */
export type Patience = readonly number[];

/** Nobody answered, however often they tried. */
export class GaveUp extends Error {}

/** No conversation here is longer. */
const MOST_ACTS = 40;

export class Person {
  customer: Customer;
  /** Messages of ours that are on the telephone, in the order in which they came. */
  readonly seen: Bubble[] = [];
  readonly acts: Act[] = [];
  /** They asked that everything be deleted, and the platform was told so. */
  erased = false;
  /** What they could not bring about, for want of an answer. */
  gaveUp: string | undefined;
  #looked = 0;
  #wake: (() => void) | undefined;

  constructor(
    private readonly platform: Platform,
    customer: Customer,
    readonly language: 'ru' | 'en',
    /** Their place among the people of their journey, from 0. */
    readonly place: number,
    /** That WhatsApp shows for them; found nowhere else. */
    readonly name: string,
    readonly patience: Patience,
  ) {
    this.customer = customer;
  }

  get id(): string {
    return this.customer.id;
  }

  /** How the API finds them. */
  get query(): string {
    const { phone, userId } = this.customer;
    return phone === null ? `userId=${userId}` : `phone=${phone}`;
  }

  arrived(bubble: Bubble): void {
    this.seen.push(bubble);
    this.#wake?.();
  }

  async say(words: string | Record<string, unknown>): Promise<void> {
    const messages = await this.platform.write(this.customer, words);
    const what = typeof words === 'string' ? words : 'a message';
    this.acts.push(...messages.map(({ id }) => ({ wamid: id, what, at: Date.now() })));
  }

  /** @param option an id, the beginning of one, or a place from 0 */
  async tap(bubble: Bubble, option: string | number): Promise<string> {
    const id = typeof option === 'number' ? option : idsOf(bubble).find((each) => each.startsWith(option));
    if (id === undefined) throw new Error(`${this.id}: nothing to tap that begins with ${option}`);
    const { messages } = (await this.platform.tap(this.customer, bubble, id)) as { messages: { id: string }[] };
    this.acts.push(...messages.map((message) => ({ wamid: message.id, what: String(id), at: Date.now() })));
    return String(id);
  }

  /** The next message that was not looked at yet; undefined if none comes in time. */
  async next(withinMs: number): Promise<Bubble | undefined> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const bubble = this.seen[this.#looked];
      if (bubble) {
        this.#looked += 1;
        return bubble;
      }
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
  }

  /** The answer to what was just done, however long it takes; undefined if there is none. */
  answer(): Promise<Bubble | undefined> {
    return this.next(this.patience.reduce((sum, ms) => sum + ms, 0));
  }

  /** Does `first`, then with each message what the first manner that fits says, until one says `end`; whatever fits nothing is let pass.
   *  What is not answered is done again. @returns the message that ended it @throws GaveUp */
  talk(first: Deed, manners: readonly Manner[]): Promise<Bubble> {
    return this.talkOn(undefined, first, manners);
  }

  /** The same, and the first deed is done to a message. */
  async talkOn(first: Bubble | undefined, firstDeed: Deed, manners: readonly Manner[]): Promise<Bubble> {
    this.#looked = this.seen.length;
    let deed = firstDeed;
    let on = first;
    let tries = 0;
    await this.#do(deed, on);
    for (let acts = 1; acts <= MOST_ACTS;) {
      const bubble = await this.next(this.patience[tries] ?? 0);
      const does = bubble && manners.find(({ sees }) => shows(bubble, sees))?.does;
      if (does === 'end') return bubble as Bubble;
      if (bubble && !does) continue;
      if (does && does === deed) {
        // The same question twice, since they said something twice: it is answered already.
        on = bubble;
        continue;
      }
      if (does) {
        [deed, on, tries] = [does, bubble, 0];
      } else {
        tries += 1;
        if (tries >= this.patience.length) throw new GaveUp(`nobody answered ${JSON.stringify(deed)}`);
      }
      acts += 1;
      await this.#do(deed, on);
    }
    throw new Error(`${this.id}: a conversation of more than ${MOST_ACTS} acts, the last ${JSON.stringify(deed)}`);
  }

  async #do(deed: Deed, on: Bubble | undefined): Promise<void> {
    if ('say' in deed) return this.say(deed.say);
    if (!on) throw new Error(`${this.id}: there is nothing to tap yet`);
    if ('share' in deed) await this.tap(on, 0);
    else if ('tap' in deed) await this.tap(on, deed.tap);
    else await this.tap(on, idsOf(on).findLast((id) => id.startsWith(deed.tapLast)) ?? deed.tapLast);
  }
}

const shows = (bubble: Bubble, sees: RegExp | string): boolean =>
  typeof sees === 'string' ? idsOf(bubble).some((id) => id.startsWith(sees)) : sees.test(wordsOf(bubble));

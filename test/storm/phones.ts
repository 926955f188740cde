import { setTimeout as sleep } from 'node:timers/promises';
import type { Bubble } from '../journeys/platform.js';

/** What the telephones of all people show, as it happens: one stream instead of asking for each thread again and again. */

type Seen = Bubble & { readonly personId: string };
type Listener = (bubble: Bubble) => void;

const AGAIN_MS = 200;

export class Phones {
  readonly #listeners = new Map<string, Listener>();
  /** On their way: accepted, and not on the telephone yet. */
  readonly #coming = new Map<string, Seen>();
  readonly #ended = new AbortController();
  #listening: Promise<void> = Promise.resolve();

  private constructor(private readonly url: string) {}

  /** Listens to an emulator; resolves once nothing is missed any more. */
  static async listen(emulatorUrl: string): Promise<Phones> {
    const phones = new Phones(`${emulatorUrl}/_emulator/events`);
    const response = await phones.#open();
    phones.#listening = phones.#follow(response);
    return phones;
  }

  /** `arrived` hears of every message of ours that is delivered to the person, once. */
  of(personId: string, arrived: Listener): void {
    this.#listeners.set(personId, arrived);
  }

  forget(personId: string): void {
    this.#listeners.delete(personId);
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await this.#listening;
  }

  async #open(): Promise<Response> {
    const response = await fetch(this.url, { signal: this.#ended.signal });
    if (!response.ok || !response.body) throw new Error(`no live updates: ${response.status}`);
    return response;
  }

  async #follow(first: Response): Promise<void> {
    let response: Response | undefined = first;
    while (!this.#ended.signal.aborted) {
      try {
        response ??= await this.#open();
        await this.#read(response);
      } catch {
        // The emulator lets a reader go that falls behind: what was missed meanwhile, its people wait for in vain, and say so.
      }
      response = undefined;
      if (!this.#ended.signal.aborted) await sleep(AGAIN_MS);
    }
  }

  async #read({ body }: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#happened(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #happened(event: string): void {
    const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/m.exec(event) ?? [];
    if (name === 'message') {
      const bubble = JSON.parse(data) as Seen;
      if (bubble.direction === 'out' && this.#listeners.has(bubble.personId)) this.#coming.set(bubble.id, bubble);
    } else if (name === 'state') {
      const { id, state } = JSON.parse(data) as { id: string; state: string };
      const bubble = this.#coming.get(id);
      if (!bubble || state === 'sent') return;
      this.#coming.delete(id);
      if (state !== 'failed') this.#listeners.get(bubble.personId)?.({ ...bubble, state });
    }
  }
}

import type { Clock } from '../clock.js';
import type { CloudApi } from '../platform/cloud-api.js';
import type { PhoneNumberId } from '../platform/ids.js';
import type { Pauses } from './pauses.js';

/** How a paused number finds out that the pause may end: after unknowns one queued reply at a time, after a refused token one question at
 *  a time, and that question at once when the process starts, for it may have a new token. */

const REPLY_EVERY_MS = 30_000;
const TOKEN_EVERY_MS = 60_000;

export type ProbingDeps = {
  readonly clock: Clock;
  readonly cloudApi: CloudApi;
  readonly phoneNumberId: PhoneNumberId;
  readonly pauses: Pauses;
  readonly log: Record<'info', (event: string, fields: Record<string, string | number>) => void>;
  /** A question was answered. */
  readonly onDone: () => void;
};

export class Probing {
  readonly #deps: ProbingDeps;
  #replyAt = -Infinity;
  #askedAt = -Infinity;
  #asking = false;

  constructor(deps: ProbingDeps) {
    this.#deps = deps;
  }

  /** A call has just shown why: the first probe comes after a while. */
  pausedNow(): void {
    this.#replyAt = this.#askedAt = this.#deps.clock.monotonic();
  }

  /** Whether a queued reply may leave as a probe. */
  mayProbe(inAir: number): boolean {
    return inAir === 0 && this.#deps.clock.monotonic() - this.#replyAt >= REPLY_EVERY_MS;
  }

  /** A reply left as a probe. */
  noteProbe(): void {
    this.#replyAt = this.#deps.clock.monotonic();
  }

  /** Asks Graph, beside everything else: it may take 10 s to answer. */
  askAboutToken(): void {
    const now = this.#deps.clock.monotonic();
    if (this.#asking || now - this.#askedAt < TOKEN_EVERY_MS) return;
    this.#askedAt = now;
    this.#asking = true;
    void this.#ask()
      .catch(() => undefined) // the store is out: asked again in a minute
      .finally(() => {
        this.#asking = false;
        this.#deps.onDone();
      });
  }

  async #ask(): Promise<void> {
    const { cloudApi, pauses, phoneNumberId, log } = this.#deps;
    const answer = await cloudApi.probe(phoneNumberId);
    if (answer === 'unknown') return;
    if (answer === 'valid') {
      log.info('number.resumed', { why: 'token' });
      await pauses.lift('token');
    }
    await pauses.noteToken(answer === 'valid');
  }
}

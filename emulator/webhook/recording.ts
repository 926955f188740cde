/** One POST as it went out, for a later replay. */
export interface Recorded {
  /** ms since the recording began */
  readonly atMs: number;
  readonly body: string;
  readonly answered: number | null;
}

/** POSTs kept while recording; then it ends by itself. */
export const MAX_RECORDED = 50_000;
const MAX_BYTES = 128 * 1024 * 1024;

/** Keeps what is posted to the server, attempt by attempt, so that the very same traffic can be played again. */
export class Recording {
  private posts: Recorded[] = [];
  private beganAt: number | undefined;
  private bytes = 0;

  get on(): boolean {
    return this.beganAt !== undefined;
  }

  start(): void {
    this.posts = [];
    this.bytes = 0;
    this.beganAt = performance.now();
  }

  stop(): readonly Recorded[] {
    this.beganAt = undefined;
    return this.posts;
  }

  all(): readonly Recorded[] {
    return this.posts;
  }

  note(body: string, answered: number | null, startedAt: number): void {
    if (this.beganAt === undefined) return;
    this.posts.push({ atMs: Math.round(startedAt - this.beganAt), body, answered });
    this.bytes += body.length;
    if (this.posts.length >= MAX_RECORDED || this.bytes >= MAX_BYTES) this.stop();
  }
}

/** The emulator's own time: the machine's, moved by an offset, so that a test may cross a 24 h window without waiting. */
export class Clock {
  private offsetMs = 0;

  /** @returns milliseconds since the epoch, as the pretend platform sees them */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  /** @returns whole seconds since the epoch: the resolution of every timestamp Meta sends (reference §1.3) */
  nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }

  get offset(): number {
    return this.offsetMs;
  }

  setOffset(offsetMs: number): void {
    this.offsetMs = offsetMs;
  }
}

/** Time, handed in so that tests may set it. */
export interface Clock {
  /** Wall-clock time in ms since 1970: what is stored and shown. */
  now(): number;
  /** A clock in ms that never jumps: what leases, rates and time-outs are measured by. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

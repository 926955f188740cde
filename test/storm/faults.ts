/** Every way in which the platform misbehaves, as the emulator's `chaos` setting has it. Chances are high: a storm is short. */
export type Fault = {
  readonly what: string;
  readonly chaos: Readonly<Record<string, unknown>>;
  /** Messages of ours may never reach the person: somebody may wait in vain and give up. Otherwise nobody does. */
  readonly loses?: true;
};

export const FAULTS: readonly Fault[] = [
  { what: 'updates come two and three times', chaos: { duplicate: 0.7 } },
  { what: 'updates overtake each other', chaos: { reorder: 0.7 } },
  { what: 'updates are late', chaos: { delay: 0.7, delayMs: 1_500 } },
  { what: 'updates are lost on their way and come again', chaos: { drop: 0.5 } },
  { what: 'our 200 is not heard', chaos: { deaf: 0.5 } },
  { what: 'updates of different people come in odd batches', chaos: { oddBatches: 1 } },
  {
    what: 'statuses come before the answer to their send',
    chaos: { sends: [{ chance: 0.6, fault: { kind: 'delay', ms: 600 } }] },
  },
  { what: 'answers to sends are lost', chaos: { sends: [{ chance: 0.3, fault: { kind: 'answerLost' } }] } },
  { what: 'connections are reset', chaos: { sends: [{ chance: 0.2, fault: { kind: 'reset' } }] }, loses: true },
  {
    what: 'Graph answers 503 whether it took the message or not',
    chaos: {
      sends: [
        { chance: 0.15, fault: { kind: 'http', httpStatus: 503 } },
        { chance: 0.15, fault: { kind: 'http', httpStatus: 503, accepted: true } },
      ],
    },
    loses: true,
  },
  {
    what: 'Graph says that we send too fast',
    chaos: {
      sends: [
        { chance: 0.2, fault: { kind: 'error', code: 130429, httpStatus: 429, retryAfterSeconds: 1 } },
        // Each doubles its pause twice over: more of them would be a test of patience.
        { chance: 0.1, fault: { kind: 'error', code: 131056 } },
      ],
    },
  },
  { what: 'answers of Graph cannot be read', chaos: { sends: [{ chance: 0.25, fault: { kind: 'unreadable' } }] } },
  {
    what: 'messages fail after they were accepted',
    chaos: { sends: [{ chance: 0.3, fault: { kind: 'failedLater', code: 131026 } }] },
    loses: true,
  },
  {
    what: 'all of it happens at once',
    chaos: {
      ...{ duplicate: 0.3, reorder: 0.3, delay: 0.3, delayMs: 800, drop: 0.2, deaf: 0.2, oddBatches: 0.5 },
      sends: [
        { chance: 0.1, fault: { kind: 'answerLost' } },
        { chance: 0.1, fault: { kind: 'delay', ms: 400 } },
        { chance: 0.1, fault: { kind: 'error', code: 130429, httpStatus: 429, retryAfterSeconds: 1 } },
        { chance: 0.05, fault: { kind: 'reset' } },
      ],
    },
    loses: true,
  },
];

/** The platform behaves. */
export const CALM = {
  ...{ duplicate: 0, reorder: 0, delay: 0, drop: 0, deaf: 0, oddBatches: 0, slow: 0 },
  sends: [],
};

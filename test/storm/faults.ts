/** Every way in which the platform misbehaves, as the emulator's `chaos` setting has it. Chances are high: a storm is short. */
export const FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'updates come two and three times': { duplicate: 0.7 },
  'updates overtake each other': { reorder: 0.7 },
  'updates are late': { delay: 0.7, delayMs: 1_500 },
  'updates are lost on their way and come again': { drop: 0.5 },
  'our 200 is not heard': { deaf: 0.5 },
  'updates of different people come in odd batches': { oddBatches: 1 },
  'statuses come before the answer to their send': { sends: [{ chance: 0.6, fault: { kind: 'delay', ms: 600 } }] },
  'answers to sends are lost': { sends: [{ chance: 0.3, fault: { kind: 'answerLost' } }] },
  'connections are reset': { sends: [{ chance: 0.2, fault: { kind: 'reset' } }] },
  'Graph answers 503 whether it took the message or not': {
    sends: [
      { chance: 0.15, fault: { kind: 'http', httpStatus: 503 } },
      { chance: 0.15, fault: { kind: 'http', httpStatus: 503, accepted: true } },
    ],
  },
  'Graph says that we send too fast': {
    sends: [
      { chance: 0.2, fault: { kind: 'error', code: 130429, httpStatus: 429, retryAfterSeconds: 1 } },
      { chance: 0.2, fault: { kind: 'error', code: 131056 } },
    ],
  },
  'answers of Graph cannot be read': { sends: [{ chance: 0.25, fault: { kind: 'unreadable' } }] },
  'messages fail after they were accepted': { sends: [{ chance: 0.3, fault: { kind: 'failedLater', code: 131026 } }] },
  'all of it happens at once': {
    ...{ duplicate: 0.3, reorder: 0.3, delay: 0.3, delayMs: 800, drop: 0.2, deaf: 0.2, oddBatches: 0.5 },
    sends: [
      { chance: 0.1, fault: { kind: 'answerLost' } },
      { chance: 0.1, fault: { kind: 'delay', ms: 400 } },
      { chance: 0.1, fault: { kind: 'error', code: 130429, httpStatus: 429, retryAfterSeconds: 1 } },
      { chance: 0.05, fault: { kind: 'reset' } },
    ],
  },
};

/** The platform behaves. */
export const CALM = {
  ...{ duplicate: 0, reorder: 0, delay: 0, drop: 0, deaf: 0, oddBatches: 0, slow: 0 },
  sends: [],
};

/** A start that cannot go on for a reason the reader can mend: shown as one sentence, without a stack trace. */
export class Refusal extends Error {}

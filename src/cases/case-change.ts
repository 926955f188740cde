/** What a conversation may ask of `cases`: that a human be called, or that the case go back to the bot. */
export type CaseChange =
  | {
      readonly kind: 'case.open';
      readonly caseId: string;
      readonly reason: 'asked' | 'misunderstood' | 'lateBacklog';
      /** When the person asked for it, by the platform's clock: the consent to `service` is as old. */
      readonly at: number;
      /** When a human will be there at the latest, ms: what the person was promised. */
      readonly promisedAt: number;
    }
  | {
      readonly kind: 'case.close';
      readonly caseId: string;
      readonly at: number;
      readonly by: 'person' | 'agent' | 'silence';
    };

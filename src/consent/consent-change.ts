import type { Topic } from '../contacts/contact-shape.js';

/** Why somebody stops: the platform's own reasons. */
export type StopReason = 'noLonger' | 'didNotSignUp' | 'tooMany' | 'notNeeded' | 'other';

/** When and by which input it was said. */
type Said = { readonly at: number; readonly inputId: string };

/** What a conversation may ask of `consent`. */
export type ConsentChange =
  | (Said & { readonly kind: 'consent.stopAll' })
  | (Said & { readonly kind: 'consent.stop'; readonly topic: Topic })
  /** `wording`: the version of the sentence that they saw. */
  | (Said & {
      readonly kind: 'consent.optIn';
      readonly topic: Topic;
      readonly wording: string;
      /** Where they came from: `link:` and the code of a click-to-chat link. */
      readonly source?: string;
    })
  /** Takes the last stop back; `topic` null: of everything. */
  | (Said & { readonly kind: 'consent.undo'; readonly topic: Topic | null })
  | (Said & { readonly kind: 'consent.reason'; readonly topic: Topic | null; readonly reason: StopReason });

type TopicView = 'in' | 'out' | 'none';

/** What a conversation may know of a person's consent. */
export type ConsentView = {
  readonly topics: Readonly<Record<Topic, TopicView>>;
  /** The stop that one tap takes back. */
  readonly undo?: {
    readonly topic: Topic | null;
    readonly at: number;
    /** What each topic that it took comes back to. */
    readonly back: Readonly<Partial<Record<Topic, TopicView>>>;
  };
};

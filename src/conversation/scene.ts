import type { UnansweredChange } from '../answers/unanswered-change.js';
import type { ConversationChange, Reply } from './turn.js';
import type { ConsentView } from '../consent/consent-change.js';
import type { DocumentSubject } from '../messages/outbound.js';
import type { About } from '../ratings/rating-ask.js';
import type { Facts, OpenCase, Session, StandingCallback } from './session.js';
import type { Tap } from './taps.js';

/** Where a turn stands while its inputs take effect one after the other. */
export type Scene = {
  readonly session: Session;
  readonly facts: Facts;
  readonly now: number;
  /** The case as this turn has left it so far; starts as `facts.openCase`. */
  readonly openCase?: OpenCase;
  /** The call-back as this turn has left it so far; starts as `facts.callback`. */
  readonly callback?: StandingCallback;
  /** What the person agreed to, as this turn has left it so far; starts as `facts.consent`. */
  readonly consent: ConsentView;
  /** Ids of asks that this turn has counted a tap of. */
  readonly rated: readonly string[];
  /** The input that takes effect now. */
  readonly input?: { readonly id: string; readonly at: number };
  /** Whether free-form text may still reach the person (DESIGN §4.5). */
  readonly windowOpen: boolean;
};

/** What a dialog makes of one thing heard: it acts at once, and has something to say if the turn lets it. */
export type Step = { readonly scene: Scene; readonly changes: readonly ConversationChange[]; readonly answer?: Answer };

/** How much an answer matters: of several in a turn the weightiest is said, and of those the last. */
export const WEIGHT = { courtesy: 0, unreadable: 1, greeting: 2, text: 3, command: 4 } as const;

/** Something to be said. Words are chosen when the turn is over: in the language it ended with, of the case it ended with. */
export type Answer = {
  readonly name: string;
  readonly weight: (typeof WEIGHT)[keyof typeof WEIGHT];
  readonly priority: Reply['priority'];
  /** Said even to a person who is muted, or while an agent has the conversation. */
  readonly evenIf?: { readonly muted?: true; readonly agentTalks?: true };
  /** A message that comes too late to be answered is one for a human, unless the answer would have been nothing of weight. */
  readonly lateNeedsHuman: boolean;
  readonly say: (scene: Scene) => Saying;
  /** What must be told in front of another answer that was said instead of this one; undefined if nothing any more. */
  readonly lead?: (scene: Scene) => string | undefined;
  /** The question that this answer leaves open; kept if anything is said at all. */
  readonly leavesOpen?: UnansweredChange;
  /** What the session remembers once it was said. */
  readonly said?: (session: Session, now: number) => Session;
};

/** A reply before it is brought to its lengths. A way to the menu and to a human is in each, but for `text`: that is for somebody
 *  whom an agent is talking to. A `contactRequest` has no room for buttons of ours, so its words name both ways. */
export type Saying =
  | { readonly form: 'contactRequest'; readonly body: string }
  | { readonly form: 'text'; readonly body: string }
  | { readonly form: 'menu'; readonly body: string }
  | {
      readonly form: 'sections';
      readonly body: string;
      readonly button: string;
      readonly sections: readonly { readonly title?: string; readonly rows: readonly SaidRow[] }[];
    }
  | {
      readonly form: 'buttons';
      readonly body: string;
      /** What stands above the body as a file, made at the moment of sending. */
      readonly document?: DocumentSubject;
      readonly buttons: readonly { readonly tap: Tap; readonly title: string }[];
    }
  | {
      readonly form: 'list';
      readonly body: string;
      /** The title of the button that opens the list. */
      readonly button: string;
      readonly rows: readonly SaidRow[];
      /** Five rows to choose stars from, or what they were about, stand above the others. */
      readonly asks?: Asks;
    };

export type Asks = { readonly about: About; readonly topic: string };

/** One row of a list: what a tap on it stands for. */
export type SaidRow = { readonly tap: Tap; readonly title: string; readonly description?: string };

/** A step that changes nothing but what is said. */
export const sayOnly = (scene: Scene, answer: Answer): Step => ({ scene, changes: [], answer });

export const understood = (session: Session): Session => (session.misses === 0 ? session : { ...session, misses: 0 });

/** What a message asks the person to choose: stars, or what the stars were about. */
export type About = 'stars' | 'reasons';

/** The ask as the outbox row holds it (DESIGN §3 "Stars"): whom is asked is the row's, what may be chosen is the same for everybody. */
export type RatingAsk = {
  readonly id: string;
  readonly about: About;
  /** The article that was told, or `service`: the work of people. */
  readonly topic: string;
  readonly language: 'ru' | 'en';
};

/** A choice is a number from 1 to this, in both: so all of them are equally long wherever they are hidden. */
export const CHOICES = 5;

/** What 1 to 5 stand for in `reasons`; never reordered: the numbers are what is counted. */
export const REASONS = ['clarity', 'completeness', 'speed', 'courtesy', 'other'] as const;
export type Reason = (typeof REASONS)[number];

/** The topic of what people did: a case, a call-back. */
export const SERVICE_TOPIC = 'service';

/** A tap that is to be counted: nothing in it says what was chosen to anybody without the week's rating key. */
export type RatingChange = {
  readonly kind: 'rating.tap';
  readonly ask: RatingAsk;
  /** The rating key under which the choice is sealed. */
  readonly key: string;
  readonly sealed: string;
};

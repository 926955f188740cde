import type { Language } from '../conversation/session.js';

/** What a conversation leaves behind when the bot did not know: the question, masked, and nothing of who asked. */
export type UnansweredChange = {
  readonly kind: 'question.unanswered';
  /** As `masked` makes it. */
  readonly text: string;
  readonly language: Language;
  readonly at: number;
};

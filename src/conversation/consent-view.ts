import type { ConsentChange, ConsentView } from '../consent/consent-change.js';
import type { Topic } from '../contacts/contact-shape.js';
import type { Scene } from './scene.js';

/* What a turn knows of consent while its inputs take effect. The ledger's own rules (src/consent) decide when the turn is committed;
 * this is how far a reply has to know them. */

const ALL = ['maintenance', 'news', 'offers', 'service'] as const satisfies readonly Topic[];

/** What people choose from; `service` comes with a case. */
export const CHOSEN_TOPICS = ['maintenance', 'news', 'offers'] as const satisfies readonly Topic[];
export type ChosenTopic = (typeof CHOSEN_TOPICS)[number];

export const NOTHING_AGREED: ConsentView = {
  topics: { maintenance: 'none', news: 'none', offers: 'none', service: 'none' },
};

/** What can be taken back by one tap, for so long. */
export const UNDO_MS = 24 * 3_600_000;

/** When and by which input something is said now. */
export const saidNow = ({ input, now }: Scene): Pick<ConsentChange, 'at' | 'inputId'> => ({
  at: input?.at ?? now,
  inputId: input?.id ?? '',
});

/** @param topic null: everything */
export function afterStop({ topics, undo }: ConsentView, topic: Topic | null, at: number): ConsentView {
  const reached = topic === null ? ALL : [topic];
  const taken = reached.filter((one) => topics[one] !== 'out');
  const back = Object.fromEntries(taken.map((one) => [one, topics[one]]));
  const standing = taken.length > 0 ? { topic, at, back } : stoppedAgain(undo, topic, at);
  return {
    topics: { ...topics, ...Object.fromEntries(reached.map((one) => [one, 'out' as const])) },
    ...(standing && { undo: standing }),
  };
}

/** Said again it takes nothing more: what the first word took can still be given back, but for what was stopped by itself since. */
function stoppedAgain(undo: ConsentView['undo'], topic: Topic | null, at: number): ConsentView['undo'] {
  if (undo?.topic !== topic) return undo && (topic === null ? { ...undo, back: {} } : withoutTopic(undo, topic));
  return at - undo.at <= UNDO_MS ? { ...undo, at } : undefined;
}

function withoutTopic(undo: NonNullable<ConsentView['undo']>, topic: Topic): ConsentView['undo'] {
  const { [topic]: _settled, ...back } = undo.back;
  return { ...undo, back };
}

export function afterOptIn({ topics, undo }: ConsentView, topic: Topic): ConsentView {
  const standing = undo && withoutTopic(undo, topic);
  return { topics: { ...topics, [topic]: 'in' }, ...(standing && { undo: standing }) };
}

export const afterUndo = ({ topics, undo }: ConsentView): ConsentView => ({ topics: { ...topics, ...undo?.back } });

/** Topics that an undo would turn on again. */
export const givesBack = ({ undo }: ConsentView): readonly ChosenTopic[] =>
  CHOSEN_TOPICS.filter((topic) => undo?.back[topic] === 'in');

/** The view after a change of this turn. */
export function afterChange(view: ConsentView, change: ConsentChange): ConsentView {
  switch (change.kind) {
    case 'consent.stopAll':
      return afterStop(view, null, change.at);
    case 'consent.stop':
      return afterStop(view, change.topic, change.at);
    case 'consent.optIn':
      return afterOptIn(view, change.topic);
    case 'consent.undo':
      return afterUndo(view);
    case 'consent.reason':
      return view;
  }
}

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
  const isNew = reached.some((one) => topics[one] !== 'out');
  const standing = isNew ? { topic, at, gives: reached.filter((one) => topics[one] === 'in') } : stoppedAgain(undo, topic, at);
  return {
    topics: { ...topics, ...Object.fromEntries(reached.map((one) => [one, 'out' as const])) },
    ...(standing && { undo: standing }),
  };
}

/** Said again it takes nothing more: what the first word took can still be given back, but for what was stopped by itself since. */
function stoppedAgain(undo: ConsentView['undo'], topic: Topic | null, at: number): ConsentView['undo'] {
  if (undo?.topic !== topic) return undo && { ...undo, gives: undo.gives.filter((one) => one !== topic) };
  return at - undo.at <= UNDO_MS ? { ...undo, at } : undefined;
}

export const afterOptIn = (view: ConsentView, topic: Topic): ConsentView => ({
  topics: { ...view.topics, [topic]: 'in' },
  ...(view.undo && { undo: { ...view.undo, gives: view.undo.gives.filter((one) => one !== topic) } }),
});

export function afterUndo({ topics, undo }: ConsentView): ConsentView {
  const back = undo?.gives.map((topic) => [topic, 'in' as const]) ?? [];
  return { topics: { ...topics, ...Object.fromEntries(back) } };
}

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

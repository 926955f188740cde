import type { StopReason } from '../consent/consent-change.js';
import type { Topic } from '../contacts/contact-shape.js';
import { afterStop, afterUndo, givesBack, saidNow, UNDO_MS, type ChosenTopic } from './consent-view.js';
import { understood, WEIGHT, type Answer, type SaidRow, type Saying, type Scene, type Step } from './scene.js';
import { waysOn } from './small-answers.js';
import { showTopicsInstead, topicNames } from './topics.js';

/* Stop.
 *
 * In any state, muted or with an agent, in the window or not, the word takes effect: nothing unsolicited is sent any more. "Stop these"
 * under a notice stops its topic only. One message confirms it, says what has stopped, asks why (one tap, nobody has to) and offers to
 * take it back; after that there is silence. For 24 hours one tap gives back exactly what the stop took; later it opens the list of
 * topics. A sentence that only sounds like a stop is asked about first. While an agent talks nothing here sends the agent away. */

export const REASONS = [
  'noLonger',
  'didNotSignUp',
  'tooMany',
  'notNeeded',
  'other',
] as const satisfies readonly StopReason[];

const always = { priority: 'reserved', evenIf: { muted: true, agentTalks: true }, lateNeedsHuman: false } as const;
const agentTalks = ({ openCase }: Scene): boolean => openCase?.state === 'open';

export function stopAll(scene: Scene): Step {
  const said = saidNow(scene);
  return {
    scene: { ...scene, consent: afterStop(scene.consent, null, said.at) },
    changes: [{ kind: 'consent.stopAll', ...said }],
    answer: stopped(null),
  };
}

export function stopTopic(scene: Scene, topic: Topic): Step {
  const said = saidNow(scene);
  return {
    scene: { ...scene, consent: afterStop(scene.consent, topic, said.at) },
    changes: [{ kind: 'consent.stop', topic, ...said }],
    answer: stopped(topic),
  };
}

const stopped = (topic: Topic | null): Answer => ({
  ...always,
  name: topic === null ? 'stop' : `stop.${topic}`,
  weight: WEIGHT.command,
  say: (scene) => confirmation(scene, topic),
  lead: (scene) => sentence(scene, topic),
  said: understood,
});

function sentence({ session, facts }: Scene, topic: Topic | null): string {
  return topic === null
    ? facts.texts.say(session.language, 'stop')
    : facts.texts.say(session.language, 'stop.topic', { topic });
}

function confirmation(scene: Scene, topic: Topic | null): Saying {
  const { session, facts } = scene;
  const say = (key: 'stop.ask' | 'stop.choose' | 'stop.why' | 'stop.else') => facts.texts.say(session.language, key);
  const reasons = REASONS.map((reason): SaidRow => ({
    tap: { to: 'reason', topic, reason },
    title: facts.texts.say(session.language, `stop.reason.${reason}`),
  }));
  const ways = agentTalks(scene) ? [] : waysOn(scene);
  return {
    form: 'sections',
    body: `${sentence(scene, topic)}\n\n${say('stop.ask')}`,
    button: say('stop.choose'),
    sections: [
      { title: say('stop.why'), rows: reasons },
      { title: say('stop.else'), rows: [undoRow(scene, topic), ...ways] },
    ],
  };
}

const undoRow = ({ session, facts, consent, now }: Scene, topic: Topic | null): SaidRow => ({
  tap: { to: 'undo', topic, at: consent.undo?.at ?? now },
  title: facts.texts.say(session.language, 'stop.undo'),
});

export const takeReason = (scene: Scene, topic: Topic | null, reason: StopReason): Step => ({
  scene,
  changes: [{ kind: 'consent.reason', topic, reason, ...saidNow(scene) }],
  answer: thanked(topic),
});

const thanked = (topic: Topic | null): Answer => ({
  ...always,
  name: 'stop.reason',
  weight: WEIGHT.command,
  say: (scene) => {
    const body = scene.facts.texts.say(scene.session.language, 'stop.thanks');
    if (agentTalks(scene)) return { form: 'text', body };
    return { form: 'buttons', body, buttons: [undoRow(scene, topic), ...waysOn(scene)] };
  },
  said: understood,
});

/** @param at of the stop that the button belongs to */
export function undoStop(scene: Scene, topic: Topic | null, at: number): Step {
  const { undo } = scene.consent;
  const said = saidNow(scene);
  if (!undo || undo.topic !== topic || undo.at !== at || said.at < at || said.at - at > UNDO_MS)
    return showTopicsInstead(scene);
  const given = givesBack(scene.consent);
  return {
    scene: { ...scene, consent: afterUndo(scene.consent) },
    changes: [{ kind: 'consent.undo', topic, ...said }],
    answer: {
      ...always,
      name: 'undo',
      weight: WEIGHT.command,
      say: (after) => undone(after, given),
      said: understood,
    },
  };
}

/** The row that takes the last stop back, while it can be and gives anything back. */
export function undoRows(scene: Scene): readonly SaidRow[] {
  const { undo } = scene.consent;
  return undo && isFresh(scene, undo) && givesBack(scene.consent).length > 0 ? [undoRow(scene, undo.topic)] : [];
}

const isFresh = (scene: Scene, undo: { readonly at: number }): boolean => saidNow(scene).at - undo.at <= UNDO_MS;

/** The button's words, typed. Only while a stop can be taken back and no other question is open; undefined otherwise. */
export function takeBackInWords(scene: Scene): Step | undefined {
  const { undo } = scene.consent;
  if (!undo || scene.session.dialog.name !== 'menu' || !isFresh(scene, undo)) return undefined;
  return givesBack(scene.consent).length > 0 ? undoStop(scene, undo.topic, undo.at) : showTopicsInstead(scene);
}

function undone(scene: Scene, given: readonly ChosenTopic[]): Saying {
  const { session, facts } = scene;
  const body =
    given.length > 0
      ? facts.texts.say(session.language, 'stop.undone', { topics: topicNames(scene, given) })
      : facts.texts.say(session.language, 'stop.undoneNothing');
  if (agentTalks(scene)) return { form: 'text', body };
  const topics = { tap: { to: 'topics' }, title: facts.texts.say(session.language, 'button.topics') } as const;
  return { form: 'buttons', body, buttons: [topics, ...waysOn(scene)] };
}

const asked: Answer = {
  name: 'maybeStop',
  weight: WEIGHT.command,
  priority: 'ordinary',
  evenIf: { muted: true },
  lateNeedsHuman: true,
  say: (scene) => ({
    form: 'buttons',
    body: scene.facts.texts.say(scene.session.language, 'stop.maybe'),
    buttons: [
      { tap: { to: 'stop', topic: null }, title: scene.facts.texts.say(scene.session.language, 'stop.yes') },
      ...waysOn(scene),
    ],
  }),
  said: understood,
};

export const askWhetherToStop = (scene: Scene): Step => ({ scene, changes: [], answer: asked });

import type { Topic } from '../contacts/contact-shape.js';
import { afterOptIn, afterStop, CHOSEN_TOPICS, saidNow, type ChosenTopic } from './consent-view.js';
import { sayOnly, understood, WEIGHT, type Answer, type SaidRow, type Saying, type Scene, type Step } from './scene.js';
import { waysOn } from './small-answers.js';

/* What the person hears from us about.
 *
 * "Подписки", "subscriptions" or the menu's row show the topics, on and off; a tap turns one on or off and shows them again. Nobody is
 * subscribed by a menu alone: above the rows stands, for every topic that is off, the sentence that the person agrees to, with the
 * company's name and what will come. The row's id holds the version and the language of that sentence, and the ledger keeps it. */

/** The versions of the sentences `consent.*`. A sentence that changes in any language gets another one: a test holds them together. */
export const CONSENT_VERSIONS: Readonly<Record<ChosenTopic, number>> = { maintenance: 1, news: 1, offers: 1 };

const agentTalks = ({ openCase }: Scene): boolean => openCase?.state === 'open';

export const showTopics = (scene: Scene): Step =>
  sayOnly(
    scene,
    listed('topics', (shown) => introOf(shown)),
  );

/** For an undo that comes too late. */
export const showTopicsInstead = (scene: Scene): Step =>
  sayOnly(scene, {
    ...listed('topics', ({ session, facts }) => facts.texts.say(session.language, 'topics.late')),
    lateNeedsHuman: false,
  });

/** @param wording version and language of the sentence that they saw */
export function optIn(scene: Scene, topic: Topic, wording: string): Step {
  return {
    scene: { ...scene, consent: afterOptIn(scene.consent, topic) },
    changes: [{ kind: 'consent.optIn', topic, wording: `${topic}.${wording}`, ...saidNow(scene) }],
    answer: toggled(topic, 'topics.on'),
  };
}

export function optOut(scene: Scene, topic: Topic): Step {
  const said = saidNow(scene);
  return {
    scene: { ...scene, consent: afterStop(scene.consent, topic, said.at) },
    changes: [{ kind: 'consent.stop', topic, ...said }],
    answer: toggled(topic, 'topics.off'),
  };
}

/** What a tap has done is told even while an agent talks. */
const toggled = (topic: Topic, key: 'topics.on' | 'topics.off'): Answer => ({
  ...listed(`${key}.${topic}`, ({ session, facts }) => facts.texts.say(session.language, key, { topic })),
  evenIf: { muted: true, agentTalks: true },
  lateNeedsHuman: false,
  lead: ({ session, facts }) => facts.texts.say(session.language, key, { topic }),
});

const listed = (name: string, firstLine: (scene: Scene) => string): Answer => ({
  name,
  weight: WEIGHT.command,
  priority: 'ordinary',
  lateNeedsHuman: true,
  say: (scene) => (agentTalks(scene) ? { form: 'text', body: firstLine(scene) } : topicList(scene, firstLine(scene))),
  said: understood,
});

function introOf({ session, facts }: Scene): string {
  return facts.texts.say(session.language, 'topics.body', { company: facts.companyName });
}

function topicList(scene: Scene, firstLine: string): Saying {
  const { session, facts, consent } = scene;
  const { language } = session;
  const off = CHOSEN_TOPICS.filter((topic) => consent.topics[topic] !== 'in');
  const sentences = off.map((topic) => facts.texts.say(language, `consent.${topic}`, { company: facts.companyName }));
  const rows = CHOSEN_TOPICS.map((topic) => topicRow(scene, topic));
  const isAnyOn = off.length < CHOSEN_TOPICS.length;
  const stop: SaidRow = { tap: { to: 'stop', topic: null }, title: facts.texts.say(language, 'topics.stopAll') };
  return {
    form: 'list',
    body: [firstLine, ...sentences, facts.texts.say(language, 'topics.how')].join('\n\n'),
    button: facts.texts.say(language, 'topics.choose'),
    rows: [...rows, ...(isAnyOn ? [stop] : []), ...waysOn(scene)],
  };
}

function topicRow({ session: { language }, facts: { texts }, consent }: Scene, topic: ChosenTopic): SaidRow {
  const name = texts.say(language, `topic.${topic}`);
  if (consent.topics[topic] === 'in')
    return { tap: { to: 'optOut', topic }, title: `✅ ${name}`, description: texts.say(language, 'topic.isOn') };
  const wording = `${CONSENT_VERSIONS[topic]}.${language}`;
  return { tap: { to: 'optIn', topic, wording }, title: `⬜ ${name}`, description: texts.say(language, 'topic.isOff') };
}

/** "Новости и предложения". */
export const topicNames = (
  { session: { language }, facts: { texts } }: Scene,
  topics: readonly ChosenTopic[],
): string => new Intl.ListFormat(language).format(topics.map((topic) => texts.say(language, `topic.${topic}`)));

import type { EntryCode } from '../entry/entry-code.js';
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

/** They came by a click-to-chat link of ours: its topic is shown first, and its row holds where they came from. The link's site is theirs
 *  from then on. */
export function enterBy(scene: Scene, entry: EntryCode): Step {
  const body = ({ session, facts }: Scene) =>
    facts.texts.say(session.language, 'entry.welcome', { company: facts.companyName });
  const { at } = saidNow(scene);
  return { ...sayOnly(scene, listed('entry', body, entry)), changes: [{ kind: 'entry.came', code: entry.code, at }] };
}

/** @param wording version and language of the sentence that they saw, and the code of the link that led there */
export function optIn(scene: Scene, topic: Topic, wording: string): Step {
  const [version = '', language = '', code = ''] = wording.split('.');
  // Rows are ours, but what comes back from a phone is anybody's.
  const source = scene.facts.entryOf?.(code)?.code;
  return {
    scene: { ...scene, consent: afterOptIn(scene.consent, topic) },
    changes: [
      {
        ...{ kind: 'consent.optIn', topic, wording: `${topic}.${version}.${language}`, ...saidNow(scene) },
        ...(source === undefined ? {} : { source: `link:${source}` }),
      },
    ],
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

const listed = (name: string, firstLine: (scene: Scene) => string, entry?: EntryCode): Answer => ({
  name,
  weight: WEIGHT.command,
  priority: 'ordinary',
  lateNeedsHuman: true,
  say: (scene) =>
    agentTalks(scene) ? { form: 'text', body: firstLine(scene) } : topicList(scene, firstLine(scene), entry),
  said: understood,
});

function introOf({ session, facts }: Scene): string {
  return facts.texts.say(session.language, 'topics.body', { company: facts.companyName });
}

function topicList(scene: Scene, firstLine: string, entry?: EntryCode): Saying {
  const { session, facts, consent } = scene;
  const { language } = session;
  const off = CHOSEN_TOPICS.filter((topic) => consent.topics[topic] !== 'in');
  const sentences = off.map((topic) => facts.texts.say(language, `consent.${topic}`, { company: facts.companyName }));
  // Stable: but for the one that they came for, the order is always the same.
  const order = CHOSEN_TOPICS.toSorted((one, other) => Number(other === entry?.topic) - Number(one === entry?.topic));
  const rows = order.map((topic) => topicRow(scene, topic, entry));
  const isAnyOn = off.length < CHOSEN_TOPICS.length;
  const stop: SaidRow = { tap: { to: 'stop', topic: null }, title: facts.texts.say(language, 'topics.stopAll') };
  return {
    form: 'list',
    body: [firstLine, ...sentences, facts.texts.say(language, 'topics.how')].join('\n\n'),
    button: facts.texts.say(language, 'topics.choose'),
    rows: [...rows, ...(isAnyOn ? [stop] : []), ...waysOn(scene)],
  };
}

function topicRow(
  { session: { language }, facts: { texts }, consent }: Scene,
  topic: ChosenTopic,
  entry: EntryCode | undefined,
): SaidRow {
  const name = texts.say(language, `topic.${topic}`);
  if (consent.topics[topic] === 'in')
    return { tap: { to: 'optOut', topic }, title: `✅ ${name}`, description: texts.say(language, 'topic.isOn') };
  const from = entry?.topic === topic ? `.${entry.code}` : '';
  const wording = `${CONSENT_VERSIONS[topic]}.${language}${from}`;
  return { tap: { to: 'optIn', topic, wording }, title: `⬜ ${name}`, description: texts.say(language, 'topic.isOff') };
}

/** "Новости и предложения". */
export const topicNames = (
  { session: { language }, facts: { texts } }: Scene,
  topics: readonly ChosenTopic[],
): string => new Intl.ListFormat(language).format(topics.map((topic) => texts.say(language, `topic.${topic}`)));

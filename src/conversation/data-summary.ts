import type { KnownOfPerson } from '../contacts/personal-document.js';
import { CHOSEN_TOPICS } from './consent-view.js';
import type { Facts, Language } from './session.js';
import { shorten } from './shorten.js';
import { LIMITS } from './wording.js';
import { dayIs } from './when.js';

/** What we know of a person in a few lines, to stand under `body`.
 *  @param body the words of the message as it waited
 *  @returns at most as long as a message with buttons may be */
export function withSummary(
  body: string,
  known: KnownOfPerson,
  language: Language,
  { texts, timeZone }: Pick<Facts, 'texts' | 'timeZone'>,
): string {
  const { name, phones, messages, since } = known;
  const topics = CHOSEN_TOPICS.filter((topic) => known.topics.includes(topic));
  const names = topics.map((topic) => texts.say(language, `topic.${topic}`).toLowerCase()).join(', ');
  const count = (table: string) => known.rows.get(table) ?? 0;
  const lines = [
    name === null ? [] : texts.say(language, 'data.name', { name: shorten(name, MOST_OF_NAME) }),
    phones.length > 0
      ? texts.say(language, 'data.phones', { phones: phones.join(', ') })
      : texts.say(language, 'data.noPhone'),
    texts.say(language, 'data.language', { language: known.language ?? 'none' }),
    topics.length > 0 ? texts.say(language, 'data.topics', { topics: names }) : texts.say(language, 'data.noTopics'),
    messages > 0 && since !== null
      ? texts.say(language, 'data.messages', { count: messages, day: dayIs(since, language, timeZone) })
      : texts.say(language, 'data.noMessages'),
    count('cases') > 0 ? texts.say(language, 'data.cases', { count: count('cases') }) : [],
    count('callbacks') > 0 ? texts.say(language, 'data.callbacks', { count: count('callbacks') }) : [],
    texts.say(language, 'data.ratings'),
  ].flat();
  return shorten(`${body}\n\n${lines.map((line) => `• ${line}`).join('\n')}`, LIMITS.interactiveBody);
}

/** People call themselves what they like; the file has all of it. */
const MOST_OF_NAME = 100;

import { z } from 'zod';
import type { ContactRow } from './contact-tables.js';
import type { ContactId } from './identity.js';

/** What people can be written to about, each opted into on its own (INTERFACE "Contacts"). `service` comes by ordering a call-back or
 *  opening a case, never by a list. */
export const TOPICS = ['maintenance', 'news', 'offers', 'service'] as const;
export type Topic = (typeof TOPICS)[number];

const TopicState = z
  .object({ state: z.enum(['in', 'out', 'none']), since: z.iso.datetime().nullable() })
  .meta({ id: 'TopicState' });
export type TopicState = z.output<typeof TopicState>;
export type Topics = Readonly<Record<Topic, TopicState>>;

/** Reads what each contact wants to hear about. */
export type ReadTopics = (contactIds: readonly ContactId[]) => Promise<ReadonlyMap<string, Topics>>;

const NONE: TopicState = { state: 'none', since: null };
export const NO_TOPICS: Topics = { maintenance: NONE, news: NONE, offers: NONE, service: NONE };

export const Contact = z
  .object({
    id: z.string().meta({ example: '0mk1f8x2m0aQ7dR2' }),
    name: z.string().nullable().meta({ example: 'Анна' }),
    language: z.string().nullable().meta({ example: 'ru' }),
    timeZone: z.string().nullable().meta({ example: 'Europe/Moscow' }),
    tags: z.array(z.string()).meta({ example: ['vip'] }),
    sites: z.array(z.string()).meta({ example: ['M9'] }),
    identities: z
      .array(z.object({ kind: z.enum(['phone', 'userId', 'parentUserId']), value: z.string() }))
      .meta({ example: [{ kind: 'phone', value: '79161234567' }] }),
    topics: z.object({ maintenance: TopicState, news: TopicState, offers: TopicState, service: TopicState }),
  })
  .meta({ id: 'Contact' });

export const shownContact = (row: ContactRow, topics: Topics = NO_TOPICS): z.output<typeof Contact> => ({
  id: row.id,
  name: row.name,
  language: row.language,
  timeZone: row.timeZone,
  tags: [...row.tags],
  sites: [...row.sites],
  identities: row.identities.map(({ kind, value }) => ({ kind, value })),
  topics: { ...topics },
});

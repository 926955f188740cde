import { z } from 'zod';
import type { Emulator } from '../emulator.js';
import { MAX_DEVICES, MAX_PEOPLE, type Person } from '../phone/people.js';
import { sendInbound } from '../phone/inbound.js';
import { tap } from '../phone/taps.js';
import { changeNumber, changeUserId, openChat, switchPhone } from '../phone/telephone.js';
import { bubbleOf } from '../phone/bubble.js';
import { orRefuse, personOf, Refusal, route, wholeNumber, type Route } from './route.js';

const phone = z.string().regex(/^\+?\d{5,20}$/);
const userId = z.string().regex(/^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$/, 'a BSUID looks like KZ.8h2Kq');
const PersonBody = z.object({
  id: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
  name: z.string().max(200).optional(),
  username: z.string().max(36).nullish(),
  phone: phone.nullish().describe('absent or null: somebody who shows no number'),
  userId: userId.nullish().describe('BSUID; made when absent; null for none'),
  parentUserId: userId.nullish(),
  phoneVisible: z.boolean().optional().describe('false: webhooks leave the number out'),
  language: z.string().max(10).optional(),
  readReceipts: z.boolean().optional(),
  autoDeliver: z.boolean().optional().describe('false: the telephone is off'),
  autoRead: z.boolean().optional().describe('everything is read as soon as it is delivered'),
  devices: z
    .number()
    .int()
    .min(1)
    .max(MAX_DEVICES)
    .optional()
    .describe('each further one tells delivered once more, later'),
  script: z.string().max(64).nullish().describe('name of the script that acts for them'),
});
const Many = PersonBody.omit({ id: true, userId: true, phone: true }).extend({
  count: z.number().int().min(1).max(MAX_PEOPLE),
  firstPhone: z
    .string()
    .regex(/^\d{5,18}$/)
    .describe('the next ones count up from it'),
  idPrefix: z
    .string()
    .regex(/^[\w.-]{1,40}$/)
    .optional(),
  windowOpen: z.boolean().optional().describe('as if each had just written'),
});

const Draft = z
  .looseObject({
    type: z.string().max(40).optional(),
    text: z.union([z.string(), z.looseObject({})]).optional(),
    id: z.string().min(1).max(300).optional(),
    timestamp: z.union([z.string().regex(/^\d+$/), z.number().int()]).optional(),
  })
  .describe(
    "Meta's own shape of messages[]; text may be a plain string; media fill themselves in (dataBase64 for bytes)",
  );
const Options = {
  omitPhone: z.boolean().optional(),
  omitUserId: z.boolean().optional(),
  omitContacts: z.boolean().optional(),
  times: z.number().int().min(1).max(10_000).optional().describe('the same POST this many times, in parallel'),
};
const MessagesBody = z.union([
  z.looseObject({ messages: z.array(Draft).min(1).max(1_000), ...Options }).describe('several messages in one POST'),
  Draft.extend(Options),
]);

/** The most recently active, without sorting a hundred thousand for a page that shows two hundred. */
function lastActive(people: Iterable<Person>, limit: number): Person[] {
  const all = [...people];
  const newestFirst = (a: Person, b: Person) => b.lastActivityAt - a.lastActivityAt;
  if (all.length <= limit * 10) return all.sort(newestFirst).slice(0, limit);
  const active = all.filter((person) => person.lastActivityAt > 0).sort(newestFirst);
  if (active.length >= limit) return active.slice(0, limit);
  const quiet = all.filter((person) => person.lastActivityAt <= 0);
  return [...active, ...quiet.slice(0, limit - active.length)];
}

const shown = (person: Person) => ({ ...person, pairTokens: undefined, pairAt: undefined });

/** Somebody who may write: WhatsApp does not let one write to a business one has blocked. */
function writer(emulator: Emulator, id: string | undefined): Person {
  const person = personOf(emulator, id);
  if (person.blocks) throw new Refusal(409, `${person.name} has blocked the business and must unblock it to write`);
  return person;
}

/** People: making them, changing them, and what they do with their telephone. */
export const peopleRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/people',
    summary: 'People, last active first',
    query: ['limit'],
    handle: ({ emulator, query }) => {
      const limit = wholeNumber(query['limit'], 100, MAX_PEOPLE);
      const people = lastActive(emulator.people.all(), limit);
      return {
        total: emulator.people.size,
        items: people.map((person) => {
          const last = emulator.threads.of(person.id).at(-1);
          return { ...shown(person), ...(last ? { last: bubbleOf(emulator, last) } : {}) };
        }),
      };
    },
  }),
  route({
    method: 'post',
    path: '/people',
    summary: 'Make one person, or {people: [...]}',
    body: z.union([z.object({ people: z.array(PersonBody).min(1).max(10_000) }), PersonBody]),
    status: 201,
    handle: ({ emulator, body }) => {
      const wanted = 'people' in body ? body.people : [body];
      const made = wanted.map((each) => shown(orRefuse(emulator.people.add(each))));
      emulator.snapshot.touch();
      emulator.events.emit('people', {});
      return 'people' in body ? { items: made } : made[0];
    },
  }),
  route({
    method: 'post',
    path: '/people/bulk',
    summary: 'Make many people with numbers that count up: ids <idPrefix>0, <idPrefix>1, …',
    body: Many,
    status: 201,
    handle: ({ emulator, body }) => {
      const { count, firstPhone, idPrefix = 'load', windowOpen, ...rest } = body;
      const now = emulator.clock.now();
      for (let n = 0; n < count; n++) {
        const wanted = { ...rest, id: `${idPrefix}${n}`, phone: String(BigInt(firstPhone) + BigInt(n)) };
        const person = orRefuse(emulator.people.add({ name: `Customer ${n}`, ...wanted }));
        if (windowOpen) person.lastInboundAt = now;
      }
      emulator.snapshot.touch();
      emulator.events.emit('people', {});
      return { made: count };
    },
  }),
  route({
    method: 'get',
    path: '/people/{id}',
    summary: 'One person',
    handle: ({ emulator, params }) => shown(personOf(emulator, params['id'])),
  }),
  route({
    method: 'patch',
    path: '/people/{id}',
    summary: 'Change a person quietly: no system message is sent',
    body: PersonBody.omit({ id: true }),
    handle: ({ emulator, params, body }) => {
      const person = personOf(emulator, params['id']);
      const { autoDeliver, ...rest } = body;
      const wrong = emulator.people.patch(person, rest);
      if (wrong) throw new Refusal(409, wrong);
      if (autoDeliver !== undefined) switchPhone(emulator, person, autoDeliver);
      emulator.snapshot.touch();
      emulator.events.emit('people', {});
      return shown(person);
    },
  }),
  route({
    method: 'get',
    path: '/people/{id}/messages',
    summary: "The person's thread, oldest first; the last `limit` of it",
    query: ['limit'],
    handle: ({ emulator, params, query }) => {
      const thread = emulator.threads.of(personOf(emulator, params['id']).id);
      const limit = wholeNumber(query['limit'], 1_000, 1_250);
      return { items: thread.slice(Math.max(0, thread.length - limit)).map((each) => bubbleOf(emulator, each)) };
    },
  }),
  route({
    method: 'post',
    path: '/people/{id}/messages',
    summary: 'The person writes: any inbound type',
    body: MessagesBody,
    status: 201,
    handle: ({ emulator, params, body }) => {
      const { omitPhone, omitUserId, omitContacts, times, ...rest } = body;
      const drafts = 'messages' in rest && Array.isArray(rest['messages']) ? rest['messages'] : [rest];
      const options = { omitPhone, omitUserId, omitContacts, times };
      return { messages: sendInbound(emulator, writer(emulator, params['id']), drafts, options) };
    },
  }),
  route({
    method: 'post',
    path: '/people/{id}/tap',
    summary: 'The person taps a button or a list row of a message, or answers a request for number or place',
    body: z.object({
      messageId: z.string(),
      option: z
        .union([z.string(), z.number().int().min(0)])
        .optional()
        .describe("the option's id, or its place from 0; accept or reject for a call"),
      response: z.looseObject({}).optional().describe('what was entered into a form (flow, address)'),
    }),
    status: 201,
    handle: ({ emulator, params, body }) => {
      const person = writer(emulator, params['id']);
      const message = emulator.threads.get(body.messageId);
      if (!message || message.personId !== person.id || message.direction !== 'out') {
        throw new Refusal(404, 'that person has no such message from the business');
      }
      return { messages: [orRefuse(tap(emulator, person, message, body.option, body.response))] };
    },
  }),
  route({
    method: 'post',
    path: '/people/{id}/read',
    summary: 'The person opens the chat: what was delivered becomes read',
    handle: ({ emulator, params }) => ({ read: openChat(emulator, personOf(emulator, params['id'])) }),
  }),
  route({
    method: 'post',
    path: '/people/{id}/change-number',
    summary: 'A new phone number, told by a system message (user_changed_number)',
    body: z.object({ phone, userId: userId.optional() }),
    handle: ({ emulator, params, body }) => ({
      message: orRefuse(changeNumber(emulator, personOf(emulator, params['id']), body.phone, body.userId)),
    }),
  }),
  route({
    method: 'post',
    path: '/people/{id}/change-user-id',
    summary: 'A new BSUID, told by a system message (user_changed_user_id)',
    body: z.object({ userId: userId.optional() }),
    handle: ({ emulator, params, body }) => ({
      message: orRefuse(changeUserId(emulator, personOf(emulator, params['id']), body.userId)),
    }),
  }),
];

import { z } from 'zod';
import { addFirstPeople, takeUp } from '../emulator.js';
import { firstAccount } from '../graph/account/account.js';
import { handshake } from '../graph/account/handshake.js';
import { defaultSettings } from '../settings.js';
import { qualityOf } from '../rules/standing.js';
import { orRefuse, personOf, Refusal, route, wholeNumber, type Route } from './route.js';
import { FaultKindBody } from './fault-body.js';
import { postRaw, RawWebhook } from './raw-webhook.js';

const FaultTarget = z.object({
  times: z
    .union([z.number().int().min(1), z.literal('all')])
    .optional()
    .describe('1 when absent'),
  personId: z.string().optional(),
});

/** The platform itself: faults, clock, journal, statuses by hand, raw webhooks, reset. */
export const platformRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/state',
    summary: 'What is going on: counts, settings, clock, faults',
    handle: ({ emulator }) => ({
      phoneNumberId: emulator.number.phoneNumberId,
      businessAccountId: emulator.options.businessAccountId,
      displayPhoneNumber: emulator.number.displayPhoneNumber,
      people: emulator.people.size,
      messages: emulator.threads.size,
      webhooksWaiting: emulator.webhooks.pending,
      serverAnswers: emulator.webhooks.serverAnswers,
      clock: { now: new Date(emulator.clock.now()).toISOString(), offsetMs: emulator.clock.offset },
      settings: emulator.settings,
      faults: emulator.faults.all(),
      quality: qualityOf(emulator),
      tierUsed: emulator.tier.used,
      feedback: emulator.feedback.sum(),
      stars: emulator.feedback.stars,
      automation: emulator.account.automation,
    }),
  }),
  route({
    method: 'post',
    path: '/clock',
    summary: 'Move the clock: {offsetMs} from the real time, or {advanceMs} from where it stands',
    body: z.union([z.strictObject({ offsetMs: z.number().int() }), z.strictObject({ advanceMs: z.number().int() })]),
    handle: ({ emulator, body: move }) => {
      const before = emulator.clock.offset;
      emulator.clock.setOffset('offsetMs' in move ? move.offsetMs : before + move.advanceMs);
      emulator.agenda.moved(emulator.clock.offset - before);
      emulator.snapshot.touch();
      return { now: new Date(emulator.clock.now()).toISOString(), offsetMs: emulator.clock.offset };
    },
  }),
  route({
    method: 'get',
    path: '/faults',
    summary: 'Faults waiting to be applied',
    handle: ({ emulator }) => ({ items: emulator.faults.all() }),
  }),
  route({
    method: 'post',
    path: '/faults',
    summary: 'Make the next sends go wrong',
    body: FaultKindBody.and(FaultTarget),
    status: 201,
    handle: ({ emulator, body: { times = 1, personId, ...kind } }) => {
      if (personId) personOf(emulator, personId);
      return orRefuse(emulator.faults.add(kind, times === 'all' ? null : times, personId));
    },
  }),
  route({
    method: 'delete',
    path: '/faults',
    summary: 'Take all faults away',
    handle: ({ emulator }) => {
      emulator.faults.clear();
      return { items: [] };
    },
  }),
  route({
    method: 'delete',
    path: '/faults/{id}',
    summary: 'Take one fault away',
    handle: ({ emulator, params }) => {
      if (!emulator.faults.remove(params['id'] ?? '')) throw new Refusal(404, 'there is no such fault');
      return { items: emulator.faults.all() };
    },
  }),
  route({
    method: 'post',
    path: '/messages/{id}/statuses',
    summary:
      'Send a status of a message of ours, whatever its state; `extra` replaces or adds members, null takes one away',
    body: z.object({
      status: z.enum(['sent', 'delivered', 'read', 'played', 'failed']),
      timestamp: z.union([z.string(), z.number()]).optional(),
      errors: z.array(z.looseObject({})).optional(),
      extra: z.looseObject({}).optional(),
      times: z.number().int().min(1).max(10_000).optional(),
    }),
    handle: ({ emulator, params, body: { status, timestamp, errors, extra, times } }) => {
      const message = emulator.threads.get(params['id'] ?? '');
      if (!message || message.direction !== 'out') throw new Refusal(404, 'there is no such message of the business');
      const more = {
        ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
        ...(errors ? { errors } : {}),
        ...extra,
      };
      emulator.statuses.emit(message, personOf(emulator, message.personId), status, more, times ?? 1);
      return { id: message.id, state: message.state };
    },
  }),
  route({
    method: 'get',
    path: '/messages/{id}',
    summary: 'One message of any thread',
    handle: ({ emulator, params }) => {
      const message = emulator.threads.get(params['id'] ?? '');
      if (!message) throw new Refusal(404, 'there is no such message');
      return message;
    },
  }),
  route({
    method: 'post',
    path: '/webhook',
    summary:
      'Post a raw webhook: an object is escaped as Meta does, a string goes verbatim; signed unless told otherwise',
    body: RawWebhook,
    handle: ({ emulator, body: raw }) => postRaw(emulator, raw),
  }),
  route({
    method: 'post',
    path: '/verify',
    summary: "Meta's verification GET to the webhook address",
    body: z.object({ token: z.string().optional(), challenge: z.string().optional() }),
    handle: ({ emulator, body: { token, challenge } }) =>
      handshake(emulator.settings.webhookUrl, token ?? emulator.options.verifyToken, challenge),
  }),
  route({
    method: 'get',
    path: '/log',
    summary: 'The journal, oldest first: entries after `after` (seq), of one event or person',
    query: ['after', 'limit', 'event', 'person'],
    handle: ({ emulator, query }) => {
      const { event, person } = query;
      const items = emulator.journal.read({
        after: wholeNumber(query['after'], 0, Number.MAX_SAFE_INTEGER),
        limit: wholeNumber(query['limit'], 1_000, 20_000),
        event,
        person,
      });
      return { items, next: items.at(-1)?.seq ?? null };
    },
  }),
  route({
    method: 'post',
    path: '/reset',
    summary:
      'Forget people, threads, templates, media, faults, waiting webhooks; settings, clock and people as at first',
    body: z.object({ keepSettings: z.boolean().optional(), people: z.boolean().optional().describe('false: nobody') }),
    handle: ({ emulator, body: wish }) => {
      emulator.statuses.clear();
      emulator.agenda.clear();
      emulator.webhooks.clear();
      const parts = [
        'people',
        'scripts',
        'threads',
        'templates',
        'media',
        'links',
        'faults',
        'tier',
        'pacing',
        'feedback',
        'bill',
        'traffic',
      ] as const;
      for (const part of parts) emulator[part].clear();
      Object.assign(emulator.account, firstAccount());
      emulator.rates.reset();
      emulator.journal.clearMemory();
      if (!wish.keepSettings) {
        Object.assign(emulator.settings, defaultSettings(emulator.options.webhookUrl));
        emulator.clock.setOffset(0);
      }
      if (wish.people !== false) addFirstPeople(emulator.people);
      takeUp(emulator);
      emulator.snapshot.touch();
      emulator.events.emit('people', {});
      return { people: emulator.people.size };
    },
  }),
  route({
    method: 'get',
    path: '/events',
    summary: 'Live updates for the phone page (text/event-stream)',
    handle: ({ emulator, response }) => {
      if (!emulator.events.listen(response)) throw new Refusal(503, 'too many pages are open');
      return undefined;
    },
  }),
];

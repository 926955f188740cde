import { z } from 'zod';
import { BLOCK_REASONS } from '../phone/people.js';
import { MAX_SCRIPTS } from '../phone/scripts.js';
import { block, rate, report, switchPhone, unblock } from '../phone/telephone.js';
import { preferMarketing } from '../rules/marketing.js';
import { personOf, Refusal, route, type Route } from './route.js';

const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION', 'utility', 'marketing', 'authentication'] as const;
const MANY = 100_000;

const Deed = z.discriminatedUnion('do', [
  z
    .object({ do: z.literal('block'), reason: z.enum(BLOCK_REASONS).optional(), report: z.boolean().optional() })
    .describe('nothing is delivered any more, and the business is not told'),
  z.object({ do: z.literal('unblock') }),
  z.object({ do: z.literal('report') }),
  z.object({ do: z.literal('stopMarketing') }).describe('user_preferences: stop; marketing then fails with 131050'),
  z.object({ do: z.literal('resumeMarketing') }),
  z
    .object({ do: z.literal('rate'), messageId: z.string().optional(), stars: z.number().int().min(1).max(5) })
    .describe("the app's own rating: anonymous, the business hears nothing"),
  z.object({ do: z.literal('switchOff') }).describe('the telephone: messages stay at one tick'),
  z.object({ do: z.literal('switchOn') }).describe('what waited arrives, but for what the platform has dropped'),
]);

const when = z
  .strictObject({
    type: z.string().max(40).optional().describe('of the message, or of the interactive message: list, button, …'),
    text: z.string().max(500).refine(isPattern, 'not a regular expression').optional(),
    template: z.string().max(512).optional(),
    category: z.enum(CATEGORIES).optional(),
    from: z.number().int().min(1).optional().describe('the how manieth message to this person, from 1'),
    to: z.number().int().min(1).optional(),
  })
  .optional();
const often = {
  when,
  chance: z.number().min(0).max(1).optional(),
  afterMs: z
    .number()
    .int()
    .min(0)
    .max(24 * 60 * 60 * 1000)
    .optional(),
};
const Script = z.object({
  rules: z
    .array(
      z.discriminatedUnion('do', [
        z.strictObject({ do: z.literal('answer'), text: z.string().min(1).max(4096), ...often }),
        z.strictObject({
          do: z.literal('tap'),
          option: z
            .union([z.literal('any'), z.number().int().min(0), z.string().max(256)])
            .describe('id, place from 0, or any'),
          ...often,
        }),
        z.strictObject({ do: z.literal('read'), ...often }),
        z.strictObject({ do: z.literal('ignore'), ...often }),
        z.strictObject({
          do: z.literal('block'),
          reason: z.enum(BLOCK_REASONS).optional(),
          report: z.boolean().optional(),
          ...often,
        }),
        z.strictObject({ do: z.literal('unblock'), ...often }),
        z.strictObject({ do: z.literal('report'), ...often }),
        z.strictObject({ do: z.literal('stopMarketing'), ...often }),
        z.strictObject({ do: z.literal('resumeMarketing'), ...often }),
        z.strictObject({ do: z.literal('rate'), stars: z.number().int().min(1).max(5).optional(), ...often }),
      ]),
    )
    .max(100)
    .describe('of the rules that fit a delivered message, the first whose chance comes up is followed'),
  people: z
    .union([z.literal('all'), z.array(z.string()).max(MANY), z.strictObject({ idPrefix: z.string().min(1).max(40) })])
    .optional()
    .describe('who acts by it from now on'),
});

/** What people do beside writing: blocking, reporting, stopping marketing, rating; by hand or by a script. */
export const deedRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/people/{id}/deeds',
    summary: 'The person blocks, reports, stops marketing, rates a message, switches the telephone off',
    body: Deed,
    status: 201,
    handle: ({ emulator, params, body }) => {
      const person = personOf(emulator, params['id']);
      switch (body.do) {
        case 'block':
          block(emulator, person, body.reason ?? 'other', body.report ?? false);
          break;
        case 'unblock':
          unblock(emulator, person);
          break;
        case 'report':
          report(emulator, person);
          break;
        case 'stopMarketing':
        case 'resumeMarketing':
          return { preference: preferMarketing(emulator, person, body.do === 'stopMarketing' ? 'stop' : 'resume') };
        case 'rate':
          rate(emulator, body.stars);
          return { stars: emulator.feedback.stars };
        case 'switchOff':
        case 'switchOn':
          return { arriving: switchPhone(emulator, person, body.do === 'switchOn') };
      }
      return { id: person.id, blocks: person.blocks };
    },
  }),
  route({
    method: 'get',
    path: '/scripts',
    summary: 'Scripts by which people act',
    handle: ({ emulator }) => ({ items: [...emulator.scripts.all()] }),
  }),
  route({
    method: 'post',
    path: '/scripts/{name}',
    summary: 'Make or replace a script, and give it to people',
    body: Script,
    handle: ({ emulator, params, body: { rules, people } }) => {
      const name = params['name'] ?? '';
      if (!/^[\w.-]{1,64}$/.test(name)) throw new Refusal(422, 'a name has 1 to 64 letters, digits, dots, dashes');
      const { scripts } = emulator;
      if (!scripts.has(name) && [...scripts.all()].length >= MAX_SCRIPTS)
        throw new Refusal(409, `there are ${MAX_SCRIPTS} scripts`);
      scripts.put({ name, rules });
      let given = 0;
      if (Array.isArray(people)) {
        for (const id of people) personOf(emulator, id).script = name;
        given = people.length;
      } else if (people !== undefined) {
        for (const person of emulator.people.all()) {
          if (people !== 'all' && !person.id.startsWith(people.idPrefix)) continue;
          person.script = name;
          given += 1;
        }
      }
      emulator.snapshot.touch();
      return { name, rules: rules.length, people: given };
    },
  }),
  route({
    method: 'delete',
    path: '/scripts/{name}',
    summary: 'Take a script away: who had it does nothing by themselves',
    handle: ({ emulator, params }) => {
      if (!emulator.scripts.remove(params['name'] ?? '')) throw new Refusal(404, 'there is no such script');
      emulator.snapshot.touch();
      return { removed: params['name'] };
    },
  }),
];

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'iu') instanceof RegExp;
  } catch {
    return false;
  }
}

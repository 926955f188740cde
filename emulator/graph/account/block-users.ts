import type { Router } from 'express';
import type { Emulator } from '../../emulator.js';
import { graphError, webhookError, type GraphError } from '../../graph-errors.js';
import { RATES } from '../../limits.js';
import { digitsOf, type Person } from '../../phone/people.js';
import { onNumber, type Json } from '../on-object.js';

/** People a number may block (reference §7.1). */
export const MAX_BLOCKED = 64_000;
const MAX_AT_ONCE = 1_000;

interface Asked {
  readonly input: string;
  readonly person: Person | undefined;
  readonly byUserId: boolean;
}

/** `/{phone_number_id}/block_users` (reference §7.5): a blocked person can neither write nor be written to. */
export function blockRoutes(emulator: Emulator, router: Router): void {
  const { account } = emulator;

  const change = (body: Json, done: string, act: (asked: Asked) => GraphError | undefined): object => {
    if (body['messaging_product'] !== 'whatsapp')
      return graphError(100, 'The parameter messaging_product is required.');
    const asked = readUsers(emulator, body['block_users']);
    if (!asked) return graphError(100, `The parameter block_users must be a list of 1 to ${MAX_AT_ONCE} users.`);
    const users: Json[] = [];
    const failed: Json[] = [];
    for (const each of asked) {
      const error = act(each);
      const told = { input: each.input, ...idsOf(each) };
      if (error) failed.push({ ...told, errors: [webhookError(error)] });
      else users.push(told);
    }
    emulator.snapshot.touch();
    emulator.events.emit('people', {});
    const block_users = { [done]: users, ...(failed.length > 0 ? { failed_users: failed } : {}) };
    if (failed.length === 0) return { messaging_product: 'whatsapp', block_users };
    // Meta answers 400 and tells in the same body who did not fail.
    return graphError(139100, 'Failed to block or unblock some users.', {
      more: { messaging_product: 'whatsapp', block_users },
    });
  };

  onNumber(emulator, router, 'post', 'block_users', ({ body }) =>
    change(body, 'added_users', ({ person }) => {
      if (!person) return graphError(131026, 'The user is not on WhatsApp.');
      if (person.phone === emulator.number.displayPhoneNumber)
        return graphError(131021, 'A number cannot block itself.');
      if (person.blockedByUs) return undefined;
      if (emulator.clock.now() - person.lastInboundAt >= RATES.windowMs) {
        return graphError(131047, 'Only users who have written in the last 24 hours can be blocked.');
      }
      if (account.blocked.length >= MAX_BLOCKED)
        return graphError(139101, `A number blocks at most ${MAX_BLOCKED} users.`);
      person.blockedByUs = true;
      account.blocked.push(person.id);
      return undefined;
    }),
  );
  onNumber(emulator, router, 'delete', 'block_users', ({ body }) =>
    change(body, 'removed_users', ({ person }) => {
      if (!person) return graphError(131026, 'The user is not on WhatsApp.');
      person.blockedByUs = false;
      account.blocked = account.blocked.filter((id) => id !== person.id);
      return undefined;
    }),
  );
  onNumber(emulator, router, 'get', 'block_users', ({ query }) => {
    const size = Math.min(Math.max(Math.trunc(Number(query['limit'])) || 100, 1), 1_000);
    const after = typeof query['after'] === 'string' ? Buffer.from(query['after'], 'base64').toString() : undefined;
    const start = after === undefined ? 0 : account.blocked.indexOf(after) + 1;
    if (after !== undefined && start === 0) return graphError(131059, 'The cursor is not valid.');
    const ids = account.blocked.slice(start, start + size);
    const cursor = (id: string | undefined) => Buffer.from(id ?? '').toString('base64');
    return {
      data: ids.flatMap((id) => {
        const person = emulator.people.get(id);
        return person ? [{ messaging_product: 'whatsapp', ...idsOf({ person, byUserId: !person.phone }) }] : [];
      }),
      ...(ids.length > 0 ? { paging: { cursors: { before: cursor(ids[0]), after: cursor(ids.at(-1)) } } } : {}),
    };
  });
}

const idsOf = ({ person, byUserId }: Pick<Asked, 'person' | 'byUserId'>): Json =>
  !person ? {} : byUserId ? { user_id: person.userId } : { wa_id: person.phone };

function readUsers(emulator: Emulator, users: unknown): Asked[] | undefined {
  if (!Array.isArray(users) || users.length === 0 || users.length > MAX_AT_ONCE) return undefined;
  return (users as ({ user?: unknown; user_id?: unknown } | null)[]).map((each) => {
    const byUserId = each?.user === undefined;
    const input = String(byUserId ? each?.user_id : each.user);
    const { people } = emulator;
    return { input, byUserId, person: byUserId ? people.withUserId(input) : people.withPhone(digitsOf(input)) };
  });
}

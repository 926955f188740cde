import { z } from 'zod';
import { insert, set, type Engine } from '../storage/engine.js';
import type { GraphClient } from './graph-client.js';
import type { PhoneNumberId } from './ids.js';
import { numbers, type NumberRow } from './number-table.js';

const Answer = z.object({
  quality_rating: z.string().optional(),
  whatsapp_business_manager_messaging_limit: z.string().optional(),
});
const FIELDS = 'quality_rating,whatsapp_business_manager_messaging_limit';
const TRIES = 5;

/** Asks Graph how our number is and writes it down (reference §7.2). Best effort: what cannot be learnt stays as it was. */
export async function refreshNumber(
  deps: { readonly engine: Engine; readonly graph: GraphClient; readonly phoneNumberId: PhoneNumberId },
  now: number,
): Promise<void> {
  const learnt = await ask(deps.graph, deps.phoneNumberId, now);
  if (!learnt) return;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const row = await deps.engine.get(numbers, deps.phoneNumberId);
    const version = (row?.version ?? 0) + 1;
    const op = row
      ? set(numbers, row.id, { ...learnt, version }, { version: row.version })
      : insert(numbers, { ...UNKNOWN, ...learnt, id: deps.phoneNumberId, version });
    if ((await deps.engine.commit([op])) === 'committed') return;
  }
}

const UNKNOWN = { paused: [], quality: null, tier: null, tokenValid: null, checkedAt: null } as const;

async function ask(
  graph: GraphClient,
  phoneNumberId: PhoneNumberId,
  now: number,
): Promise<Partial<NumberRow> | undefined> {
  const token = await graph.probe(phoneNumberId);
  if (token === 'unknown') return undefined;
  if (token === 'refused') return { tokenValid: false, checkedAt: now };
  const answer = Answer.safeParse(await graph.read(`/${phoneNumberId}?fields=${FIELDS}`));
  const known = { tokenValid: true, checkedAt: now };
  if (!answer.success) return known;
  return {
    ...known,
    quality: answer.data.quality_rating ?? null,
    tier: answer.data.whatsapp_business_manager_messaging_limit ?? null,
  };
}

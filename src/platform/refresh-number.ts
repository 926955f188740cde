import { z } from 'zod';
import type { Engine } from '../storage/engine.js';
import { changeNumber, withChanges } from './change-number.js';
import type { GraphClient } from './graph-client.js';
import type { PhoneNumberId } from './ids.js';
import type { NumberRow } from './number-table.js';
import { tierName } from './tier.js';

const Answer = z.object({
  display_phone_number: z.string().optional(),
  quality_rating: z.string().optional(),
  whatsapp_business_manager_messaging_limit: z.unknown().optional(),
});
const FIELDS = 'display_phone_number,quality_rating,whatsapp_business_manager_messaging_limit';

/** Meta tells of blocks and reports by this alone (reference §8.6): below it comes a restriction. */
const RED = 'RED';

/** Asks Graph how our number is and writes it down (reference §7.2). Best effort: what cannot be learnt stays as it was. A quality that
 *  turns red pauses the notices; one that is red still, after an operator lifted that, does not.
 *  @returns whether notices were paused by it @throws StoreUnavailable */
export async function refreshNumber(
  deps: {
    readonly engine: Engine;
    readonly graph: Pick<GraphClient, 'probe' | 'read'>;
    readonly phoneNumberId: PhoneNumberId;
  },
  now: number,
): Promise<boolean> {
  const learnt = await ask(deps.graph, deps.phoneNumberId, now);
  if (!learnt) return false;
  let turnedRed = false;
  await changeNumber(deps.engine, deps.phoneNumberId, (row) => {
    turnedRed = learnt.quality === RED && row.quality !== RED;
    return { ...learnt, ...(turnedRed ? { paused: withChanges(row.paused, [['quality', true]], now) } : {}) };
  });
  return turnedRed;
}

async function ask(
  graph: Pick<GraphClient, 'probe' | 'read'>,
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
    displayPhone: answer.data.display_phone_number?.replace(/\D/g, '') || null,
    quality: answer.data.quality_rating ?? null,
    tier: tierName(answer.data.whatsapp_business_manager_messaging_limit) ?? null,
  };
}

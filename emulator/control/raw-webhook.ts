import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Emulator } from '../emulator.js';
import { keepInbound } from '../phone/inbound.js';
import { escapedJson, signatureOf } from '../webhook/escape.js';
import type { Outcome } from '../webhook/sender.js';

export const RawWebhook = z.object({
  body: z
    .union([z.string(), z.looseObject({}), z.array(z.unknown())])
    .describe('object: escaped JSON; string: verbatim'),
  base64: z.boolean().optional().describe('the string is base64 of the bytes to post'),
  signature: z
    .union([z.enum(['valid', 'wrong', 'none']), z.string().startsWith('sha256=')])
    .optional()
    .describe('valid when absent'),
  secret: z.string().optional().describe('sign with another app secret'),
  headers: z.record(z.string(), z.string()).optional(),
  times: z.number().int().min(1).max(100_000).optional(),
  parallel: z.number().int().min(1).max(1_000).optional().describe('how many at once; all when absent, at most 64'),
});

/** Posts a body of the caller's own and tells how each try was answered. No retries. */
export async function postRaw(emulator: Emulator, raw: z.output<typeof RawWebhook>): Promise<{ outcomes: Outcome[] }> {
  const { body, base64, signature = 'valid', secret, headers = {}, times = 1 } = raw;
  const bytes =
    typeof body === 'string' ? Buffer.from(body, base64 ? 'base64' : 'utf8') : Buffer.from(escapedJson(body));
  const signatures: Record<string, string | undefined> = {
    valid: signatureOf(bytes, secret ?? emulator.options.appSecret),
    wrong: signatureOf(bytes, randomBytes(16).toString('hex')),
    none: undefined,
  };
  const all = { 'x-hub-signature-256': signature in signatures ? signatures[signature] : signature, ...headers };
  const outcomes: Outcome[] = [];
  const ids = noteMessages(emulator, bytes.toString());
  let left = times;
  const worker = async () => {
    while (left-- > 0) {
      const outcome = await emulator.webhooks.postRaw(bytes, all);
      outcomes.push(outcome);
      emulator.journal.add({ event: 'webhook', ids, attempt: 1, ...outcome });
    }
  };
  await Promise.all(Array.from({ length: Math.min(times, raw.parallel ?? 64) }, worker));
  return { outcomes };
}

/** A raw body may carry messages of people who live here: they stand in the thread and open the window, as at Meta.
 *  @returns the message ids in it, for the journal; `raw` when it cannot be read */
function noteMessages(emulator: Emulator, body: string): string[] {
  const ids: string[] = [];
  let parsed: Posted;
  try {
    parsed = JSON.parse(body) as Posted;
  } catch {
    return ['raw'];
  }
  for (const entry of list(parsed?.entry)) {
    for (const change of list(entry?.changes)) {
      for (const status of list(change?.value?.statuses)) ids.push(`${status?.['id']}:${status?.['status']}`);
      for (const message of list(change?.value?.messages)) {
        if (message) ids.push(String(message['id']));
        const { from, from_user_id: userId } = message ?? {};
        const person =
          (typeof from === 'string' ? emulator.people.withPhone(from) : undefined) ??
          (typeof userId === 'string' ? emulator.people.withUserId(userId) : undefined);
        if (message && person && !emulator.threads.get(String(message['id']))) keepInbound(emulator, person, message);
      }
    }
  }
  return ids.length > 0 ? ids : ['raw'];
}

type Item = Record<string, unknown> | null;
type Posted = {
  entry?: ({ changes?: ({ value?: { messages?: Item[]; statuses?: Item[] } } | null)[] } | null)[];
} | null;
const list = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : []);

import { z } from 'zod';
import type { GraphAnswer, GraphClient } from './graph-client.js';
import { TEMPLATE_LIMITS } from './template-rules.js';
import type { MessageTemplate, TemplateLanguage } from './template-file.js';

/** Hands templates in for review, one after another, as many as Meta takes: 100 an hour, 250 in all before the business is verified
 *  (reference §7.1). What does not fit is left for the next run, and said. */

export type Submission = { readonly template: MessageTemplate; readonly language: TemplateLanguage };

export type Submitted = Submission & {
  readonly result:
    | { readonly kind: 'accepted'; readonly status: string; readonly category: string | null }
    | { readonly kind: 'refused'; readonly code: number | undefined; readonly words: string }
    /** Nobody knows whether it arrived; the next `status` shows. */
    | { readonly kind: 'noAnswer' }
    /** Not tried: the hour, or the account, is full, or Graph has called for a pause. */
    | { readonly kind: 'left'; readonly why: 'hour' | 'account' | 'rate' };
};

const Answer = z.object({ id: z.unknown(), status: z.string().optional(), category: z.string().optional() });
/** Graph asks for a pause, or the account holds as many as it may: nothing after it would fare better. */
const RATE_CODES = new Set([4, 80007]);
const FULL_CODE = 2388019;

/** @param stored how many the account holds, all languages counted @param onDone told of each as it is done. Never throws. */
export async function submitTemplates(
  graph: Pick<GraphClient, 'request'>,
  businessAccountId: string,
  submissions: readonly Submission[],
  stored: number,
  onDone: (done: Submitted) => void = () => undefined,
): Promise<Submitted[]> {
  const done: Submitted[] = [];
  let made = 0;
  let stop: 'hour' | 'account' | 'rate' | undefined;
  for (const submission of submissions) {
    if (!stop && made >= TEMPLATE_LIMITS.createdPerHour) stop = 'hour';
    if (!stop && stored + made >= TEMPLATE_LIMITS.stored) stop = 'account';
    const result: Submitted['result'] = stop
      ? { kind: 'left', why: stop }
      : resultOf(await graph.request('post', `/${businessAccountId}/message_templates`, creationOf(submission)));
    if (result.kind !== 'left') made += 1;
    if (result.kind === 'refused' && result.code !== undefined) {
      if (RATE_CODES.has(result.code)) stop = 'rate';
      if (result.code === FULL_CODE) stop = 'account';
    }
    done.push({ ...submission, result });
    onDone({ ...submission, result });
  }
  return done;
}

/** The body of the call (reference §10.1). */
export const creationOf = ({ template, language }: Submission): object => ({
  name: template.name,
  language,
  category: template.category,
  parameter_format: 'named',
  message_send_ttl_seconds: template.ttlSeconds,
  components: template.versions[language].components,
});

function resultOf(answer: GraphAnswer): Submitted['result'] {
  if (answer.kind === 'noAnswer') return { kind: 'noAnswer' };
  if (answer.kind === 'refused') return { kind: 'refused', code: answer.code, words: answer.words };
  const read = Answer.safeParse(answer.body).data;
  return { kind: 'accepted', status: read?.status ?? 'PENDING', category: read?.category ?? null };
}

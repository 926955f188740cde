import { graphError, type GraphError } from '../graph-errors.js';
import { checkLimits } from '../limit-check.js';
import type { Subject } from '../limits.js';

const MEDIA = new Set(['image', 'video', 'audio', 'document', 'sticker']);
const TYPES = new Set(['text', 'location', 'contacts', 'reaction', 'template', 'interactive', ...MEDIA]);
const INTERACTIVE = new Set(['button', 'list', 'cta_url', 'request_contact_info', 'location_request_message']);

/** Everything about a send that can be judged from its body alone (reference §6.1 to §6.5).
 *  @returns the refusal, or undefined */
export function checkShape(body: Record<string, unknown>): GraphError | undefined {
  const envelope = checkLimits('any', body);
  if (envelope) return envelope;
  const type = body['type'] ?? 'text';
  if (typeof type !== 'string' || !TYPES.has(type)) {
    return graphError(131051, `Unsupported message type: ${JSON.stringify(type)}; one of ${[...TYPES].join(', ')}.`);
  }
  const part = body[type];
  if (typeof part !== 'object' || part === null || Array.isArray(part) !== (type === 'contacts')) {
    return graphError(part === undefined ? 131008 : 100, `The parameter ${type} is required and must be an object.`);
  }
  if (type !== 'interactive') return checkLimits(type as Subject, body);
  const kind = (part as Record<string, unknown>)['type'];
  if (kind === undefined) return graphError(131008, 'The parameter interactive.type is required.');
  if (typeof kind !== 'string' || !INTERACTIVE.has(kind)) {
    return graphError(131009, `interactive.type ${JSON.stringify(kind)} is none of ${[...INTERACTIVE].join(', ')}.`);
  }
  return checkLimits(`interactive.${kind}` as Subject, body);
}

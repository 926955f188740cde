import { graphError, type GraphError } from '../graph-errors.js';
import { checkLimits } from '../limit-check.js';
import type { Subject } from '../limits.js';

type Json = Record<string, unknown>;

const MEDIA = new Set(['image', 'video', 'audio', 'document', 'sticker']);
const TYPES = new Set(['text', 'location', 'contacts', 'reaction', 'template', 'interactive', ...MEDIA]);
const INTERACTIVE = new Set([
  ...[
    'button',
    'list',
    'cta_url',
    'request_contact_info',
    'location_request_message',
    'flow',
    'call_permission_request',
  ],
  ...['voice_call', 'address_message', 'product', 'product_list', 'catalog_message', 'carousel'],
]);

/** Everything about a send that can be judged from its body alone (reference §6.1 to §6.5).
 *  @returns the refusal, or undefined */
export function checkShape(body: Record<string, unknown>): GraphError | undefined {
  const envelope = checkLimits('any', body);
  if (envelope) return envelope;
  // Direct Send is by invitation (reference §6.9): an account without it is told so.
  if (body['category'] !== undefined) {
    return graphError(100, 'Param category: Direct Send is not enabled for this business account.');
  }
  const type = body['type'] ?? 'text';
  if (typeof type !== 'string' || !TYPES.has(type)) {
    return graphError(131051, `Unsupported message type: ${JSON.stringify(type)}; one of ${[...TYPES].join(', ')}.`);
  }
  const part = body[type];
  if (typeof part !== 'object' || part === null || Array.isArray(part) !== (type === 'contacts')) {
    return graphError(part === undefined ? 131008 : 100, `The parameter ${type} is required and must be an object.`);
  }
  if (type !== 'interactive') {
    return checkLimits(type as Subject, body) ?? (type === 'contacts' ? checkNames(part as unknown[]) : undefined);
  }
  const kind = (part as Record<string, unknown>)['type'];
  if (kind === undefined) return graphError(131008, 'The parameter interactive.type is required.');
  if (typeof kind !== 'string' || !INTERACTIVE.has(kind)) {
    return graphError(131009, `interactive.type ${JSON.stringify(kind)} is none of ${[...INTERACTIVE].join(', ')}.`);
  }
  return checkLimits(`interactive.${kind}` as Subject, body) ?? checkFlow(kind, part as Json);
}

const NAME_PARTS = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'];

// A card needs its whole name and one more part of it (reference §6.2).
function checkNames(cards: readonly unknown[]): GraphError | undefined {
  const lacking = cards.some((card) => {
    const name = ((card as Json | null)?.['name'] ?? {}) as Json;
    return !NAME_PARTS.some((part) => typeof name[part] === 'string' && name[part] !== '');
  });
  return lacking
    ? graphError(131009, 'Param contacts[].name needs one more part beside formatted_name, such as first_name.')
    : undefined;
}

function checkFlow(kind: string, interactive: Json): GraphError | undefined {
  if (kind !== 'flow') return undefined;
  const { flow_id: id, flow_name: name } = ((interactive['action'] as Json | undefined)?.['parameters'] ?? {}) as Json;
  if ((id === undefined) !== (name === undefined)) return undefined;
  return graphError(131009, 'One of flow_id and flow_name is required, and not both.');
}

import type { Emulator } from '../emulator.js';
import { buttonsOf } from '../graph/templates/template-store.js';
import { sendInbound, type InboundDraft } from './inbound.js';
import type { Person } from './people.js';
import type { ThreadMessage } from './threads.js';

type Json = Record<string, unknown>;

export interface Option {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}

interface Interactive {
  readonly type?: string;
  readonly action?: {
    readonly buttons?: { reply: Option }[];
    readonly sections?: { rows?: Option[]; product_items?: { product_retailer_id: string }[] }[];
    readonly parameters?: Json;
    readonly catalog_id?: string;
    readonly product_retailer_id?: string;
  };
}

/** What can be tapped on a bubble and tells the business, in the order in which it stands there. */
export function optionsOf(emulator: Emulator, message: ThreadMessage): Option[] {
  if (message.type === 'interactive') {
    const { action } = message.payload as Interactive;
    return [
      ...(action?.buttons ?? []).map((each) => each.reply),
      ...(action?.sections ?? []).flatMap((section) => section.rows ?? []),
    ];
  }
  if (message.type !== 'template') return [];
  const { components } = message.payload as {
    components?: { type: string; index?: string | number; parameters?: { payload?: string }[] }[];
  };
  const declared = emulator.templates.versionWith(message.templateVersion)?.components ?? [];
  return (buttonsOf(declared) as { type: string; text: string }[]).flatMap((button, index) => {
    const type = button.type.toUpperCase();
    if (type === 'REQUEST_CONTACT_INFO') return [{ id: type, title: '' }];
    if (type !== 'QUICK_REPLY') return [];
    const sent = components?.find((each) => each.type.toLowerCase() === 'button' && Number(each.index) === index);
    // The payload is what was sent, else the label (reference §2.2).
    return [{ id: sent?.parameters?.[0]?.payload ?? button.text, title: button.text }];
  });
}

/** A tap on a reply button, a list row, a template's quick reply; or the answer to a request, a form, a call, an offer.
 *  @param choice the option's id, or its place from 0; `accept` or `reject` for a call
 *  @param filled what was entered into a form @returns the inbound message, or a sentence that says why not */
export function tap(
  emulator: Emulator,
  person: Person,
  message: ThreadMessage,
  choice: string | number | undefined,
  filled: Json = {},
): Json | string {
  const context = { from: emulator.number.displayPhoneNumber, id: message.id };
  const send = (draft: InboundDraft) => sendInbound(emulator, person, [{ context, ...draft }])[0] ?? 'nothing was sent';
  const kind = message.type === 'interactive' ? (message.payload as Interactive).type : undefined;
  const request =
    kind === undefined ? undefined : answerOf(emulator, person, message.payload as Interactive, kind, choice, filled);
  // The answer to a request for the number has a context without `from` in Meta's sample (reference §3.6).
  if (request) return send(kind === 'request_contact_info' ? { ...request, context: { id: message.id } } : request);
  const options = optionsOf(emulator, message);
  const option = typeof choice === 'number' ? options[choice] : options.find((each) => each.id === choice);
  if (!option) return `that message has ${options.length} things to tap, and not this one`;
  if (message.type === 'template') {
    if (option.id === 'REQUEST_CONTACT_INFO') return send({ ...ownCard(person), context: { id: message.id } });
    return send({ type: 'button', button: { payload: option.id, text: option.title } });
  }
  if (kind === 'list') return send({ type: 'interactive', interactive: { type: 'list_reply', list_reply: option } });
  return send({ type: 'interactive', interactive: { type: 'button_reply', button_reply: option } });
}

const PERMISSION_LIFE_S = 7 * 24 * 60 * 60;

/** The answer to an interactive message that has one of its own kind (reference §2.2). */
function answerOf(
  emulator: Emulator,
  person: Person,
  { action }: Interactive,
  kind: string,
  choice: string | number | undefined,
  filled: Json,
): InboundDraft | undefined {
  const form = (name: string, response: Json): InboundDraft => ({
    type: 'interactive',
    interactive: { type: 'nfm_reply', nfm_reply: { name, body: 'Sent', response_json: JSON.stringify(response) } },
  });
  switch (kind) {
    case 'request_contact_info':
      return ownCard(person);
    case 'location_request_message':
      return { type: 'location', location: { latitude: 43.238949, longitude: 76.889709, name: 'Алматы' } };
    case 'flow':
      return form('flow', { flow_token: action?.parameters?.['flow_token'] ?? 'unused', ...filled });
    case 'address_message': {
      const values = { name: person.name, phone_number: person.phone ?? '', address: '10 Abay Avenue', city: 'Almaty' };
      return form('address_message', { values: { ...values, ...filled } });
    }
    case 'call_permission_request': {
      const accepted = choice !== 'reject' && choice !== 1;
      const reply = {
        response: accepted ? 'accept' : 'reject',
        ...(accepted
          ? { is_permanent: false, expiration_timestamp: emulator.clock.nowSeconds() + PERMISSION_LIFE_S }
          : {}),
        response_source: 'user_action',
      };
      return { type: 'interactive', interactive: { type: 'call_permission_reply', call_permission_reply: reply } };
    }
    case 'product':
    case 'product_list':
    case 'catalog_message': {
      const listed = action?.sections?.flatMap((section) => section.product_items ?? []) ?? [];
      const goods = listed.map((each) => each.product_retailer_id);
      const first = action?.product_retailer_id ?? action?.parameters?.['thumbnail_product_retailer_id'] ?? 'sku-1';
      const wanted = typeof choice === 'number' ? goods[choice] : goods.find((each) => each === choice);
      const item = { product_retailer_id: wanted ?? goods[0] ?? first, quantity: 1, item_price: 990, currency: 'KZT' };
      return {
        type: 'order',
        order: { catalog_id: action?.catalog_id ?? 'catalog-1', text: '', product_items: [item] },
      };
    }
    default:
      return undefined;
  }
}

// Only `origin: contact_request` proves that the number is the sender's own (reference §2.6).
function ownCard(person: Person): InboundDraft {
  const phone = person.phone ?? '77010000009';
  return {
    type: 'contacts',
    contacts: [{ origin: 'contact_request', phones: [{ phone: `+${phone}`, wa_id: phone, type: 'CELL' }] }],
  };
}

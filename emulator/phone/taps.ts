import type { Emulator } from '../emulator.js';
import { buttonsOf } from '../graph/templates/template-store.js';
import { sendInbound, type InboundDraft } from './inbound.js';
import type { Person } from './people.js';
import type { ThreadMessage } from './threads.js';

interface Option {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}

/** What can be tapped on a bubble, in the order in which it stands there. */
export function optionsOf(emulator: Emulator, message: ThreadMessage): Option[] {
  const payload = message.payload as {
    action?: { buttons?: { reply: Option }[]; sections?: { rows?: Option[] }[] };
    components?: { type: string; sub_type?: string; index?: string | number; parameters?: { payload?: string }[] }[];
  };
  if (message.type === 'interactive') {
    return [
      ...(payload.action?.buttons ?? []).map((each) => each.reply),
      ...(payload.action?.sections ?? []).flatMap((section) => section.rows ?? []),
    ];
  }
  if (message.type !== 'template') return [];
  const declared = emulator.templates.versionWith(message.templateVersion)?.components ?? [];
  const buttons = buttonsOf(declared) as { type: string; text: string }[];
  return buttons.flatMap((button, index) => {
    if (button.type.toUpperCase() !== 'QUICK_REPLY') return [];
    const sent = payload.components?.find(
      (each) => each.type.toLowerCase() === 'button' && Number(each.index) === index,
    );
    // The payload is what was sent, else the label (reference §2.2).
    return [{ id: sent?.parameters?.[0]?.payload ?? button.text, title: button.text }];
  });
}

/** A tap on a reply button, a list row, a template's quick reply, or one of the two requests.
 *  @param choice the option's id, or its place from 0 @returns the inbound message, or a sentence that says why not */
export function tap(
  emulator: Emulator,
  person: Person,
  message: ThreadMessage,
  choice: string | number | undefined,
): Record<string, unknown> | string {
  const context = { from: emulator.number.displayPhoneNumber, id: message.id };
  const kind = (message.payload as { type?: string } | undefined)?.type;
  const send = (draft: InboundDraft) => sendInbound(emulator, person, [{ ...draft, context }])[0] ?? 'nothing was sent';
  if (message.type === 'interactive' && kind === 'request_contact_info') {
    const phone = person.phone ?? '77010000009';
    // The answer's context has no `from` in Meta's sample (reference §3.6).
    const contacts = [{ origin: 'contact_request', phones: [{ phone: `+${phone}`, wa_id: phone, type: 'CELL' }] }];
    return sendInbound(emulator, person, [{ type: 'contacts', contacts, context: { id: message.id } }])[0] ?? '';
  }
  if (message.type === 'interactive' && kind === 'location_request_message') {
    return send({ type: 'location', location: { latitude: 43.238949, longitude: 76.889709, name: 'Алматы' } });
  }
  const options = optionsOf(emulator, message);
  const option = typeof choice === 'number' ? options[choice] : options.find((each) => each.id === choice);
  if (!option) return `that message has ${options.length} things to tap, and not this one`;
  if (message.type === 'template') return send({ type: 'button', button: { payload: option.id, text: option.title } });
  if (kind === 'list') return send({ type: 'interactive', interactive: { type: 'list_reply', list_reply: option } });
  return send({ type: 'interactive', interactive: { type: 'button_reply', button_reply: option } });
}

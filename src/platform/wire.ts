import type { OutboundContent } from '../messages/outbound.js';
import type { Attachment, OutboundMessage } from './cloud-api.js';
import type { Wamid } from './ids.js';

export { OUTBOUND_LIMITS, validateOutbound, type OutboundFault } from './outbound-limits.js';

/** The body of `POST /{phone_number_id}/messages`. A phone goes into `to` with a plus, else Meta may put our own country code
 *  before it; a BSUID goes into `recipient`. Source: reference §3.5, §6.1-§6.5 */
export function toWire({ to, content, callbackData, attachment }: OutboundMessage): object {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...('phone' in to ? { to: `+${to.phone}` } : { recipient: to.userId }),
    biz_opaque_callback_data: callbackData,
    ...contentToWire(content, attachment),
  };
}

/** The read mark, with or without the typing indicator. Source: reference §6.4 */
export const readMarkToWire = (wamid: Wamid, typing: boolean): object => ({
  messaging_product: 'whatsapp',
  status: 'read',
  message_id: wamid,
  ...(typing && { typing_indicator: { type: 'text' } }),
});

function contentToWire(content: OutboundContent, attachment?: Attachment): object {
  switch (content.type) {
    case 'text':
      return { type: 'text', text: { body: content.body } };
    case 'buttons':
      return interactive(
        'button',
        content,
        {
          buttons: content.buttons.map(({ id, title }) => ({ type: 'reply', reply: { id, title } })),
        },
        attachment,
      );
    case 'list':
      return interactive('list', content, {
        button: content.button,
        sections: content.sections.map(({ title, rows }) => ({
          ...(title !== undefined && { title }),
          rows: rows.map(({ id, title: rowTitle, description }) => ({
            id,
            title: rowTitle,
            ...(description !== undefined && { description }),
          })),
        })),
      });
    case 'contactRequest':
      // One page of Meta's calls it `contact_request`; what libraries ship and what works is this (reference §3.6).
      return interactive('request_contact_info', content, { name: 'request_contact_info' });
    case 'template':
      return { type: 'template', template: templateToWire(content) };
  }
}

const interactive = (
  type: string,
  { body, footer }: { body: string; footer?: string },
  action: object,
  attachment?: Attachment,
): object => ({
  type: 'interactive',
  interactive: {
    type,
    ...(attachment && {
      header: { type: 'document', document: { id: attachment.mediaId, filename: attachment.fileName } },
    }),
    body: { text: body },
    ...(footer !== undefined && { footer: { text: footer } }),
    action,
  },
});

function templateToWire(content: OutboundContent & { type: 'template' }): object {
  const body = content.bodyParameters.map(({ name, text }) => ({ type: 'text', parameter_name: name, text }));
  const buttons = content.buttonPayloads.map((payload, index) => ({
    type: 'button',
    sub_type: 'quick_reply',
    index: String(index),
    parameters: [{ type: 'payload', payload }],
  }));
  const components = [...(body.length > 0 ? [{ type: 'body', parameters: body }] : []), ...buttons];
  return {
    name: content.name,
    language: { code: content.language },
    ...(components.length > 0 && { components }),
  };
}

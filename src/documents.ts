import type { MakeDocument } from './delivery/attachments.js';
import type { OutboundDocument } from './messages/outbound.js';

/** Makes the files of one kind. */
export type MakerOf<Kind extends OutboundDocument['of']> = (
  document: Extract<OutboundDocument, { readonly of: Kind }>,
  contact: Parameters<MakeDocument>[1],
  body: string,
) => ReturnType<MakeDocument>;

/** Every file that stands in front of a message, by what it is of. */
export const documents =
  (makers: { readonly [Kind in OutboundDocument['of']]: MakerOf<Kind> }): MakeDocument =>
  (document, contact, body) => {
    switch (document.of) {
      case 'personalData':
        return makers.personalData(document, contact, body);
      case 'window':
        return makers.window(document, contact, body);
    }
  };

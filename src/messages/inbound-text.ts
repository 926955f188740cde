import type { Content } from '../inbox/update.js';

/** What the thread shows of a customer's message: the words, or null where there are none. */
export function inboundText(content: Content): string | null {
  switch (content.type) {
    case 'text':
      return content.body;
    case 'button':
      return content.text || null;
    case 'buttonReply':
    case 'listReply':
      return content.title || null;
    case 'media':
      return content.caption ?? null;
    case 'location':
      return content.name ?? content.address ?? null;
    case 'reaction':
      return content.emoji ?? null;
    case 'edit':
      return content.text ?? null;
    case 'flowReply':
      return content.body || null;
    case 'contacts':
    case 'order':
    case 'requestWelcome':
    case 'revoke':
    case 'unsupported':
    case 'unknown':
      return null;
  }
}

import { STAR_PREFIX, type Content } from '../inbox/update.js';

/** What the thread shows of a customer's message: the words, or null where there are none. */
export function inboundText(content: Content): string | null {
  if (isStarTap(content)) return null;
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

/** The type that the thread shows: Meta's own, but of a tap on stars only that it was one. */
export function inboundType(content: Content): string {
  if (isStarTap(content)) return 'rated';
  return content.type === 'media' ? content.mediaType : content.type;
}

/** Whatever has the prefix, well formed or not: beside it nothing is ever shown. */
function isStarTap(content: Content): boolean {
  switch (content.type) {
    case 'listReply':
    case 'buttonReply':
      return content.id.includes(STAR_PREFIX);
    case 'button':
      return content.payload.includes(STAR_PREFIX);
    case 'flowReply':
      return content.responseJson.includes(STAR_PREFIX);
    default:
      return false;
  }
}

// Files inside a bubble: shown or played where the browser can, opened in a tab of their own, and a stand-in where
// there is nothing to show.
import { mediaAddress } from './api.js';
import { element } from './dom.js';
import { words } from './words.js';

export const ICONS = {
  image: '🖼️',
  video: '🎬',
  audio: '🎤',
  document: '📄',
  sticker: '🩵',
  contacts: '👤',
  unsupported: '⚠️',
};

/** A sign and a name in place of something that cannot be drawn. */
export function standIn(type, part = {}) {
  if (type === 'location')
    return element('div', { class: 'stand-in map', role: 'img', 'aria-label': words().location }, '📍');
  const big = type === 'image' || type === 'video' || type === 'sticker';
  return element(
    'div',
    { class: `stand-in ${big ? 'big' : 'line'}` },
    element('span', { 'aria-hidden': 'true' }, ICONS[type] ?? '📎'),
    element('span', {}, part.filename ?? words()[type] ?? type),
  );
}

/** @param part the media object of a message: an id the emulator holds, or a link to elsewhere, fetched or not */
export function mediaOf(type, part = {}) {
  const id = part.id ?? part.fetched;
  if (!id) return part.link ? elsewhere(type, part) : standIn(type, part);
  const source = mediaAddress(id);
  const label = part.caption ?? part.filename ?? words()[type];
  // What the browser cannot show (a picture of another kind, a file that has expired) is still there to be opened.
  const orStandIn = (made) => {
    made.addEventListener('error', () => made.replaceWith(opener(type, part, source)), { once: true });
    return made;
  };
  switch (type) {
    case 'image':
    case 'sticker': {
      const picture = element('img', { src: source, alt: label, class: type, 'data-testid': 'media' });
      const link = element('a', { href: source, target: '_blank', rel: 'noopener', class: 'picture' }, picture);
      picture.addEventListener('error', () => link.replaceWith(opener(type, part, source)), { once: true });
      return link;
    }
    case 'video':
      return orStandIn(
        element('video', {
          src: source,
          controls: true,
          preload: 'metadata',
          'aria-label': label,
          'data-testid': 'media',
        }),
      );
    case 'audio':
      return orStandIn(
        element('audio', {
          src: source,
          controls: true,
          preload: 'metadata',
          'aria-label': label,
          'data-testid': 'media',
        }),
      );
    default:
      return opener(type, part, source);
  }
}

function opener(type, part, source) {
  return element(
    'a',
    { class: 'stand-in line', href: source, target: '_blank', rel: 'noopener', 'data-testid': 'media' },
    element('span', { 'aria-hidden': 'true' }, ICONS[type] ?? '📎'),
    element('span', {}, part.filename ?? words()[type] ?? type),
  );
}

// The page fetches nothing from elsewhere by itself: a link is followed only by the person who taps it.
function elsewhere(type, part) {
  const safe = /^https?:\/\//.test(part.link) ? part.link : undefined;
  return element(
    'a',
    { class: 'stand-in line', href: safe, target: '_blank', rel: 'noopener noreferrer', 'data-testid': 'media' },
    element('span', { 'aria-hidden': 'true' }, ICONS[type] ?? '📎'),
    element('span', {}, part.filename ?? words()[type] ?? type),
  );
}

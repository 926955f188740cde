// One bubble: what a message of each type looks like on a telephone.
import { element } from './dom.js';
import { formatted } from './format.js';
import { mediaOf, standIn, ICONS } from './media.js';
import { language, words } from './words.js';

const TICKS = { received: '✓', accepted: '◷', sent: '✓', delivered: '✓✓', read: '✓✓', failed: '!' };

export const timeOf = (at) => new Intl.DateTimeFormat(language(), { hour: '2-digit', minute: '2-digit' }).format(at);

/** The words of a message in one line, for the list of chats and for quotes. */
export function summaryOf(message) {
  const part = message.payload ?? {};
  const reply = part.list_reply ?? part.button_reply;
  const said =
    message.template?.body ??
    reply?.title ??
    part.body?.text ??
    (typeof part.body === 'string' ? part.body : undefined);
  if (said) return said;
  if (message.type === 'button') return part.text ?? '';
  if (message.type === 'template') return `${words().template}: ${part.name}`;
  const icon = message.type === 'location' ? '📍' : (ICONS[message.type] ?? '');
  return `${icon} ${part.caption ?? part.filename ?? words()[message.type] ?? message.type}`.trim();
}

/** @param quoted the message it answers, when known
 *  @param act {tap(message, option), sheet(message)} */
export function bubble(message, quoted, act) {
  const made = element(
    'article',
    {
      class: `bubble ${message.direction === 'in' ? 'mine' : 'theirs'} type-${message.type}`,
      'data-testid': 'bubble',
      'data-direction': message.direction,
      'data-state': message.state,
      'data-id': message.id,
      'data-type': message.type,
    },
    quoted ? element('blockquote', {}, summaryOf(quoted)) : undefined,
    ...contentOf(message),
    footOf(message),
    message.reaction ? element('span', { class: 'reaction' }, message.reaction) : undefined,
  );
  const buttons = buttonsOf(message, act);
  return element('div', { class: `row ${message.direction === 'in' ? 'mine' : 'theirs'}` }, made, ...buttons);
}

function footOf(message) {
  const state = words().states[message.state] ?? message.state;
  return element(
    'footer',
    {},
    message.error ? element('span', { class: 'why' }, message.error) : undefined,
    element('time', { datetime: new Date(message.at).toISOString() }, timeOf(message.at)),
    element('span', { class: `ticks ${message.state}`, title: state, 'aria-label': state }, TICKS[message.state] ?? ''),
  );
}

function contentOf(message) {
  const part = message.payload ?? {};
  const text = (words, kind = 'p') =>
    words ? element(kind, { class: kind === 'p' ? 'words' : kind }, formatted(words)) : undefined;
  const plain = (name, words) => (words ? element('p', { class: name }, words) : undefined);
  switch (message.type) {
    case 'text':
      return [text(part.body)];
    case 'button':
      return [text(part.text)];
    case 'interactive': {
      const reply = part.list_reply ?? part.button_reply;
      if (reply) return [text(reply.title), plain('small', reply.description)];
      const media =
        part.header?.type && part.header.type !== 'text'
          ? mediaOf(part.header.type, part.header[part.header.type])
          : undefined;
      return [media, plain('title', part.header?.text), text(part.body?.text), plain('small', part.footer?.text)];
    }
    case 'template':
      return message.template?.body
        ? [
            message.template.media ? mediaOf(message.template.media.type, message.template.media.part) : undefined,
            plain('title', message.template.header),
            text(message.template.body),
            plain('small', message.template.footer),
          ]
        : [plain('title', `${words().template}: ${part.name} (${part.language?.code})`), text(parametersOf(part))];
    case 'location':
      return [
        standIn('location', part),
        text(part.name),
        plain('small', part.address ?? `${part.latitude}, ${part.longitude}`),
      ];
    case 'contacts':
      return (Array.isArray(part) ? part : []).map((card) =>
        standIn('contacts', { filename: card.name?.formatted_name ?? card.phones?.[0]?.phone ?? words().contacts }),
      );
    case 'system':
      return [plain('small', part.body)];
    default:
      return [mediaOf(message.type, part), text(part.caption)];
  }
}

const parametersOf = (part) =>
  (part.components ?? [])
    .flatMap((each) => each.parameters ?? [])
    .map((each) => each.text ?? each.payload ?? '')
    .filter(Boolean)
    .join(' · ');

function buttonsOf(message, act) {
  if (message.direction !== 'out') return [];
  const part = message.payload ?? {};
  const button = (label, properties) => element('button', { type: 'button', class: 'answer', ...properties }, label);
  const choose = (options) =>
    options.map((option, index) =>
      button(option.title, { 'data-testid': `button-${index}`, onclick: () => act.tap(message, option.id) }),
    );
  if (message.type === 'template') return choose(message.template?.options ?? []);
  if (message.type !== 'interactive') return [];
  switch (part.type) {
    case 'button':
      return choose((part.action?.buttons ?? []).map((each) => each.reply));
    case 'list':
      return [
        button(`☰ ${part.action?.button ?? ''}`, {
          'data-testid': 'list-open',
          'aria-haspopup': 'dialog',
          onclick: () => act.sheet(message),
        }),
      ];
    case 'request_contact_info':
      return [button(words().shareNumber, { 'data-testid': 'button-0', onclick: () => act.tap(message) })];
    case 'location_request_message':
      return [button(words().shareLocation, { 'data-testid': 'button-0', onclick: () => act.tap(message) })];
    case 'cta_url': {
      const { display_text: label, url } = part.action?.parameters ?? {};
      const safe = /^https?:\/\//.test(url ?? '') ? url : undefined;
      return [
        element(
          'a',
          { class: 'answer', href: safe, target: '_blank', rel: 'noopener noreferrer', 'data-testid': 'button-0' },
          `↗ ${label ?? words().openLink}`,
        ),
      ];
    }
    default:
      return [];
  }
}

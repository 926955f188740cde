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
  // Marks are for what is drawn: in a line of a list they would stand as stars and dashes.
  if (said) return formatted(said).textContent;
  if (message.type === 'button') return part.text ?? '';
  if (message.type === 'template') return `${words().template}: ${part.name}`;
  const icon = message.type === 'location' ? '📍' : (ICONS[message.type] ?? '');
  return `${icon} ${part.caption ?? part.filename ?? words()[message.type] ?? message.type}`.trim();
}

/** @param quoted the message it answers, when known
 *  @param act {tap(message, option), sheet(message), more(message)} */
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
    element('button', {
      type: 'button',
      class: 'more',
      'data-testid': 'bubble-more',
      'aria-label': words().more,
      'aria-haspopup': 'dialog',
      onclick: () => act.more(message),
    }),
  );
  pressLong(made, () => act.more(message));
  const buttons = buttonsOf(message, act);
  return element('div', { class: `row ${message.direction === 'in' ? 'mine' : 'theirs'}` }, made, ...buttons);
}

const LONG_PRESS_MS = 500;

// A telephone's long press, and a mouse's other button.
function pressLong(bubble, act) {
  let timer;
  const stop = () => clearTimeout(timer);
  bubble.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse') timer = setTimeout(act, LONG_PRESS_MS);
  });
  for (const event of ['pointerup', 'pointercancel', 'pointermove', 'pointerleave'])
    bubble.addEventListener(event, stop);
  bubble.addEventListener('contextmenu', (event) => {
    // Marked text and links keep the browser's own menu.
    if (event.target.closest('a') || String(window.getSelection())) return;
    event.preventDefault();
    stop();
    act();
  });
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
      if (part.nfm_reply) return [plain('small', `📋 ${part.nfm_reply.name}`), text(answersOf(part.nfm_reply))];
      if (part.call_permission_reply) return [text(`📞 ${words()[part.call_permission_reply.response]}`)];
      const reply = part.list_reply ?? part.button_reply;
      if (reply) return [text(reply.title), plain('small', reply.description)];
      const media =
        part.header?.type && part.header.type !== 'text'
          ? mediaOf(part.header.type, part.header[part.header.type])
          : undefined;
      return [
        media,
        plain('title', part.header?.text),
        text(part.body?.text),
        ...(part.action?.cards ?? []).map(cardOf),
        plain('small', part.footer?.text),
      ];
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
    case 'order':
      return (part.product_items ?? []).map((item) =>
        standIn('order', { filename: `${item.quantity} × ${item.product_retailer_id}` }),
      );
    case 'system':
      return [plain('small', part.body)];
    default:
      return [mediaOf(message.type, part), text(part.caption)];
  }
}

/** What was entered into a form, a line each. */
function answersOf(reply) {
  try {
    return Object.entries(JSON.parse(reply.response_json))
      .filter(([name]) => name !== 'flow_token')
      .map(([name, value]) => `${name}: ${typeof value === 'object' ? Object.values(value).join(', ') : value}`)
      .join('\n');
  } catch {
    return reply.response_json;
  }
}

/** One card of a carousel. */
function cardOf(card) {
  const { display_text: label, url } = card.action?.parameters ?? {};
  return element(
    'div',
    { class: 'card' },
    card.header ? mediaOf(card.header.type, card.header[card.header.type]) : undefined,
    card.body?.text ? element('p', { class: 'words' }, formatted(card.body.text)) : undefined,
    linkTo(url, label ?? words().openLink),
  );
}

function linkTo(url, label, testId) {
  const safe = /^https?:\/\//.test(url ?? '') ? url : undefined;
  return element(
    'a',
    { class: 'answer', href: safe, target: '_blank', rel: 'noopener noreferrer', 'data-testid': testId },
    `↗ ${label}`,
  );
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
  if (message.type === 'template') return templateButtons(message, choose, button, act);
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
      return [linkTo(url, label ?? words().openLink, 'button-0')];
    }
    case 'flow':
    case 'address_message': {
      const label = part.action?.parameters?.flow_cta ?? words().fillIn;
      return [button(`📋 ${label}`, { 'data-testid': 'button-0', onclick: () => act.tap(message) })];
    }
    case 'call_permission_request':
      return ['accept', 'reject'].map((answer, index) =>
        button(words()[answer], { 'data-testid': `button-${index}`, onclick: () => act.tap(message, answer) }),
      );
    case 'product':
    case 'product_list':
    case 'catalog_message':
      return [button(`🛒 ${words().order}`, { 'data-testid': 'button-0', onclick: () => act.tap(message) })];
    case 'voice_call':
      return [element('span', { class: 'answer' }, `📞 ${part.action?.parameters?.display_text ?? words().call}`)];
    default:
      return [];
  }
}

/** Buttons of a template in their own order: what tells the business can be tapped, the rest is shown. */
function templateButtons(message, choose, button, act) {
  const told = message.template?.options ?? [];
  const shown = (message.template?.buttons ?? []).map((each) => {
    if (each.url) return linkTo(each.url, each.text);
    return element(
      'span',
      { class: 'answer' },
      `${each.phone ? '📞' : '⧉'} ${each.text}${each.phone ? ` ${each.phone}` : ''}`,
    );
  });
  const asking = told.findIndex((option) => option.id === 'REQUEST_CONTACT_INFO');
  const options = choose(told.filter((option) => option.id !== 'REQUEST_CONTACT_INFO'));
  if (asking >= 0) {
    const share = () => act.tap(message, 'REQUEST_CONTACT_INFO');
    options.push(button(words().shareNumber, { 'data-testid': `button-${asking}`, onclick: share }));
  }
  return [...options, ...shown];
}

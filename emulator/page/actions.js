// What one can do with a message (long press, or the button on it) and with the chat (the menu above it).
import * as api from './api.js';
import { summaryOf } from './bubbles.js';
import { element } from './dom.js';
import { closeSheet, openSheet } from './sheets.js';
import { words } from './words.js';

const REACTIONS = ['👍', '❤️', '😂', '😮', '😢', '🙏'];
const REASONS = ['notWanted', 'didNotSignUp', 'tooMany', 'noLongerNeeded', 'spam', 'other'];

const choice = (label, testId, onclick, note) =>
  element(
    'button',
    { type: 'button', class: 'choice', 'data-testid': testId, onclick },
    element('strong', {}, label),
    note ? element('span', {}, note) : undefined,
  );

const andClose = (act) => () => {
  closeSheet();
  act();
};

/** @param does {reply(), react(emoji), rate(stars), report()} */
export function openMessage(message, does) {
  const ofBusiness = message.direction === 'out';
  const reactions = element(
    'div',
    { class: 'row-of', role: 'group', 'aria-label': words().react },
    ...REACTIONS.map((emoji) =>
      element(
        'button',
        { type: 'button', class: 'emoji', 'data-testid': `react-${emoji}`, onclick: andClose(() => does.react(emoji)) },
        emoji,
      ),
    ),
    element(
      'button',
      { type: 'button', class: 'emoji', 'aria-label': words().noReaction, onclick: andClose(() => does.react('')) },
      '✕',
    ),
  );
  const stars = element(
    'div',
    { class: 'row-of', role: 'group', 'aria-label': words().rate },
    ...[1, 2, 3, 4, 5].map((count) =>
      element(
        'button',
        {
          type: 'button',
          class: 'emoji star',
          'data-testid': `rate-${count}`,
          'aria-label': `${count} / 5`,
          onclick: andClose(() => does.rate(count)),
        },
        '★',
      ),
    ),
  );
  openSheet(
    words().message,
    element('p', { class: 'about' }, summaryOf(message).slice(0, 140)),
    ofBusiness ? reactions : undefined,
    choice(words().reply, 'act-reply', andClose(does.reply)),
    ...(ofBusiness
      ? [
          element('h3', {}, words().rate),
          stars,
          element('p', { class: 'about' }, words().rateNote),
          choice(words().report, 'act-report', andClose(does.report)),
        ]
      : []),
    choice(words().traffic, 'act-traffic', () => void openTraffic(message)),
  );
}

/** What went over the wire about a message: requests, answers, webhooks, as they were. */
async function openTraffic(message) {
  const exchanges = await api.loadTraffic(message.id);
  const shown = (value) => {
    try {
      return JSON.stringify(typeof value === 'string' ? JSON.parse(value) : value, null, 2);
    } catch {
      return String(value);
    }
  };
  openSheet(
    words().traffic,
    ...(exchanges.length === 0 ? [element('p', { class: 'about' }, words().noTraffic)] : []),
    ...exchanges.map((each) =>
      element(
        'details',
        { class: 'exchange', open: exchanges.length < 4, 'data-testid': `traffic-${each.kind}` },
        element(
          'summary',
          {},
          `${each.kind === 'send' ? 'POST /messages' : words().webhook} → ${each.answered ?? '—'}`,
        ),
        element('pre', {}, shown(each.request)),
        each.answer === undefined ? undefined : element('pre', {}, shown(each.answer)),
      ),
    ),
  );
}

/** @param does {deed(body), patch(change), changeNumber(phone), beside()} */
export function openChatMenu(person, does) {
  const deed = (body) => andClose(() => does.deed(body));
  const flip = (on, off, holds, testId, act) => choice(holds ? on : off, testId, andClose(act));
  openSheet(
    person.name,
    does.beside ? choice(words().beside, 'chat-beside', andClose(does.beside)) : undefined,
    flip(words().switchOff, words().switchOn, person.autoDeliver, 'deed-switch', () =>
      does.deed({ do: person.autoDeliver ? 'switchOff' : 'switchOn' }),
    ),
    flip(words().hideReads, words().showReads, person.readReceipts, 'person-reads', () =>
      does.patch({ readReceipts: !person.readReceipts }),
    ),
    person.phone
      ? flip(words().hideNumber, words().showNumber, person.phoneVisible, 'person-number', () =>
          does.patch({ phoneVisible: !person.phoneVisible }),
        )
      : undefined,
    choice(words().changeNumber, 'person-change', () => askNumber(does.changeNumber)),
    flip(words().resumeMarketing, words().stopMarketing, person.marketingStopped, 'deed-marketing', () =>
      does.deed({ do: person.marketingStopped ? 'resumeMarketing' : 'stopMarketing' }),
    ),
    choice(words().report, 'deed-report', deed({ do: 'report' })),
    person.blocks
      ? choice(words().unblock, 'deed-unblock', deed({ do: 'unblock' }))
      : choice(words().block, 'deed-block', () => openBlock(does.deed)),
  );
}

function openBlock(act) {
  const report = element('input', { type: 'checkbox', 'data-testid': 'block-report' });
  openSheet(
    words().blockWhy,
    ...REASONS.map((reason) =>
      choice(
        words().reasons[reason],
        `reason-${reason}`,
        andClose(() => act({ do: 'block', reason, report: report.checked })),
      ),
    ),
    element('label', { class: 'check' }, report, words().alsoReport),
  );
}

function askNumber(change) {
  const input = element('input', { name: 'phone', inputmode: 'tel', pattern: '\\+?[0-9]{5,20}', required: true });
  const form = element(
    'form',
    { method: 'dialog', class: 'person-form' },
    element('label', {}, words().newNumber, input),
    element('button', { type: 'submit' }, words().changeNumber),
  );
  form.addEventListener('submit', () => change(input.value));
  openSheet(words().changeNumber, form);
}

// The list of chats.
import { summaryOf, timeOf } from './bubbles.js';
import { byId, element } from './dom.js';
import { words } from './words.js';

const list = byId('people');
const COLOURS = 6;

/** The colour of a person's disc: the same for the same id. */
const colourOf = (id) => [...id].reduce((sum, character) => sum + character.codePointAt(0), 0) % COLOURS;

export const identityOf = (person) =>
  person.phone && person.phoneVisible !== false
    ? `+${person.phone}`
    : person.username
      ? `@${person.username}`
      : words().noPhone;

/** @param openId the chat that stands open @param onOpen called with a person's id */
export function showPeople(people, openId, onOpen) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.person : undefined;
  list.replaceChildren(...people.map((person) => element('li', {}, entry(person, person.id === openId, onOpen))));
  if (focused) focusPerson(focused);
}

/** Puts the keyboard on a person's line. */
export function focusPerson(id) {
  [...list.querySelectorAll('button')].find((each) => each.dataset.person === id)?.focus();
}

function entry(person, isOpen, onOpen) {
  return element(
    'button',
    {
      type: 'button',
      class: 'person',
      'data-testid': `chat-${person.id}`,
      'data-person': person.id,
      'aria-current': isOpen ? 'true' : undefined,
      onclick: () => onOpen(person.id),
    },
    element(
      'span',
      { class: `avatar colour-${colourOf(person.id)}`, 'aria-hidden': 'true' },
      [...person.name][0] ?? '?',
    ),
    element(
      'span',
      { class: 'person-words' },
      element('span', { class: 'person-name' }, person.name),
      element('span', { class: 'person-last' }, person.last ? summaryOf(person.last) : identityOf(person)),
    ),
    element(
      'span',
      { class: 'person-side' },
      person.last ? element('time', {}, timeOf(person.last.at)) : undefined,
      person.unread > 0
        ? element(
            'span',
            { class: 'badge', 'aria-label': `${person.unread} ${words().unread}` },
            String(Math.min(person.unread, 999)),
          )
        : undefined,
    ),
  );
}

list.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const entries = [...list.querySelectorAll('button')];
  const next = entries[entries.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

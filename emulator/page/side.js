// More telephones beside the first: each is this very page in a frame, with one chat and no list.
import { byId, element } from './dom.js';
import { words } from './words.js';

/** Each page keeps a stream open, and a browser opens six connections to one host. */
const MOST = 3;
const params = new URLSearchParams(window.location.search);

/** The one person this page is for, when it is a frame. */
export const onlyPerson = params.get('only');
if (onlyPerson) document.documentElement.classList.add('only');

export function openBeside(person) {
  const desk = byId('desk');
  const frames = [...desk.querySelectorAll('.side')];
  if (frames.some((each) => each.dataset.person === person.id)) return;
  if (frames.length >= MOST) frames[0].remove();
  const side = element(
    'section',
    { class: 'side', 'data-person': person.id, 'data-testid': `side-${person.id}`, 'aria-label': person.name },
    element(
      'button',
      {
        type: 'button',
        class: 'plain close',
        'aria-label': `${words().close}: ${person.name}`,
        onclick: () => side.remove(),
      },
      '✕',
    ),
    element('iframe', {
      src: `/?only=${encodeURIComponent(person.id)}#${encodeURIComponent(person.id)}`,
      title: person.name,
    }),
  );
  desk.append(side);
}

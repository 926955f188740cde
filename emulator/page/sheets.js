// What slides up from below: the rows of a list message, and the form for a new customer.
import { byId, element } from './dom.js';
import { language, words } from './words.js';

const sheet = byId('sheet');
sheet.addEventListener('click', (event) => {
  if (event.target === sheet) sheet.close();
});

export const closeSheet = () => sheet.close();

/** Slides a sheet up, or changes what stands in the one that is open. */
export function openSheet(title, ...content) {
  const close = element(
    'button',
    { type: 'button', class: 'plain', 'aria-label': words().close, onclick: () => sheet.close() },
    '✕',
  );
  sheet.replaceChildren(
    element('header', {}, element('h2', {}, title), close),
    ...content.filter((part) => part !== undefined),
  );
  if (!sheet.open) sheet.showModal();
}

/** @param choose called with the chosen row's id */
export function openList(message, choose) {
  const { action } = message.payload;
  let index = 0;
  const sections = (action?.sections ?? []).flatMap((section) => [
    section.title ? element('h3', {}, section.title) : undefined,
    ...(section.rows ?? []).map((row) => {
      const pick = () => {
        sheet.close();
        choose(row.id);
      };
      return element(
        'button',
        { type: 'button', class: 'choice', 'data-testid': `list-row-${index++}`, onclick: pick },
        element('strong', {}, row.title),
        row.description ? element('span', {}, row.description) : undefined,
      );
    }),
  ]);
  openSheet(action?.button ?? '', element('div', { class: 'choices' }, ...sections));
}

/** @param create called with the new person's fields */
export function openNewPerson(create) {
  const field = (name, properties = {}) =>
    element('label', {}, words()[name], element('input', { name, maxlength: '60', ...properties }));
  const chosen = element(
    'select',
    { name: 'language' },
    element('option', { value: 'ru' }, 'Русский'),
    element('option', { value: 'en' }, 'English'),
  );
  chosen.value = language();
  const form = element(
    'form',
    { method: 'dialog', class: 'person-form' },
    field('name', { required: true }),
    field('phone', { inputmode: 'tel', pattern: '\\+?[0-9]{5,20}', placeholder: '+77010000005' }),
    element('label', {}, words().language, chosen),
    element('button', { type: 'submit' }, words().create),
  );
  form.addEventListener('submit', () => {
    const { name, phone, language: spoken } = Object.fromEntries(new FormData(form));
    create({ name, phone: phone || null, language: spoken });
  });
  openSheet(words().newPerson, form);
}

const ACCEPT = {
  image: 'image/jpeg,image/png',
  video: 'video/mp4,video/3gpp',
  audio: 'audio/ogg,audio/mpeg,audio/aac,audio/amr,audio/mp4',
  sticker: 'image/webp',
};
const WITH_CAPTION = new Set(['image', 'video', 'document']);

/** What is attached: a file of one's own, or a stand-in; with a caption where WhatsApp has one.
 *  @param send called with {file?, caption?} */
export function openAttach(kind, send) {
  const file = element('input', { type: 'file', name: 'file', accept: ACCEPT[kind], 'data-testid': 'attach-file' });
  const caption = element('input', { name: 'caption', maxlength: '1024', 'data-testid': 'attach-caption' });
  const go = element('button', { type: 'submit', 'data-testid': 'attach-send' }, words().sendStandIn);
  file.addEventListener('change', () => {
    go.textContent = file.files.length > 0 ? words().send : words().sendStandIn;
  });
  const form = element(
    'form',
    { method: 'dialog', class: 'person-form' },
    element('label', {}, words().file, file),
    WITH_CAPTION.has(kind) ? element('label', {}, words().caption, caption) : undefined,
    go,
  );
  form.addEventListener('submit', () => {
    const [chosen] = file.files;
    send({ ...(chosen ? { file: chosen } : {}), ...(caption.value ? { caption: caption.value } : {}) });
  });
  openSheet(words()[kind], form);
}

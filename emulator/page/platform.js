// The platform's own panel: its clock, its misbehaviour, its templates, how the account stands.
import * as api from './api.js';
import { element } from './dom.js';
import { openSheet } from './sheets.js';
import { language, words } from './words.js';

const HOUR_MS = 60 * 60 * 1000;
const FAULTS = [
  { kind: 'answerLost' },
  { kind: 'timeout' },
  { kind: 'reset' },
  { kind: 'http', httpStatus: 503 },
  { kind: 'error', code: 130429, httpStatus: 429 },
  { kind: 'error', code: 131056 },
  { kind: 'error', code: 131047 },
  { kind: 'failedLater', code: 131026 },
  { kind: 'delay', ms: 5000 },
  { kind: 'unreadable' },
  { kind: 'expiredToken' },
];
const CHANCES = ['duplicate', 'reorder', 'delay', 'drop', 'deaf', 'oddBatches', 'slow'];
const ACTS = {
  PENDING: ['approve', 'reject'],
  APPROVED: ['pause', 'disable'],
  PAUSED: ['resume'],
  REJECTED: ['approve'],
};

const button = (label, testId, onclick) =>
  element('button', { type: 'button', class: 'pill', 'data-testid': testId, onclick }, label);
const nameOf = (fault) => [fault.kind, fault.code ?? fault.httpStatus].filter(Boolean).join(' ');

/** Opens the panel; it is drawn anew after everything that is done in it. @param attempt runs and reports failures */
export async function openPlatform(attempt) {
  const [state, templates, bill] = await Promise.all([api.loadState(), api.loadTemplates(), api.loadBill()]);
  const then = (act) => () => void attempt(act).then(() => openPlatform(attempt));
  openSheet(
    words().platform,
    section('clock', ...clockOf(state, then)),
    section('faults', ...faultsOf(state, then)),
    section('chance', ...chancesOf(state, then)),
    section('templates', ...templatesOf(templates, then)),
    section('account', ...accountOf(state, bill, then)),
  );
}

const opened = new Set(['clock', 'faults']);
function section(name, ...content) {
  const made = element(
    'details',
    { class: 'section', open: opened.has(name), 'data-testid': `platform-${name}` },
    element('summary', {}, words()[name]),
    ...content,
  );
  made.addEventListener('toggle', () => (made.open ? opened.add(name) : opened.delete(name)));
  return made;
}

function clockOf(state, then) {
  const now = new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(state.clock.now),
  );
  const move = (label, testId, body) =>
    button(
      label,
      testId,
      then(() => api.moveClock(body)),
    );
  return [
    element('p', { class: 'about', 'data-testid': 'clock-now' }, now),
    element(
      'div',
      { class: 'row-of' },
      move(words().hourLater, 'clock-hour', { advanceMs: HOUR_MS }),
      move(words().dayLater, 'clock-day', { advanceMs: 24 * HOUR_MS }),
      move(words().monthLater, 'clock-month', { advanceMs: 30 * 24 * HOUR_MS }),
      move(words().realTime, 'clock-real', { offsetMs: 0 }),
    ),
  ];
}

/** What is chosen stays chosen when the panel is drawn anew. */
const chosen = { kind: '0', times: '1' };

function faultsOf(state, then) {
  const kinds = element(
    'select',
    { 'aria-label': words().faults, 'data-testid': 'fault-kind' },
    ...FAULTS.map((fault, index) =>
      element('option', { value: String(index) }, `${nameOf(fault)}: ${words().faultKinds[fault.kind]}`),
    ),
  );
  const times = element(
    'select',
    { 'aria-label': words().howOften, 'data-testid': 'fault-times' },
    ...['1', '3', '10', 'all'].map((each) =>
      element('option', { value: each }, each === 'all' ? words().always : `× ${each}`),
    ),
  );
  kinds.value = chosen.kind;
  times.value = chosen.times;
  kinds.addEventListener('change', () => (chosen.kind = kinds.value));
  times.addEventListener('change', () => (chosen.times = times.value));
  const add = () => {
    const often = chosen.times === 'all' ? 'all' : Number(chosen.times);
    return api.addFault({ ...FAULTS[Number(chosen.kind)], times: often });
  };
  return [
    element('div', { class: 'row-of' }, kinds, times, button(words().add, 'fault-add', then(add))),
    ...state.faults.map((fault) =>
      element(
        'p',
        { class: 'about', 'data-testid': 'fault' },
        `${nameOf(fault)} × ${fault.times ?? words().always} `,
        button(
          '✕',
          'fault-remove',
          then(() => api.removeFault(fault.id)),
        ),
      ),
    ),
  ];
}

function chancesOf(state, then) {
  const { chaos } = state.settings;
  const seed = element('input', { value: chaos.seed, maxlength: '40', 'data-testid': 'chaos-seed' });
  seed.addEventListener(
    'change',
    then(() => api.changeSettings({ chaos: { seed: seed.value } })),
  );
  const sliders = CHANCES.map((name) => {
    const input = element('input', {
      type: 'range',
      min: '0',
      max: '100',
      step: '5',
      value: String(Math.round(chaos[name] * 100)),
      'data-testid': `chaos-${name}`,
    });
    const shown = element('output', {}, `${input.value} %`);
    input.addEventListener('input', () => (shown.textContent = `${input.value} %`));
    input.addEventListener(
      'change',
      then(() => api.changeSettings({ chaos: { [name]: Number(input.value) / 100 } })),
    );
    return element('label', { class: 'slider' }, element('span', {}, words().chances[name]), input, shown);
  });
  return [element('label', { class: 'slider' }, element('span', {}, words().seed), seed), ...sliders];
}

function templatesOf(templates, then) {
  if (templates.length === 0) return [element('p', { class: 'about' }, words().noTemplates)];
  return templates.map((template) =>
    element(
      'div',
      { class: 'template', 'data-testid': `template-${template.name}-${template.language}` },
      element(
        'p',
        {},
        element('strong', {}, template.name),
        ` ${template.language} · ${template.category} · `,
        element('em', {}, template.status),
      ),
      element(
        'div',
        { class: 'row-of' },
        ...(ACTS[template.status] ?? []).map((act) =>
          button(
            words().acts[act],
            `template-${act}`,
            then(() => api.actOnTemplate(template.id, { act })),
          ),
        ),
      ),
    ),
  );
}

function accountOf(state, bill, then) {
  const money = new Intl.NumberFormat(language(), { style: 'currency', currency: bill.currency }).format(
    bill.amountMinor / 100,
  );
  const quality = (score) =>
    button(
      score ?? words().byPeople,
      `quality-${score}`,
      then(() => api.actOnAccount({ act: 'quality', score })),
    );
  const stars = state.stars.map((count, index) => `${index + 1}★ ${count}`).join(' · ');
  const { limit } = state.settings.tier;
  return [
    element('p', { class: 'about' }, `${words().quality}: ${state.quality}`),
    element('div', { class: 'row-of' }, ...['GREEN', 'YELLOW', 'RED', null].map(quality)),
    element('p', { class: 'about' }, `${words().limit}: ${state.tierUsed} / ${limit ?? '∞'}`),
    element('p', { class: 'about', 'data-testid': 'bill' }, `${words().bill}: ${money} (${bill.messages})`),
    element('p', { class: 'about' }, `${words().appStars}: ${stars}`),
  ];
}

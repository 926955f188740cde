// The pretend telephones: what the emulator tells is drawn, what is done here is told to the emulator.
import * as api from './api.js';
import { bubble, summaryOf } from './bubbles.js';
import { byId, element } from './dom.js';
import { focusPerson, identityOf, showPeople } from './people.js';
import { openChatMenu, openMessage } from './actions.js';
import { openPlatform } from './platform.js';
import { openAttach, openList, openNewPerson } from './sheets.js';
import { onlyPerson, openBeside } from './side.js';
import { language, switchLanguage, words } from './words.js';

const desk = byId('desk');
const thread = byId('thread');
const text = byId('text');
const menu = byId('attach-menu');

let people = [];
let openId = null;
/** messages of the open chat by id, in the order in which they stand */
let shown = new Map();
/** changes told about messages that are not loaded yet */
let early = new Map();
let typingTimer = 0;
let readTimer = 0;
let broken = false;
let serverAnswers = true;
let displayNumber = '';
let automation = {};

const person = () => people.find((each) => each.id === openId);
const wide = matchMedia('(min-width: 760px)');

// Under load a message comes every millisecond: the list is drawn once a frame, not once a message.
let drawing = 0;
function drawPeople() {
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    people.sort((a, b) => b.lastActivityAt - a.lastActivityAt);
    showPeople(people, openId, (id) => void openChat(id));
  });
}

function drawFrame() {
  document.documentElement.lang = language();
  const say = words();
  byId('people-title').textContent = say.people;
  byId('people-note').textContent = say.peopleNote;
  byId('language').textContent = say.otherLanguage;
  for (const [id, label, sign] of [
    ['platform', say.platform, '⚙'],
    ['new-person', say.newPerson, '+'],
    ['chat-menu', say.chatMenu, '⋮'],
    ['quote-away', say.close, '✕'],
    ['back', say.back, '‹'],
    ['attach', say.attach, '+'],
    ['send', say.send, '➤'],
  ]) {
    byId(id).textContent = sign;
    byId(id).title = label;
    byId(id).setAttribute('aria-label', label);
  }
  text.placeholder = say.write;
  text.setAttribute('aria-label', say.write);
  const kinds = ['image', 'video', 'audio', 'document', 'location', 'contacts', 'sticker', 'unsupported'];
  menu.replaceChildren(
    ...kinds.map((kind) =>
      element(
        'button',
        { type: 'button', role: 'menuitem', 'data-testid': `attach-${kind}`, onclick: () => void attach(kind) },
        say[kind],
      ),
    ),
  );
  drawAway();
  drawWho();
}

function drawWho(typing = false) {
  const who = person();
  const label = byId('chat-who');
  const states = who
    ? [!who.autoDeliver && words().isOff, who.blocks && words().hasBlocked, who.marketingStopped && words().noOffers]
    : [];
  const about = who ? [`${words().youAre} ${who.name}, ${identityOf(who)}`, ...states.filter(Boolean)].join(' · ') : '';
  label.textContent = typing ? words().typing : about;
  label.classList.toggle('typing-now', typing);
}

function drawAway() {
  const away = byId('away');
  away.hidden = !broken && serverAnswers;
  away.textContent = broken ? words().pageAway : words().serverAway;
}

const act = {
  more: (message) =>
    openMessage(message, {
      reply: () => quote(message),
      react: (emoji) =>
        attempt(() =>
          api.write(openId, { type: 'reaction', reaction: { message_id: message.id, ...(emoji ? { emoji } : {}) } }),
        ),
      rate: (stars) => attempt(() => api.deed(openId, { do: 'rate', messageId: message.id, stars })).then(thank),
      report: () => attempt(() => api.deed(openId, { do: 'report' })).then(thank),
    }),
  tap: (message, option) => attempt(() => api.tap(openId, message.id, option)),
  sheet: (message) => openList(message, (id) => void act.tap(message, id)),
};

function rowOf(message) {
  const quoted = message.contextId ? shown.get(message.contextId)?.message : undefined;
  return bubble(message, quoted, act);
}

function drawThread() {
  const rows = [...shown.values()].map((each) => (each.row = rowOf(each.message)));
  if (rows.length === 0) rows.push(element('p', { class: 'empty', id: 'empty' }, words().empty));
  thread.replaceChildren(...rows);
  thread.scrollTop = thread.scrollHeight;
  drawHints();
}

function append(message) {
  if (message.type === 'reaction' || shown.has(message.id)) return;
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 120;
  byId('empty')?.remove();
  const row = rowOf(message);
  shown.set(message.id, { message, row });
  drawHints();
  const typing = thread.querySelector('.typing');
  if (typing && message.direction === 'out') hideTyping();
  thread.append(row);
  if (typing?.isConnected) thread.append(typing);
  if (atEnd || message.direction === 'in') thread.scrollTop = thread.scrollHeight;
}

function redraw(id, change) {
  const each = shown.get(id);
  if (!each) return void early.set(id, { ...early.get(id), ...change });
  Object.assign(each.message, change);
  const row = rowOf(each.message);
  each.row.replaceWith(row);
  each.row = row;
}

function showTyping(ms) {
  hideTyping();
  const dots = element('div', {
    class: 'typing',
    'data-testid': 'typing',
    role: 'status',
    'aria-label': words().typing,
  });
  dots.append(...[1, 2, 3].map(() => element('i')));
  thread.append(dots);
  thread.scrollTop = thread.scrollHeight;
  drawWho(true);
  typingTimer = setTimeout(hideTyping, ms);
}

function hideTyping() {
  clearTimeout(typingTimer);
  thread.querySelector('.typing')?.remove();
  drawWho();
}

const thank = (done) => done && say(words().noted);

/** A line at the end of the thread that goes by itself. */
function say(sentence, role = 'status') {
  const note = element('p', { class: role === 'alert' ? 'problem' : 'noted', role }, sentence);
  thread.append(note);
  thread.scrollTop = thread.scrollHeight;
  setTimeout(() => note.remove(), 8_000);
}

let quoted = null;
/** The next text answers this message. */
function quote(message) {
  quoted = message;
  byId('quote').hidden = !message;
  byId('quote-words').textContent = message ? summaryOf(message) : '';
  if (message) text.focus();
}

function chatMenu() {
  const who = person();
  if (!who) return;
  openChatMenu(who, {
    deed: (body) => attempt(() => api.deed(who.id, body)),
    patch: (change) => attempt(() => api.patchPerson(who.id, change)),
    changeNumber: (phone) => attempt(() => api.changeNumber(who.id, phone)),
    // On a telephone's own screen there is no room beside.
    beside: wide.matches && !onlyPerson ? () => openBeside(who) : undefined,
  });
}

/** Ice breakers in a chat where nothing was said, commands after a slash: what is tapped is sent as plain text. */
function drawHints() {
  const { prompts = [], commands = [] } = automation;
  const slash = text.value.startsWith('/') ? text.value.slice(1).toLowerCase() : undefined;
  const wanted =
    slash !== undefined
      ? commands
          .filter((each) => each.command_name.startsWith(slash))
          .map((each) => ({
            send: `/${each.command_name}`,
            label: `/${each.command_name} — ${each.command_description}`,
          }))
      : shown.size === 0
        ? prompts.map((prompt) => ({ send: prompt, label: prompt }))
        : [];
  byId('hints').hidden = wanted.length === 0;
  byId('hints').replaceChildren(
    ...wanted.map(({ send: body, label }, index) =>
      element(
        'button',
        {
          type: 'button',
          class: 'pill',
          'data-testid': `hint-${index}`,
          onclick: () => {
            text.value = '';
            void attempt(() => api.write(openId, { type: 'text', text: { body } }));
            drawHints();
          },
        },
        label,
      ),
    ),
  );
}

async function openChat(id, focus = true) {
  openId = id;
  quote(null);
  desk.classList.add('chat-open');
  hideTyping();
  drawPeople();
  shown = new Map();
  drawThread();
  early = new Map();
  const messages = await api.loadThread(id);
  if (openId !== id) return;
  const loaded = messages.filter((each) => each.type !== 'reaction').map((message) => [message.id, { message }]);
  // What was told while the thread was on its way is newer than the thread.
  shown = new Map([...loaded, ...[...shown].filter(([known]) => !loaded.some(([id]) => id === known))]);
  for (const [known, change] of early) Object.assign(shown.get(known)?.message ?? {}, change);
  drawThread();
  readSoon();
  if (focus) text.focus();
  history.replaceState(null, '', `#${encodeURIComponent(id)}`);
}

function closeChat() {
  const before = openId;
  openId = null;
  desk.classList.remove('chat-open');
  history.replaceState(null, '', location.pathname);
  drawPeople();
  requestAnimationFrame(() => focusPerson(before));
}

// Looking at a chat reads it: but only while somebody looks.
function readSoon() {
  if (!openId || document.visibilityState !== 'visible') return;
  clearTimeout(readTimer);
  readTimer = setTimeout(() => openId && attempt(() => api.markRead(openId)), 250);
}

async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    say(`${words().notSent} ${error.message}`, 'alert');
    return undefined;
  }
}

const FILES = new Set(['image', 'video', 'audio', 'document', 'sticker']);

async function attach(kind) {
  toggleMenu(false);
  const to = openId;
  if (FILES.has(kind)) return openAttach(kind, (wanted) => void attempt(() => sendFile(to, kind, wanted)));
  const cards = [
    { name: { formatted_name: 'Алия Сеитова', first_name: 'Алия' }, phones: [{ phone: '+77010000042', type: 'CELL' }] },
  ];
  const payload = {
    location: { latitude: 43.238949, longitude: 76.889709, name: words().place },
    contacts: cards,
    unsupported: { type: 'poll_creation' },
  }[kind];
  await attempt(() => api.write(to, { type: kind, [kind]: payload }));
  text.focus();
}

async function sendFile(to, kind, { file, caption }) {
  const { id } = file ? await api.upload(file) : {};
  // A file that is not a recording is no voice note: the telephone says so by itself.
  const voice = kind === 'audio' && file ? { voice: /ogg/.test(file.type) } : {};
  const part = {
    ...(id ? { id } : {}),
    ...(file ? { filename: file.name } : {}),
    ...(caption ? { caption } : {}),
    ...voice,
  };
  if (kind !== 'document') delete part.filename;
  await api.write(to, { type: kind, [kind]: part });
}

function toggleMenu(open) {
  menu.hidden = !open;
  byId('attach').setAttribute('aria-expanded', String(open));
  if (open) menu.querySelector('button').focus();
}

function fitText() {
  text.style.height = 'auto';
  text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
}

async function send() {
  const body = text.value.trim();
  if (!body || !openId) return;
  text.value = '';
  fitText();
  const context = quoted
    ? { from: quoted.direction === 'out' ? displayNumber : (person()?.phone ?? undefined), id: quoted.id }
    : undefined;
  quote(null);
  drawHints();
  const sent = await attempt(() =>
    api.write(openId, { type: 'text', text: { body }, ...(context ? { context } : {}) }),
  );
  if (!sent && !text.value) text.value = body;
}

async function reload() {
  const [everybody, state] = await Promise.all([api.loadPeople(), api.loadState()]);
  people = everybody;
  broken = false;
  serverAnswers = state.serverAnswers;
  displayNumber = state.displayPhoneNumber;
  automation = state.automation;
  if (openId && !person()) openId = null;
  drawPeople();
  drawFrame();
  const wanted = openId ?? onlyPerson ?? decodeURIComponent(location.hash.slice(1));
  if (people.some((each) => each.id === wanted)) await openChat(wanted, openId === null);
  else if (wide.matches && people[0]) await openChat(people[0].id);
}

api.listen(
  {
    hello: () => void reload().catch(() => undefined),
    people: () =>
      void api.loadPeople().then((found) => {
        people = found;
        drawPeople();
        drawWho();
      }),
    person: ({ id, ...change }) => {
      Object.assign(people.find((each) => each.id === id) ?? {}, change);
      drawPeople();
      if (id === openId) drawWho();
    },
    message: ({ unread, ...message }) => {
      const whose = people.find((each) => each.id === message.personId);
      if (whose) {
        Object.assign(whose, { unread, lastActivityAt: message.at });
        if (message.type !== 'reaction') whose.last = message;
        drawPeople();
      }
      if (message.personId === openId) append(message);
    },
    state: ({ id, personId, ...change }) => {
      if (personId !== openId) return;
      redraw(id, change);
      if (change.state === 'delivered') readSoon();
    },
    seen: ({ personId, ids }) => {
      if (personId === openId) for (const id of ids) redraw(id, { state: 'read' });
    },
    reaction: ({ personId, id, emoji }) => {
      if (personId === openId) redraw(id, { reaction: emoji });
    },
    typing: ({ personId, ms }) => {
      if (personId === openId) showTyping(ms);
    },
    automation: (change) => {
      automation = change;
      drawHints();
    },
    server: ({ answers }) => {
      serverAnswers = answers;
      drawAway();
    },
  },
  () => {
    broken = true;
    drawAway();
  },
);

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  void send();
});
text.addEventListener('keydown', (event) => {
  // Enter that ends a composed character (Chinese, Korean input) is not a wish to send.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void send();
});
text.addEventListener('input', () => {
  fitText();
  drawHints();
});
byId('attach').addEventListener('click', () => toggleMenu(menu.hidden));
menu.addEventListener('focusout', (event) => {
  if (!menu.contains(event.relatedTarget) && event.relatedTarget !== byId('attach')) toggleMenu(false);
});
byId('back').addEventListener('click', closeChat);
byId('chat-menu').addEventListener('click', chatMenu);
byId('platform').addEventListener('click', () => void attempt(() => openPlatform(attempt)));
byId('quote-away').addEventListener('click', () => quote(null));
byId('new-person').addEventListener('click', () =>
  openNewPerson(async (wanted) => {
    const made = await attempt(() => api.createPerson(wanted));
    if (made) await openChat(made.id);
  }),
);
byId('language').addEventListener('click', () => {
  switchLanguage();
  drawFrame();
  drawPeople();
  drawThread();
});
document.addEventListener('visibilitychange', readSoon);
// A keyboard that slides in or a notice above makes the thread shorter: its end stays in sight.
let height = thread.clientHeight;
new window.ResizeObserver(() => {
  const wasAtEnd = thread.scrollHeight - thread.scrollTop - height < 40;
  height = thread.clientHeight;
  if (wasAtEnd) thread.scrollTop = thread.scrollHeight;
}).observe(thread);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || byId('sheet').open) return;
  if (!menu.hidden) {
    toggleMenu(false);
    byId('attach').focus();
  } else if (!byId('quote').hidden) quote(null);
  else if (!wide.matches && openId && !onlyPerson) closeChat();
});
drawFrame();

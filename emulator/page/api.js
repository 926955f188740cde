// The control API, and the stream of what happens.
async function call(method, path, body) {
  const response = await fetch(`/_emulator${path}`, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}

const at = (id) => `/people/${encodeURIComponent(id)}`;

export const loadState = () => call('GET', '/state');
export const loadPeople = () => call('GET', '/people?limit=200').then((answer) => answer.items);
export const loadThread = (id) => call('GET', `${at(id)}/messages?limit=300`).then((answer) => answer.items);
export const write = (id, message) => call('POST', `${at(id)}/messages`, message);
export const tap = (id, messageId, option) => call('POST', `${at(id)}/tap`, { messageId, option });
export const markRead = (id) => call('POST', `${at(id)}/read`, {});
/** @returns {id, kind} of the file that now lies with the platform */
export async function upload(file) {
  const wish = new URLSearchParams({ type: file.type || 'application/octet-stream', filename: file.name });
  const response = await fetch(`/_emulator/media?${wish}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: file,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}
export const mediaAddress = (id) => `/_emulator/media/${encodeURIComponent(id)}`;
export const deed = (id, body) => call('POST', `${at(id)}/deeds`, body);
export const patchPerson = (id, change) => call('PATCH', at(id), change);
export const changeNumber = (id, phone) => call('POST', `${at(id)}/change-number`, { phone });
export const loadTraffic = (messageId) =>
  call('GET', `/messages/${encodeURIComponent(messageId)}/traffic`).then((answer) => answer.items);
export const loadTemplates = () => call('GET', '/templates').then((answer) => answer.items);
export const loadBill = () => call('GET', '/bill');
export const actOnTemplate = (id, body) => call('POST', `/templates/${id}/act`, body);
export const actOnAccount = (body) => call('POST', '/account/act', body);
export const moveClock = (body) => call('POST', '/clock', body);
export const changeSettings = (body) => call('POST', '/settings', body);
export const addFault = (body) => call('POST', '/faults', body);
export const removeFault = (id) => call('DELETE', `/faults/${id}`);
export const createPerson = (person) => call('POST', '/people', person);

/** Listens for ever; the browser comes back by itself after a break and `hello` says so. */
export function listen(handlers, onBreak) {
  const source = new EventSource('/_emulator/events');
  for (const [event, handle] of Object.entries(handlers)) {
    source.addEventListener(event, (message) => handle(JSON.parse(message.data)));
  }
  source.addEventListener('error', onBreak);
}

import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { DOOR } from '../means/server.js';
import { eventually } from '../journeys/eventually.js';
import { chatOf } from '../journeys/chat.js';
import { inbound, type Customer } from '../journeys/platform.js';
import { api, contactsOf, onBothStores, settled, type Stand } from '../journeys/stand.js';
import { personKeyOf, spoilMessage } from '../journeys/whole-store.js';
import { disguises, found, type Canary } from './canaries.js';

describe('The search for canaries', () => {
  it('finds a text however it is dressed', () => {
    const canary = { what: 'a text', text: 'Кенар-7f3a9c1e' };
    const wrapped = (text: string) => Buffer.from(text).toString('base64');
    for (const output of [
      `{"message":"Кенар-7f3a9c1e"}`,
      JSON.stringify({ message: 'кенар-7F3A9C1E' }),
      '{"m":"\\u041a\\u0435\\u043d\\u0430\\u0440-7f3a9c1e"}',
      `/contacts?name=${encodeURIComponent(canary.text)}`,
      Buffer.from(canary.text).toString('hex').toUpperCase(),
      ...['', 'a', 'ab', 'abc'].map((before) => wrapped(`${before}${canary.text} and after`)),
    ]) {
      assert.ok(found(output, [canary]).length > 0, output);
    }
    assert.deepEqual(found('{"message":"update.dead","row":"0mwrxmgnwugXzeTC7cbQVKQ"}', [canary]), []);
    assert.ok(disguises(canary.text).exact.length >= 3);
  });
});

const word = () => randomBytes(9).toString('hex');
const adminToken = `admin-${word()}${word()}`;
const BREAKING_WORD = word();

onBothStores(
  'What comes out beside the authorised answers',
  (stand) => {
    it('holds no text, name, number, BSUID, wamid or token of anybody, through successes and failures', async () => {
      const { platform, server, emulator } = stand();
      const name = `Кенар Жёлтый ${word()}`;
      const wamid = `wamid.${word()}`;
      const customer = await platform.customer({ name, phone: `7707${randomInt(1_000_000, 9_999_999)}` });
      const hidden = await platform.customer({ name: `Prudence ${word()}`, phone: null });
      const said: string[] = [];
      const text = (start: string) => {
        said.push(`${start} ${word()}`);
        return said.at(-1) ?? '';
      };
      const outputs: string[] = [];

      const unlucky = await platform.customer();
      await platform.write(unlucky, text(BREAKING_WORD));
      await converse(stand(), [customer, hidden], wamid, text);
      const toCall = `7705${randomInt(1_000_000, 9_999_999)}`;
      const refused = await throughEveryDialog(stand(), customer, toCall, text);
      outputs.push(...refused);
      await goWrong(stand(), customer, text);
      await breakAnUpdate(stand(), customer, text);
      const made = (await api(server, '/operators', {
        method: 'POST',
        body: JSON.stringify({ name: text('operator'), role: 'agent' }),
      })) as { token: string };
      outputs.push(...(await refusals(stand(), customer, made.token, text)));
      await addArticle(stand(), text);
      const hiddenWamids = (await platform.thread(hidden)).map(({ id }) => id);
      await erase(stand(), hidden);
      for (const path of ['/metrics', '/readyz?deep', '/healthz']) outputs.push(await bodyOf(server.url + path));
      await settled(server);
      await eventually(async () => (await deadUpdates(stand())).some(({ reason }) => reason === 'TypeError'), 40_000);

      const wamids = [customer, hidden].map(async (person) => (await platform.thread(person)).map(({ id }) => id));
      const { account } = emulator;
      const canaries: Canary[] = [
        ...said.map((each) => ({ what: 'a text', text: each })),
        ...said.map((each) => ({ what: 'the random part of a text', text: each.split(' ').at(-1) ?? each })),
        ...[name, name.split(' ')[2] ?? name].map((each) => ({ what: 'a name', text: each })),
        { what: 'a phone number', text: customer.phone ?? '' },
        { what: 'the number to call', text: toCall },
        ...hiddenWamids.map((id) => ({ what: 'a wamid', text: id.replace(/^wamid\./, '') })),
        ...[customer, hidden].map(({ userId }) => ({ what: 'a BSUID', text: (userId ?? '').slice(3) })),
        ...(await Promise.all(wamids)).flat().map((id) => ({ what: 'a wamid', text: id.replace(/^wamid\./, '') })),
        { what: 'the access token', text: account.accessToken },
        { what: 'the app secret', text: account.appSecret },
        { what: 'the verify token', text: account.verifyToken },
        { what: 'the admin token', text: adminToken },
        { what: "an operator's token", text: made.token },
      ];
      assert.ok(canaries.every(({ text: each }) => each.length >= 8));
      const authorised = JSON.stringify(await contactsOf(server, `phone=${customer.phone}`));
      assert.ok(found(authorised, canaries).length > 0, 'they are found where they may stand');
      outputs.push(server.program.output);
      assert.ok(server.program.output.split('\n').length > 10, 'the log did say something');
      assert.deepEqual(found(outputs.join('\n'), canaries), []);
    });
  },
  {
    imports: ['breaking-word.js'],
    env: { LOG_LEVEL: 'debug', ADMIN_API_TOKEN: adminToken, TEST_BREAKING_WORD: BREAKING_WORD },
  },
);

/** All that goes well. */
async function converse(
  { platform, server }: Stand,
  people: readonly Customer[],
  wamid: string,
  text: (start: string) => string,
): Promise<void> {
  for (const person of people) {
    await platform.write(person, { text: text('привет, это я,'), ...(person === people[0] ? { id: wamid } : {}) });
    await platform.answered(person);
    await platform.write(person, { type: 'image', image: { caption: text('на фото') } });
    await platform.write(person, { type: 'document', document: { filename: `${text('договор')}.pdf` } });
    await platform.write(person, {
      type: 'contacts',
      contacts: [{ name: { formatted_name: text('Пётр') }, phones: [] }],
    });
    await platform.write(person, {
      type: 'location',
      location: { latitude: 43.2, longitude: 76.9, name: text('дом') },
    });
    await platform.write(person, { type: 'unheard_of', unheard_of: { words: text('что-то новое') } });
    await platform.write(person, `${text('мой вопрос')}. Оператор!`);
    await eventually(async () => (await platform.answers(person)).length >= 2);
  }
  await settled(server);
  const moved = people[0];
  if (moved) await platform.post(`/people/${moved.id}/change-user-id`, {});
  await settled(server);
}

const post = (body: unknown, method = 'POST'): RequestInit => ({ method, body: JSON.stringify(body) });

/** An agent answers the case that is open and closes it; stars, a call-back, the price, the topics, "what do you know about me".
 *  @returns what agents were told where they asked for what cannot be */
async function throughEveryDialog(
  stand: Stand,
  customer: Customer,
  toCall: string,
  text: (start: string) => string,
): Promise<string[]> {
  const { server } = stand;
  const refused: string[] = [];
  const refuse = async (path: string, init: RequestInit) => {
    await assert.rejects(api(server, path, init), (error: Error) => {
      refused.push(error.message);
      return / 4\d\d /.test(error.message);
    });
  };
  const { answer, say, tap } = await chatOf(stand.platform, customer);
  const [contact] = await contactsOf(server, `phone=${customer.phone}`);
  const { items } = (await api(server, '/cases?limit=200')) as { items: { id: string; contactId: string }[] };
  const caseId = items.find(({ contactId }) => contactId === contact?.id)?.id;
  assert.ok(caseId);
  await api(server, `/cases/${caseId}/reply`, post({ text: text('Здравствуйте, это Мария,') }));
  await answer();
  await api(server, `/cases/${caseId}/note`, post({ text: text('заметка') }));
  const file = { dataBase64: Buffer.from(text('файл')).toString('base64'), mime_type: 'application/pdf' };
  await stand.platform.write(customer, { type: 'document', document: { ...file, filename: `${text('счёт')}.pdf` } });
  await stand.platform.write(customer, text('спасибо, Мария,'));
  await settled(server);
  await api(server, `/cases/${caseId}/close`, post({ text: text('Рада помочь,') }));
  await tap(await answer(), 'star:');
  await refuse(`/cases/${caseId}/reply`, post({ text: text('ещё одно') }));
  await refuse(`/cases/${caseId}/note`, post({ text: { [text('не текст')]: 1 } }));

  const isLearnt = async () => {
    const asked = (await api(server, '/answers', post({ text: 'как отписаться от рассылки' }))) as { kind: string };
    return asked.kind === 'answer';
  };
  await eventually(isLearnt, 30_000);
  const thanked = await tap(await say('как отписаться от рассылки'), 'star:');
  await tap(thanked, 'star:');
  await say(text('сколько весит слон'));

  await say('перезвоните мне');
  const times = await tap(await say(`+${toCall}`), 'call:day:');
  await tap(await tap(times, 'call:at:'), 'call:confirm:');
  const [callback] = ((await api(server, `/callbacks?contactId=${contact?.id}`)) as { items: { id: string }[] }).items;
  await api(server, `/callbacks/${callback?.id}`, post({ state: 'missed' }, 'PATCH'));
  await answer();
  await api(server, `/callbacks/${callback?.id}`, post({ state: 'done' }, 'PATCH'));
  await answer();
  await refuse(`/callbacks/${callback?.id}`, post({ state: 'called' }, 'PATCH'));
  await refuse(`/callbacks/${callback?.id}`, post({ state: text('called') }, 'PATCH'));

  await say('сколько стоит рассылка');
  await say('меню');
  await tap(await say('подписки'), 'in:news');
  await say('что вы обо мне знаете');
  await settled(server);
  return refused;
}

/** Operators' own words are nobody else's business either. */
async function addArticle({ server }: Stand, text: (start: string) => string): Promise<void> {
  const wording = (start: string) => {
    const samples = Array.from({ length: 12 }, (_, n) => text(`${start} ${n}`));
    return { title: text('Сад').slice(0, 24), short: text('Коротко'), long: text('Подробно'), samples };
  };
  await api(server, '/articles/garden', post({ chips: [], ru: wording('где сад'), en: wording('the garden') }, 'PUT'));
  await eventually(async () => (await api(server, '/articles/garden')) !== undefined);
}

/** With one confirmation, in the chat. */
async function erase(stand: Stand, customer: Customer): Promise<void> {
  const { say, tap } = await chatOf(stand.platform, customer);
  await tap(await say('delete everything'), 'erase:');
  await settled(stand.server);
}

/** Errors of the platform that quote what was sent and to whom, and a door that is knocked at with nonsense. */
async function goWrong(
  { platform, server }: Stand,
  customer: Customer,
  text: (start: string) => string,
): Promise<void> {
  const quoting = () => `Message «${text('quoted')}» to ${customer.phone} failed`;
  const faults = [
    { kind: 'error', code: 131026, details: quoting() },
    { kind: 'error', code: 100, details: quoting() },
    { kind: 'error', code: 131056, details: quoting() },
    { kind: 'http', httpStatus: 500, body: quoting() },
    { kind: 'unreadable', body: quoting() },
    { kind: 'failedLater', code: 131049, details: quoting() },
  ];
  for (const [index, fault] of faults.entries()) {
    const before = (await platform.sends(customer)).length;
    await platform.fault(fault, customer);
    await platform.write(customer, index % 2 ? 'меню' : 'что ты умеешь');
    await eventually(async () => (await platform.sends(customer)).length > before);
    await settled(server);
  }
  const body = platform.body({ messages: [inbound(customer, text('без подписи'))] });
  await platform.webhook(body, { signature: 'wrong' });
  await platform.webhook(`{"broken": "${text('не JSON')}"`);
  await platform.webhook(platform.body({ messages: [{ ...inbound(customer, text('чужому')), from: 7 }] }));
  await platform.webhook(platform.body({ errors: [{ code: 1, title: text('an error of theirs') }] }));
  await platform.post('/verify', { token: 'a-guess', challenge: '123456789' });
  await settled(server);
}

const deadUpdates = async ({ server }: Stand) =>
  ((await api(server, '/inbox/dead')) as { items: { id: string; reason: string }[] }).items;

/** A stored update that nobody can read, as after damage on the disk: it is set aside as dead, and again when it is retried. */
async function breakAnUpdate(stand: Stand, customer: Customer, text: (start: string) => string): Promise<void> {
  const [contact] = await contactsOf(stand.server, `phone=${customer.phone}`);
  const raw = Buffer.from(`{"entry": "${text('испорчено')}`);
  await spoilMessage(stand, await personKeyOf(stand, contact?.id ?? ''), raw);
  const unreadable = async () => (await deadUpdates(stand)).find(({ reason }) => reason === 'unreadable');
  const dead = await eventually(unreadable);
  await api(stand.server, `/inbox/dead/${dead.id}/retry`, { method: 'POST' });
  await eventually(unreadable);
}

/** What the API and the rest say to requests that they refuse. @returns bodies and headers of all of them */
async function refusals(
  { server, emulator }: Stand,
  customer: Customer,
  agentToken: string,
  text: (start: string) => string,
): Promise<string[]> {
  const [contact] = await contactsOf(server, `phone=${customer.phone}`);
  const json = (body: unknown) => ({ method: 'POST', body: JSON.stringify(body) });
  const requests: [path: string, init: RequestInit, token?: string][] = [
    [`/api/v1/contacts/${customer.phone}`, {}],
    [`/api/v1/contacts?phone=${encodeURIComponent(text('not a number'))}`, {}],
    [`/api/v1/contacts?limit=${encodeURIComponent(text('ten'))}`, {}],
    [`/api/v1/messages?state=${encodeURIComponent(text('lost'))}&contactId=${contact?.id}`, {}],
    [`/api/v1/${encodeURIComponent(text('nowhere'))}`, {}],
    [`/${encodeURIComponent(text('nowhere'))}?phone=${customer.phone}`, {}],
    ['/api/v1/operators', json({ name: 7, role: text('king') })],
    ['/api/v1/operators', json({ name: text('a name'), role: 'admin', [text('extra')]: 1 })],
    ['/api/v1/operators', { method: 'POST', body: `{"name": "${text('broken')}` }],
    ['/api/v1/operators', json({ name: text('not allowed'), role: 'agent' }), agentToken],
    [
      '/api/v1/articles/garden',
      { method: 'PUT', body: JSON.stringify({ ru: { title: text('Сад и огород, которому нет конца') } }) },
    ],
    [
      '/api/v1/articles/garden',
      { method: 'PUT', body: JSON.stringify({ [text('лишнее')]: 1, chips: [text('нет такой')] }) },
    ],
    ['/api/v1/quotes', json({ subscribers: text('сто') })],
    [`/api/v1/callbacks?state=${encodeURIComponent(text('lost'))}`, {}],
    ['/api/v1/contacts', {}, `${agentToken}x`],
    ['/api/v1/contacts', {}, text('Bearer')],
    ['/api/v1/contacts/import', json({ rows: text('no list') })],
    ['/api/v1/contacts/import', { method: 'POST', body: text('phone;name'), headers: { 'content-type': 'text/csv' } }],
    [`/api/v1/inbox/dead/${customer.userId}/retry`, { method: 'POST' }],
    [`${DOOR}?hub.mode=subscribe&hub.verify_token=${emulator.account.verifyToken}x&hub.challenge=1`, {}],
    [`${DOOR}/${customer.phone}`, {}],
  ];
  const replies: string[] = [];
  for (const [path, init, token = server.adminToken] of requests) {
    const headers = { authorization: `Bearer ${encodeURIComponent(token)}`, 'content-type': 'application/json' };
    const response = await fetch(server.url + path, { ...init, headers: { ...headers, ...init.headers } });
    const body = await response.text();
    if (response.ok) continue; // an authorised answer may hold what it is about
    replies.push(`${path.split('?')[0]?.slice(0, 12)} ${JSON.stringify([...response.headers])} ${body}`);
  }
  assert.ok(replies.length >= requests.length - 4, `only ${replies.length} of ${requests.length} were refused`);
  return replies;
}

const bodyOf = async (url: string): Promise<string> => (await fetch(url)).text();

import { createHmac, randomInt } from 'node:crypto';
import { DOOR, type RunningEmulator, type RunningServer } from '../means/server.js';
import { eventually } from './eventually.js';

/** A pretend customer, as the emulator's controls show them. */
export type Customer = { id: string; phone: string | null; userId: string | null; typingUntil: number };

/** One bubble of a thread. `payload` is what stood under the type's own name. */
export type Bubble = {
  id: string;
  direction: 'in' | 'out';
  type: string;
  payload: unknown;
  /** Of a template: the words it stands for. */
  template?: { body?: string };
  at: number;
  state: string;
};

/** One line of the emulator's journal; which members are there depends on `event`. */
export type LogEntry = {
  seq: number;
  at: string;
  event: string;
  person?: string | null;
  callback?: string | null;
  wamid?: string | null;
  accepted?: boolean;
  answered?: number | null;
  code?: number;
  type?: string | null;
  text?: string;
  ids?: string[];
  typing?: boolean;
  path?: string;
};

/** So many connections every machine has. */
const PEOPLE_AT_ONCE = 100;

type Json = Record<string, unknown>;

/** The platform and its customers, played by the emulator and moved through its controls. */
export class Platform {
  constructor(readonly emulator: RunningEmulator) {}

  /** A new customer with a number and a BSUID of their own, unless `wanted` says otherwise. */
  async customer(wanted: Json = {}): Promise<Customer> {
    const phone = `7701${randomInt(1_000_000, 9_999_999)}`;
    return this.post('/people', { phone, language: 'ru', autoRead: false, ...wanted }) as Promise<Customer>;
  }

  /** The customer writes: a text, one message of any type, or `{messages: [...]}` in one POST. */
  async write(customer: Customer, message: string | Json): Promise<{ id: string }[]> {
    const draft = typeof message === 'string' ? { text: message } : message;
    const { messages } = (await this.post(`/people/${customer.id}/messages`, draft)) as { messages: { id: string }[] };
    return messages;
  }

  tap(customer: Customer, message: Bubble, option: string | number): Promise<unknown> {
    return this.post(`/people/${customer.id}/tap`, { messageId: message.id, option });
  }

  async thread(customer: Customer): Promise<Bubble[]> {
    return ((await this.get(`/people/${customer.id}/messages?limit=1250`)) as { items: Bubble[] }).items;
  }

  /** What the customer has had from us, oldest first. */
  async answers(customer: Customer): Promise<Bubble[]> {
    return (await this.thread(customer)).filter(({ direction }) => direction === 'out');
  }

  /** Waits until the customer has `count` answers from us. */
  answered(customer: Customer, count = 1, withinMs = 20_000): Promise<Bubble[]> {
    return eventually(async () => {
      const answers = await this.answers(customer);
      if (answers.length >= count) return answers;
      throw new Error(`${answers.length} answers of ${count} within ${withinMs} ms`);
    }, withinMs);
  }

  async person(customer: Customer): Promise<Customer> {
    return (await this.get(`/people/${customer.id}`)) as Customer;
  }

  /** The journal; `query` such as `event=send&person=p1`. */
  async log(query: string): Promise<LogEntry[]> {
    return ((await this.get(`/log?limit=20000&${query}`)) as { items: LogEntry[] }).items;
  }

  /** Every `POST /messages` about a customer, whatever came of it. */
  sends(customer: Customer): Promise<LogEntry[]> {
    return this.log(`event=send&person=${customer.id}`);
  }

  /** How the server answered the webhooks about these ids, all tries. */
  async doorAnswers(id: string): Promise<(number | null)[]> {
    const posts = await this.log('event=webhook');
    return posts.filter(({ ids }) => ids?.includes(id)).map(({ answered }) => answered ?? null);
  }

  fault(fault: Json, customer?: Customer): Promise<unknown> {
    return this.post('/faults', { ...fault, ...(customer ? { personId: customer.id } : {}) });
  }

  clearFaults(): Promise<unknown> {
    return this.call('DELETE', '/faults');
  }

  settings(change: Json): Promise<unknown> {
    return this.post('/settings', change);
  }

  status(messageId: string, status: string, more: Json = {}): Promise<unknown> {
    return this.post(`/messages/${messageId}/statuses`, { status, ...more });
  }

  /** Posts a body of our own to the door, signed unless told otherwise. @returns what the door said to each try */
  async webhook(body: unknown, more: Json = {}): Promise<(number | null)[]> {
    const { outcomes } = (await this.post('/webhook', { body, ...more })) as {
      outcomes: { answered: number | null }[];
    };
    return outcomes.map(({ answered }) => answered);
  }

  /** Many customers at once, who are taken to have written just now. */
  async crowd(count: number, wanted: Json = {}): Promise<Customer[]> {
    const idPrefix = `crowd${randomInt(1e9)}-`;
    const firstPhone = `7702${randomInt(1_000_000, 9_000_000)}`;
    await this.post('/people/bulk', { count, firstPhone, idPrefix, windowOpen: true, language: 'ru', ...wanted });
    const people: Customer[] = [];
    for (let from = 0; from < count; from += PEOPLE_AT_ONCE) {
      const ids = Array.from({ length: Math.min(PEOPLE_AT_ONCE, count - from) }, (_, n) => `${idPrefix}${from + n}`);
      people.push(...(await Promise.all(ids.map(async (id) => (await this.get(`/people/${id}`)) as Customer))));
    }
    return people;
  }

  /** Knocks at one server's door ourselves, signed as the platform signs. @returns what the door said */
  async knock(server: RunningServer, body: unknown): Promise<number> {
    const bytes = Buffer.from(JSON.stringify(body));
    const signature = createHmac('sha256', this.emulator.account.appSecret).update(bytes).digest('hex');
    const response = await fetch(server.url + DOOR, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
      body: bytes,
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** The body of a POST with one change of field `messages`, as Meta wraps it. */
  body(value: Json, phoneNumberId = this.emulator.account.phoneNumberId, field = 'messages'): Json {
    const metadata = { display_phone_number: '15550100001', phone_number_id: phoneNumberId };
    const change = { field, value: { messaging_product: 'whatsapp', metadata, ...value } };
    return {
      object: 'whatsapp_business_account',
      entry: [{ id: this.emulator.account.businessAccountId, changes: [change] }],
    };
  }

  get(path: string): Promise<unknown> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown): Promise<unknown> {
    return this.call('POST', path, body);
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.emulator.url}/_emulator${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`emulator ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** The words of a message that the customer sees. */
export function wordsOf(bubble: Bubble | undefined): string {
  if (bubble?.template?.body !== undefined) return bubble.template.body;
  const payload = bubble?.payload as { body?: string | { text?: string } } | undefined;
  return typeof payload?.body === 'string' ? payload.body : (payload?.body?.text ?? '');
}

/** A message of a customer as Meta words it, for POSTs of our own. */
export function inbound(customer: Customer, text: string, more: Json = {}): { id: string } & Json {
  return {
    ...(customer.phone ? { from: customer.phone } : {}),
    ...(customer.userId ? { from_user_id: customer.userId } : {}),
    id: `wamid.${randomInt(2 ** 47).toString(36)}${randomInt(2 ** 47).toString(36)}`,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
    text: { body: text },
    ...more,
  };
}

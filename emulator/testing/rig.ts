import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmulatorOptions } from '../emulator.js';
import { startEmulator, type RunningEmulator } from '../serve.js';

/** A webhook as the server under test would have got it. */
export interface Received {
  readonly raw: string;
  readonly headers: IncomingHttpHeaders;
  readonly value: WebhookValue;
}

export interface WebhookValue {
  readonly contacts?: Record<string, unknown>[];
  readonly messages?: Record<string, unknown>[];
  readonly statuses?: Record<string, unknown>[];
}

export interface Answer {
  readonly status: number;
  // A test reads whatever it expects; a wrong expectation fails there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly headers: Headers;
}

type Entry = { changes: { field: string; value: Record<string, unknown> }[] };

const PATIENCE_MS = 5_000;

/** An emulator on a free port, and a server that takes its webhooks. */
export class Rig {
  readonly received: Received[] = [];
  /** what the pretend server answers; a number, or a function of how many POSTs have come before */
  answer: number | ((before: number) => number) = 200;
  private posts = 0;
  private waiting: (() => void)[] = [];

  private constructor(
    readonly running: RunningEmulator,
    private readonly server: Server,
  ) {}

  static async start(over: Partial<EmulatorOptions> = {}): Promise<Rig> {
    const started: { rig?: Rig } = {};
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const challenge = new URL(request.url ?? '', 'http://x').searchParams.get('hub.challenge');
        if (challenge) return void response.end(challenge);
        const status = started.rig?.take(Buffer.concat(chunks).toString(), request.headers) ?? 200;
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const running = await startEmulator({
      host: '127.0.0.1',
      port: 0,
      webhookUrl: `http://127.0.0.1:${port}/webhooks/whatsapp`,
      appSecret: 'app-secret',
      verifyToken: 'verify-token',
      accessToken: 'access-token',
      phoneNumberId: '1001',
      businessAccountId: '2002',
      displayPhoneNumber: '15550100001',
      ...over,
    });
    const rig = new Rig(running, server);
    started.rig = rig;
    Object.assign(running.emulator.settings.statuses, { sentMs: 0, deliveredMs: 0, readMs: 0 });
    running.emulator.settings.retryScheduleMs = [5];
    return rig;
  }

  get url(): string {
    return this.running.emulator.baseUrl;
  }

  /** `POST /{phone_number_id}/messages`, with the envelope filled in. */
  send(body: Record<string, unknown>, token = 'access-token'): Promise<Answer> {
    return this.graph('POST', '/1001/messages', { messaging_product: 'whatsapp', ...body }, token);
  }

  text(to: Record<string, unknown>, body = 'hello'): Promise<Answer> {
    return this.send({ ...to, type: 'text', text: { body } });
  }

  graph(method: string, path: string, body?: unknown, token = 'access-token'): Promise<Answer> {
    return this.call(method, `/v25.0${path}`, body, { authorization: `Bearer ${token}` });
  }

  control(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.call(method, `/_emulator${path}`, body, {});
  }

  /** `POST /{phone_number_id}/media`. */
  async upload(
    bytes: Buffer | string,
    type: string,
    filename = 'file',
    more: Record<string, string> = {},
  ): Promise<Answer> {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('file', new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], { type }), filename);
    for (const [name, value] of Object.entries(more)) form.set(name, value);
    const headers = { authorization: 'Bearer access-token' };
    const response = await fetch(`${this.url}/v25.0/1001/media`, { method: 'POST', headers, body: form });
    return { status: response.status, body: await response.json(), headers: response.headers };
  }

  /** `GET` of an address with the token. */
  fetchWithToken(url: string): Promise<Response> {
    return fetch(url, { headers: { authorization: 'Bearer access-token' } });
  }

  /** A template message that needs no parameters, declared without review. */
  async declare(name: string, category = 'UTILITY', more: Record<string, unknown> = {}): Promise<string> {
    const { body } = await this.control('POST', '/templates', { name, language: 'ru', category, ...more });
    return body.id;
  }

  template(to: Record<string, unknown>, name: string): Promise<Answer> {
    return this.send({ ...to, type: 'template', template: { name, language: { code: 'ru' } } });
  }

  advance(advanceMs: number): Promise<Answer> {
    return this.control('POST', '/clock', { advanceMs });
  }

  /** Sets the emulator's clock. */
  async setTime(iso: string): Promise<void> {
    await this.control('POST', '/clock', { offsetMs: Date.parse(iso) - Date.now() });
  }

  /** The failed statuses that came, by code. */
  failures = (): number[] =>
    this.statuses()
      .filter((each) => each['status'] === 'failed')
      .map((each) => (each['errors'] as { code: number }[])[0]?.code ?? 0);

  /** The person writes, so that their window is open; what came of it is forgotten. */
  async hear(personId: string): Promise<void> {
    const { body } = await this.control('POST', `/people/${personId}/messages`, { text: 'hello' });
    await this.until(() => this.messages().some((each) => each['id'] === body.messages[0].id));
    this.received.length = 0;
  }

  messages = (): Record<string, unknown>[] => this.received.flatMap((each) => each.value.messages ?? []);
  statuses = (): Record<string, unknown>[] => this.received.flatMap((each) => each.value.statuses ?? []);

  /** Every change of that field that came. */
  changes = (field: string): { readonly field: string; readonly value: Record<string, unknown> }[] =>
    this.received
      .flatMap((each) => (JSON.parse(each.raw) as { entry: Entry[] }).entry)
      .flatMap((entry) => entry.changes)
      .filter((change) => change.field === field);

  /** Waits until the webhooks that came make it true. */
  async until(holds: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!holds()) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0)
        throw new Error(
          `it did not come true; the last of ${this.received.length} received:\n${this.received
            .slice(-5)
            .map((each) => each.raw)
            .join('\n')}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async close(): Promise<void> {
    await this.running.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(raw: string, headers: IncomingHttpHeaders): number {
    const status = typeof this.answer === 'number' ? this.answer : this.answer(this.posts);
    this.posts += 1;
    let value: WebhookValue = {};
    try {
      value =
        (JSON.parse(raw) as { entry: { changes: { value: WebhookValue }[] }[] }).entry[0]?.changes[0]?.value ?? {};
    } catch {
      // A raw webhook may be anything at all.
    }
    this.received.push({ raw, headers, value });
    for (const wake of this.waiting.splice(0)) wake();
    return status;
  }

  private async call(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text, headers: response.headers };
  }
}

/** What Meta's signature of these bytes is: written out here once more, so that the emulator is not its own judge. */
export const expectedSignature = (raw: string): string =>
  `sha256=${createHmac('sha256', 'app-secret').update(raw, 'utf8').digest('hex')}`;

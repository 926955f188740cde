import { randomBytes } from 'node:crypto';
import axios, { type AxiosInstance } from 'axios';
import { classifyAnswer, classifyUpload, errorIn, refusesAccess, withoutDoubt } from './classify-answer.js';
import type { CloudApi, OutboundMessage, SendResult, UploadedFile, UploadResult } from './cloud-api.js';
import type { PhoneNumberId, Wamid } from './ids.js';
import { multipart } from './multipart.js';
import { createUndiciAdapter, NoAnswer } from './undici-adapter.js';
import { readMarkToWire, toWire } from './wire.js';

const MAX_ANSWER_BYTES = 1024 * 1024;
const NOT_LOOKED_AT = [
  'transitional',
  'timeout',
  'xsrfCookieName',
  'xsrfHeaderName',
  'maxContentLength',
  'maxBodyLength',
  'env',
] as const satisfies readonly (keyof AxiosInstance['defaults'])[];

export type GraphClientOptions = {
  /** Such as `https://graph.facebook.com`; a path in it comes before the version. */
  readonly graphUrl: string;
  /** Such as `v25.0`. */
  readonly graphVersion: string;
  /** Asked for every call: it may be another one while tokens are changed. */
  readonly accessToken: () => string;
  readonly timeoutMs?: number;
  /** Every call holds one for as long as Graph takes to answer. */
  readonly maxConnections?: number;
  readonly now?: () => number;
};

/** What Graph answered to a question or an order that is no message. */
export type GraphAnswer =
  | { readonly kind: 'ok'; readonly body: unknown }
  /** A 4xx or 5xx with an error; its words are for a person's eyes alone, never for a log. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: number | undefined; readonly words: string }
  | { readonly kind: 'noAnswer' };

export type GraphClient = CloudApi & {
  /** axios as the face: interceptors may be added; paths are relative to the version. */
  readonly http: AxiosInstance;
  /** What Graph says at a path such as `/PN?fields=…`; undefined for anything but a good answer. */
  read(path: string): Promise<unknown>;
  /** One call at a path such as `/WABA/message_templates`, no second try. Never throws. */
  request(method: 'get' | 'post' | 'delete', path: string, body?: object): Promise<GraphAnswer>;
  /** Ends connections and calls in the air, whose outcome is then unknown. */
  close(): Promise<void>;
};

/** The account at Meta, over HTTP. One call each, never a second try; no failure throws, and none quotes what was sent. */
export function createCloudApi(options: GraphClientOptions): GraphClient {
  const { timeoutMs = 10_000, maxConnections = 512, now = Date.now } = options;
  const url = new URL(options.graphUrl);
  const version = options.graphVersion.replace(/^v?/, 'v');
  const baseURL = `${url.pathname.replace(/\/+$/, '')}/${version}`;
  const { adapter, close } = createUndiciAdapter({
    origin: url.origin,
    maxConnections,
    timeoutMs,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  // The lean path: bodies are texts both ways, every status is an answer, and nothing follows redirects.
  const http = axios.create({ adapter, baseURL, transformRequest: [], transformResponse: [], validateStatus: null });
  // Defaults are merged into every call, member by member: what this adapter does not look at costs half of what axios does.
  for (const name of NOT_LOOKED_AT) delete http.defaults[name];
  http.defaults.headers = { common: {} } as typeof http.defaults.headers;
  const headers = () => ({ authorization: `Bearer ${options.accessToken()}`, 'user-agent': 'vestnik' });

  /** Everything that can fail on our side is done before the call is handed out. */
  const messageCall = (phoneNumberId: PhoneNumberId, body: object) => {
    const data = JSON.stringify(body);
    const url = `/${phoneNumberId}/messages`;
    const config = { method: 'post', url, data, headers: { ...headers(), 'content-type': 'application/json' } };
    return () => http.request<string>(config);
  };

  return {
    http,
    close,

    async send(message: OutboundMessage): Promise<SendResult> {
      try {
        const call = messageCall(message.phoneNumberId, toWire(message));
        try {
          const { status, data, headers: answered } = await call();
          return classifyAnswer(status, data, { 'retry-after': answered['retry-after'] as string | undefined }, now());
        } catch (error) {
          return withoutAnswer(error);
        }
      } catch {
        // The token or the body could not even be written.
        return { kind: 'notSent', scope: 'account', reason: 'configuration' };
      }
    },

    async upload(phoneNumberId: PhoneNumberId, file: UploadedFile): Promise<UploadResult> {
      try {
        const { body, contentType } = multipart(
          [
            { name: 'messaging_product', value: 'whatsapp' },
            { name: 'type', value: file.mimeType },
            { name: 'file', ...file },
          ],
          `vestnik-${randomBytes(18).toString('hex')}`,
        );
        const config = { headers: { ...headers(), 'content-type': contentType } };
        const { status, data, headers: answered } = await http.post<string>(`/${phoneNumberId}/media`, body, config);
        return classifyUpload(status, data, { 'retry-after': answered['retry-after'] as string | undefined }, now());
      } catch (error) {
        return withoutDoubt(withoutAnswer(error));
      }
    },

    async discard(mediaId: string): Promise<void> {
      await http.delete(`/${encodeURIComponent(mediaId)}`, { headers: headers() }).catch(() => undefined);
    },

    async markRead(phoneNumberId: PhoneNumberId, wamid: Wamid, typing: boolean): Promise<boolean> {
      try {
        const { status } = await messageCall(phoneNumberId, readMarkToWire(wamid, typing))();
        return status >= 200 && status < 300;
      } catch {
        return false;
      }
    },

    async read(path: string): Promise<unknown> {
      try {
        const { status, data } = await http.get<string>(path, { headers: headers() });
        return status === 200 ? (JSON.parse(data) as unknown) : undefined;
      } catch {
        return undefined;
      }
    },

    async request(method, path, body): Promise<GraphAnswer> {
      try {
        const { status, data } = await http.request<string>({
          method,
          url: path,
          ...(body === undefined ? {} : { data: JSON.stringify(body) }),
          headers: { ...headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        });
        if (status >= 200 && status < 300) return { kind: 'ok', body: JSON.parse(data) as unknown };
        return { kind: 'refused', status, ...errorIn(data) };
      } catch {
        return { kind: 'noAnswer' };
      }
    },

    async probe(phoneNumberId: PhoneNumberId): Promise<'valid' | 'refused' | 'unknown'> {
      try {
        const { status, data } = await http.get<string>(`/${phoneNumberId}?fields=id`, { headers: headers() });
        if (status === 200) return /"id"\s*:/.test(data) ? 'valid' : 'unknown';
        return refusesAccess(status, data) ? 'refused' : 'unknown';
      } catch {
        return 'unknown';
      }
    },
  };
}

/** Once a request is on its way, silence proves nothing: the platform may have it. Before that, nothing has left. */
function withoutAnswer(error: unknown): SendResult {
  if (!(error instanceof NoAnswer)) return { kind: 'unknown', reason: 'other' }; // an interceptor: before or after, who knows
  if (error.started) {
    const reasons = { timeout: 'timeout', tooLarge: 'unreadable', connection: 'reset', invalid: 'reset' } as const;
    return { kind: 'unknown', reason: reasons[error.why] };
  }
  if (error.why === 'invalid') return { kind: 'notSent', scope: 'account', reason: 'configuration' };
  if (error.why === 'timeout') return { kind: 'notSent', scope: 'number', reason: 'timeout' };
  return { kind: 'notSent', scope: 'number', reason: error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable' };
}

import type { AxiosInstance } from 'axios';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { PhoneNumberId } from './ids.js';

/** Files that customers sent, fetched from Meta (reference §2.9): first what it is and where, then the bytes. */

/** What Graph says of a file. */
export type MediaInfo = {
  /** Lives five minutes; a secret of the account's, since whoever has it and the token has the file. */
  readonly url: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** Hex or base64; undefined where Graph says none. */
  readonly sha256: string | undefined;
};

/** Why there is nothing. `gone`: there is no such file, or not any more; `expired`: the address is too old, ask for another; `later`: the
 *  network, Graph or the token, and all of these mend; `untrusted`: the address is none of Meta's, and gets no token of ours. */
export type MediaFailure = { readonly kind: 'gone' | 'expired' | 'later' | 'untrusted' };

export interface MediaClient {
  info(phoneNumberId: PhoneNumberId, mediaId: string): Promise<({ readonly kind: 'info' } & MediaInfo) | MediaFailure>;
  /** The body has to be read to its end or left by an exception; it throws when the connection breaks. */
  download(
    url: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'bytes'; readonly body: AsyncIterable<Uint8Array> } | MediaFailure>;
  close(): Promise<void>;
}

export type MediaClientOptions = {
  readonly graphUrl: string;
  readonly accessToken: () => string;
  /** Relative to the version, see `GraphClient`. */
  readonly http: Pick<AxiosInstance, 'get'>;
};

const Info = z.object({
  url: z.string(),
  mime_type: z.string().max(200),
  sha256: z.string().max(200).optional(),
  file_size: z.coerce.number().int().nonnegative(),
});

/** Hosts that Meta serves files from. */
const META_HOSTS = /(^|\.)(fbsbx\.com|facebook\.com|whatsapp\.net|fbcdn\.net)$/;
const CONNECTIONS = 8;
const SILENCE_MS = 20_000;

export function createMediaClient({ graphUrl, accessToken, http }: MediaClientOptions): MediaClient {
  const agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: 5_000 },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  });
  const graph = new URL(graphUrl);
  const headers = () => ({ authorization: `Bearer ${accessToken()}`, 'user-agent': 'vestnik' });
  const isTrusted = (url: URL) =>
    url.origin === graph.origin || (url.protocol === 'https:' && META_HOSTS.test(url.hostname));

  return {
    close: () => agent.destroy(),

    async info(phoneNumberId, mediaId) {
      try {
        const path = `/${encodeURIComponent(mediaId)}?phone_number_id=${encodeURIComponent(phoneNumberId)}`;
        const { status, data } = await http.get<string>(path, { headers: headers() });
        if (status !== 200) return failureOf(status);
        const info = Info.parse(JSON.parse(data));
        return {
          kind: 'info',
          url: info.url,
          mimeType: info.mime_type,
          bytes: info.file_size,
          sha256: info.sha256,
        };
      } catch {
        return { kind: 'later' };
      }
    },

    async download(url, signal) {
      const address = URL.canParse(url) ? new URL(url) : undefined;
      if (!address || !isTrusted(address)) return { kind: 'untrusted' };
      try {
        // No redirect is followed: it would carry the token to wherever it leads.
        const { statusCode, body } = await request(address, { dispatcher: agent, headers: headers(), signal });
        if (statusCode === 200) return { kind: 'bytes', body };
        body.on('error', () => undefined).destroy();
        return statusCode === 404 || statusCode === 410 ? { kind: 'expired' } : { kind: 'later' };
      } catch {
        return { kind: 'later' };
      }
    },
  };
}

/** Graph says 400 or 404 of an id that it does not know (any more); the token and the rates mend. */
const failureOf = (status: number): MediaFailure => ({ kind: status === 400 || status === 404 ? 'gone' : 'later' });

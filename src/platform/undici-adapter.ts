import axios, { AxiosError, AxiosHeaders, type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import { Pool, type Dispatcher } from 'undici';

/** A call that got no answer. `started`: the request was on its way, so the platform may have acted on it. When false, nothing
 *  of it has left: no connection, no name, no TLS, or no free connection in time. */
export class NoAnswer extends AxiosError {
  constructor(
    readonly started: boolean,
    readonly why: 'timeout' | 'tooLarge' | 'connection' | 'invalid',
    code: string | undefined,
  ) {
    // Without the config, which holds the token and the message: errors end up in logs.
    super(`no answer (${why})`, code);
  }
}

export type UndiciAdapterOptions = {
  readonly origin: string;
  readonly maxConnections: number;
  /** From the call to the last byte of the answer, waiting for a free connection included. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
};

export type UndiciAdapter = { readonly adapter: AxiosAdapter; close(): Promise<void> };

/** Lets axios speak through a pool of undici's: a fifth of the CPU of its own adapter (`bench/axios-paths.ts`).
 *  One request at a time on a connection, nothing is ever sent twice, no redirects. Answers are texts. */
export function createUndiciAdapter(options: UndiciAdapterOptions): UndiciAdapter {
  const pool = new Pool(options.origin, {
    connections: options.maxConnections,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: Math.ceil(options.timeoutMs / 2) }, // so that it is told apart from a slow answer
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
    headersTimeout: 0, // one timer of ours for the whole call
    bodyTimeout: 0,
  });
  const adapter: AxiosAdapter = (config) =>
    new Promise((resolve, reject) => {
      const call = new Call(config, options, (outcome) => {
        if (outcome instanceof NoAnswer) return reject(outcome);
        const { status, headers, text } = outcome;
        resolve({
          data: text,
          status,
          statusText: '',
          headers: AxiosHeaders.from(headers),
          config,
          request: undefined,
        });
      });
      try {
        pool.dispatch(call.request, call);
      } catch (error) {
        call.onResponseError(undefined, error as Error);
      }
    });
  return { adapter, close: () => pool.destroy() };
}

type Answer = { readonly status: number; readonly headers: Record<string, string>; readonly text: string };

/** One request. The pool tells when it puts the request on a connection; until then its failure proves that nothing was sent. */
class Call implements Dispatcher.DispatchHandler {
  readonly request: Dispatcher.DispatchOptions;
  readonly #maxBytes: number;
  readonly #settle: (outcome: Answer | NoAnswer) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #headers: Record<string, string> = {};
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;

  constructor(
    config: InternalAxiosRequestConfig,
    options: UndiciAdapterOptions,
    settle: (outcome: Answer | NoAnswer) => void,
  ) {
    this.#settle = settle;
    this.#maxBytes = options.maxAnswerBytes;
    this.#timer = setTimeout(() => this.#fail('timeout', 'ETIMEDOUT'), options.timeoutMs);
    this.request = {
      method: (config.method ?? 'get').toUpperCase() as Dispatcher.HttpMethod,
      path: config.params === undefined ? `${config.baseURL ?? ''}${config.url ?? '/'}` : axios.getUri(config),
      headers: config.headers.toJSON() as Record<string, string>,
      body: config.data as string | Buffer | undefined,
    };
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Too late, or a second time: undici sends a request again when its socket closed in a way that it takes as harmless.
    // Thrown here, before a byte is written, it costs neither the connection nor the others waiting for it.
    if (this.#settled || this.#controller) throw new Error('abandoned');
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    this.#status = status; // of a 1xx first, of the answer at last
    this.#headers = headers as Record<string, string>;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.#fail('tooLarge', undefined);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#size);
    this.#end({ status: this.#status, headers: this.#headers, text: body.toString() });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const { code } = error as NodeJS.ErrnoException;
    this.#fail(code === 'UND_ERR_INVALID_ARG' ? 'invalid' : 'connection', code ?? firstCode(error));
  }

  #fail(why: NoAnswer['why'], code: string | undefined): void {
    if (this.#settled) return;
    const failure = new NoAnswer(this.#controller !== undefined, why, code);
    this.#end(failure);
    this.#controller?.abort(failure);
  }

  #end(outcome: Answer | NoAnswer): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#settle(outcome);
  }
}

/** Where a name has several addresses, node gathers their failures. */
const firstCode = (error: Error): string | undefined =>
  error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined)?.code : undefined;

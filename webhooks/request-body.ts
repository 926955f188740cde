import type { IncomingMessage } from 'node:http';

export type ReadBody =
  | { readonly kind: 'whole'; readonly body: Uint8Array }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'tooSlow' }
  /** The sender hung up: there is nobody left to answer. */
  | { readonly kind: 'aborted' };

/** Reads a body of at most `limitBytes` within `limitMs`. What is too large stops being read at the byte that crosses the
 *  limit; whoever called decides what becomes of the connection. Resolves once and leaves neither timers nor bytes behind. */
export function readBody(request: IncomingMessage, limitBytes: number, limitMs: number): Promise<ReadBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (result: ReadBody) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) return void chunks.push(chunk);
      request.pause();
      finish({ kind: 'tooLarge' });
    };
    const onEnd = () => {
      const [first] = chunks;
      finish({ kind: 'whole', body: chunks.length === 1 && first ? first : Buffer.concat(chunks, size) });
    };
    const onClose = () => finish({ kind: 'aborted' });
    const timer = setTimeout(() => finish({ kind: 'tooSlow' }), limitMs);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

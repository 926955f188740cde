import type { IncomingMessage, ServerResponse } from 'node:http';

/** How much of an unwanted body is still read, and for how long, so that its sender lives to see our answer. */
const DRAIN_BYTES = 64 * 1024;
const DRAIN_MS = 2_000;

/** Answers before the body is read and ends the connection. The answer leaves whole at once; the end waits for the rest of
 *  the body within bounds, since closing on unread bytes resets the connection and takes the answer with it. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  request.on('error', ignore); // a sender that hangs up now is none of our business
  response.on('error', ignore);
  response.writeHead(status, {
    ...headers,
    Connection: 'close',
    'Content-Type': 'text/plain',
    'Content-Length': String(Buffer.byteLength(text)),
  });
  if (request.complete) return void response.end(text);
  response.write(text);

  let drained = 0;
  const finish = () => {
    clearTimeout(timer);
    request.off('data', onData).off('end', finish).off('close', finish);
    response.end();
  };
  const onData = (chunk: Buffer) => {
    drained += chunk.length;
    if (drained < DRAIN_BYTES) return;
    request.pause();
    finish();
  };
  const timer = setTimeout(finish, DRAIN_MS);
  request.on('data', onData).on('end', finish).on('close', finish);
  request.resume();
}

const ignore = (): void => undefined;

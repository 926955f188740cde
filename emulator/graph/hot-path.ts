import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Emulator } from '../emulator.js';
import { graphError, graphErrorBody, type GraphError } from '../graph-errors.js';

/** Reads a body to its end. @returns undefined when it is longer than `maxBytes` @throws when the caller went away */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(bytes > maxBytes ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
    );
    request.on('error', reject);
  });
}

/** Whether the call bears the account's token. @returns the refusal, or undefined */
export function checkToken(emulator: Emulator, request: IncomingMessage): GraphError | undefined {
  if (emulator.settings.tokenExpired) return expiredToken();
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${emulator.options.accessToken}`);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return undefined;
  return graphError(190, 'Invalid OAuth access token - Cannot parse access token');
}

export const expiredToken = (): GraphError =>
  graphError(190, 'Error validating access token: Session has expired.', { subcode: 463 });

/** The refusal Meta gives for an object that does not exist or is somebody else's. */
export const noSuchObject = (id: string, method: string): GraphError =>
  graphError(
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing ` +
      'permissions, or does not support this operation',
    { subcode: 33, type: 'GraphMethodException' },
  );

/** Answers with JSON in one write. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=UTF-8',
    'Content-Length': text.length,
    'facebook-api-version': 'v25.0',
    ...headers,
  });
  response.end(text);
}

export function answerError(response: ServerResponse, error: GraphError, headers: Record<string, string> = {}): void {
  answerJson(response, error.http, graphErrorBody(error), headers);
}

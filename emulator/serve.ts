import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import express, { type NextFunction, type Request, type Response } from 'express';
import { guard, pageHeaders } from './control/guard.js';
import { controlRoutes } from './control/routes.js';
import { closeEmulator, createEmulator, type Emulator, type EmulatorOptions } from './emulator.js';
import { graphError } from './graph-errors.js';
import { answerError } from './graph/hot-path.js';
import { handleMessages } from './graph/messages.js';
import { graphRoutes } from './graph/routes.js';

const MESSAGES = /^(?:\/v\d+\.\d+\/([^/?]+)|\/(\d+))\/messages(?:\?|$)/;

/** A running emulator. */
export interface RunningEmulator {
  readonly emulator: Emulator;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts an emulator and resolves once it listens.
 *  @throws the error of `listen`, such as EADDRINUSE */
export async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  const emulator = createEmulator(options);
  const app = createApp(emulator);
  // Sends come a thousand a second: they are answered here, before express is asked (it would cost three times as much).
  const server = createServer((request, response) => {
    const match = request.method === 'POST' ? MESSAGES.exec(request.url ?? '') : null;
    const phoneNumberId = match?.[1] ?? match?.[2];
    if (phoneNumberId === undefined) return void app(request, response);
    handleMessages(emulator, phoneNumberId, request, response).catch((error: unknown) => {
      process.stderr.write(`emulator: ${error instanceof Error ? error.stack : String(error)}\n`);
      if (response.headersSent) response.destroy();
      else answerError(response, graphError(131000, 'The emulator has a fault; see its stderr.'));
    });
  });
  // A keep-alive connection closed just as a send arrives looks like a lost answer; longer than any client's own limit.
  server.keepAliveTimeout = 75_000;
  try {
    await listen(server, options);
  } catch (error) {
    await closeEmulator(emulator);
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  emulator.baseUrl = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  return {
    emulator,
    port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      await closeEmulator(emulator);
      server.closeAllConnections();
      await closed;
    },
  };
}

function createApp(emulator: Emulator): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(graphRoutes(emulator));
  app.use('/_emulator', controlRoutes(emulator));
  const page = [guard(emulator.options.host), pageHeaders];
  app.get('/', page, (_request: Request, response: Response) =>
    response.sendFile('index.html', { root: pageFolder() }),
  );
  app.use('/page', page, express.static(pageFolder()));
  app.use((request: Request, response: Response) => {
    const { method, path } = request;
    process.stderr.write(`emulator: nothing here answers ${method} ${path}\n`);
    emulator.journal.add({ event: 'unknownPath', method, path: path.slice(0, 200) });
    const details = `Unknown path components: ${path}. The emulator does not play this part of the platform (${method}).`;
    answerError(response, graphError(2500, details, { http: 400 }));
  });
  app.use((error: Error & { status?: number }, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    if (error.status === undefined) process.stderr.write(`emulator: ${error.stack}\n`);
    answerError(
      response,
      graphError(error.status === undefined ? 131000 : 100, error.message, { http: error.status ?? 500 }),
    );
  });
  return app;
}

/** The page's files are served as they stand in the source, whether this runs compiled or not. */
function pageFolder(): string {
  const beside = fileURLToPath(new URL('./page', import.meta.url));
  const compiled = fileURLToPath(new URL('../../emulator/page', import.meta.url));
  return existsSync(beside)
    ? beside
    : existsSync(compiled)
      ? compiled
      : fileURLToPath(new URL('../../../emulator/page', import.meta.url));
}

const listen = (server: Server, options: EmulatorOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });

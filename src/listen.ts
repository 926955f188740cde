import type { Server } from 'node:http';
import { BadConfig, type Config } from './config.js';

/** @returns the port: the one that was set, or a free one when that is 0
 *  @throws BadConfig with words when the address cannot be had */
export function listen(server: Server, { port, host }: Pick<Config, 'port' | 'host'>): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words = wordsOf(error.code, port, host);
      fail(words === undefined ? error : new BadConfig([words]));
    });
    server.listen(port, host.replace(/^\[(.*)\]$/, '$1'), () => {
      const address = server.address();
      done(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function wordsOf(code: string | undefined, port: number, host: string): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `PORT ${port} on ${host} is taken: choose another, for example PORT=${port < 65_535 ? port + 1 : 3_000}`;
    case 'EACCES':
      return `PORT ${port} may not be used by this user: choose one above 1023, for example PORT=3000`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST ${host} is no address of this machine: 127.0.0.1 is for this machine alone, 0.0.0.0 for everybody`;
    default:
      return undefined;
  }
}

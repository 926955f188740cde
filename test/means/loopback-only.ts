import { Socket as UdpSocket } from 'node:dgram';
import { isIP, Socket } from 'node:net';

// Importing this file closes the way out: from then on this process connects to nothing but its own machine. Every TCP
// client of Node (http, undici, the MongoDB driver, tls) ends up in Socket.prototype.connect. The servers the tests start
// get it too, through NODE_OPTIONS. Whoever must reach a database elsewhere names it in MONGODB_URI.

/** What a test gets that tries to talk to the outside. */
export class OutsideWorld extends Error {
  constructor(host: string) {
    super(`Tests talk to the loopback only, and something here wanted to connect to ${host}.`);
    this.name = 'OutsideWorld';
  }
}

const allowedHosts = new Set(['localhost', ...hostsOf(process.env['MONGODB_URI'])]);

/** Whether a test may connect to `host`: this machine, or a host of `MONGODB_URI`. */
export function isAllowed(host: string): boolean {
  const plain = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (allowedHosts.has(plain)) return true;
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1' || plain.startsWith('::ffff:127.');
}

type Connect = (this: Socket, ...args: unknown[]) => Socket;

const connect = Socket.prototype.connect as unknown as Connect;
Socket.prototype.connect = function guarded(this: Socket, ...args: unknown[]): Socket {
  const host = hostAmong(args);
  if (host !== undefined && !isAllowed(host)) {
    process.nextTick(() => this.destroy(new OutsideWorld(host)));
    return this;
  }
  return connect.apply(this, args);
} as Socket['connect'];

const send = UdpSocket.prototype.send as unknown as (this: UdpSocket, ...args: unknown[]) => void;
UdpSocket.prototype.send = function guarded(this: UdpSocket, ...args: unknown[]): void {
  const host = args.slice(1).find((arg) => typeof arg === 'string');
  if (typeof host === 'string' && !isAllowed(host)) throw new OutsideWorld(host);
  send.apply(this, args);
} as UdpSocket['send'];

// `connect(options)`, `connect(port, host)`, `connect(path)`, and Node's own call with all of it in one array.
function hostAmong(args: unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === 'object' && first !== null) {
    const options = first as { path?: string; host?: string };
    return options.path === undefined ? (options.host ?? 'localhost') : undefined;
  }
  const isPort = typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first));
  if (!isPort) return undefined; // a Unix socket or a named pipe
  return typeof second === 'string' ? second : 'localhost';
}

function hostsOf(uri: string | undefined): string[] {
  const authority = /^[a-z+]+:\/\/([^/?]+)/.exec(uri ?? '')?.[1] ?? '';
  return authority
    .replace(/^.*@/, '')
    .split(',')
    .map((host) => host.replace(/:\d+$/, '').toLowerCase())
    .filter(Boolean);
}

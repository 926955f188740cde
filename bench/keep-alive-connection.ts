import { connect, type Socket } from 'node:net';

/** One kept-alive HTTP/1.1 connection, one request at a time: the least that a load generator needs, so that it is never the slower side. */
export class KeepAliveConnection {
  readonly #port: number;
  #socket: Socket | undefined;
  #answered: ((status: number) => void) | undefined;
  #head = '';
  #bodyLeft = -1;

  constructor(port: number) {
    this.#port = port;
    this.#open();
  }

  /** @param answered told the status once the answer is whole; 0 when the connection broke */
  send(request: Buffer, answered: (status: number) => void): void {
    this.#answered = answered;
    this.#head = '';
    this.#bodyLeft = -1;
    if (!this.#socket || this.#socket.destroyed) this.#open();
    this.#socket?.write(request);
  }

  close(): void {
    this.#answered = undefined;
    this.#socket?.destroy();
  }

  #open(): void {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) this.#finish(0);
    });
    this.#socket = socket;
  }

  #read(chunk: Buffer): void {
    if (this.#bodyLeft >= 0) {
      this.#bodyLeft -= chunk.length;
    } else {
      this.#head += chunk.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1];
      this.#bodyLeft = Number(length ?? 0) - (this.#head.length - end - 4);
    }
    if (this.#bodyLeft <= 0) this.#finish(Number(this.#head.slice(9, 12)));
  }

  #finish(status: number): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(status);
  }
}

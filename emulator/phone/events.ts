import type { ServerResponse } from 'node:http';

const MAX_LISTENERS = 50;
const MAX_WAITING_BYTES = 1024 * 1024;

/** Live updates of the phone page, by Server-Sent Events. */
export class Events {
  private readonly listeners = new Set<ServerResponse>();
  private readonly heartbeat = setInterval(() => this.send(': still here\n\n'), 20_000).unref();

  /** @returns false when too many pages are open */
  listen(response: ServerResponse): boolean {
    if (this.listeners.size >= MAX_LISTENERS) return false;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      Connection: 'keep-alive',
    });
    response.write('retry: 1000\n\nevent: hello\ndata: {}\n\n');
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
    return true;
  }

  /** Whether anybody looks: under load nobody does, and nothing need be spelled out. */
  get watched(): boolean {
    return this.listeners.size > 0;
  }

  emit(event: string, data: unknown): void {
    if (this.watched) this.send(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close(): void {
    clearInterval(this.heartbeat);
    for (const response of this.listeners) response.end();
    this.listeners.clear();
  }

  private send(text: string): void {
    for (const response of this.listeners) {
      // A page that does not read is let go: it comes back by itself and loads everything anew.
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
      else response.write(text);
    }
  }
}

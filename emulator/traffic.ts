/** What went over the wire about one message. */
export interface Exchange {
  readonly at: string;
  readonly kind: 'send' | 'webhook';
  readonly request: unknown;
  readonly answered: number | null;
  readonly answer?: unknown;
}

/** Messages whose traffic is kept, and exchanges of each: enough for somebody who looks at a chat. */
export const MAX_MESSAGES = 2_000;
const MAX_PER_MESSAGE = 20;
const MAX_BODY_LENGTH = 100_000;

/** Raw requests, answers and webhooks by message, for the phone page. Under load only the newest messages have theirs. */
export class Traffic {
  private readonly byMessage = new Map<string, Exchange[]>();

  note(messageId: string, exchange: Omit<Exchange, 'at'>): void {
    let exchanges = this.byMessage.get(messageId);
    if (!exchanges) {
      this.byMessage.set(messageId, (exchanges = []));
      if (this.byMessage.size > MAX_MESSAGES) {
        const [oldest] = this.byMessage.keys();
        if (oldest !== undefined) this.byMessage.delete(oldest);
      }
    }
    const { request } = exchange;
    const kept = typeof request === 'string' && request.length > MAX_BODY_LENGTH ? '(too long to be kept)' : request;
    if (exchanges.length < MAX_PER_MESSAGE)
      exchanges.push({ at: new Date().toISOString(), ...exchange, request: kept });
  }

  of(messageId: string): readonly Exchange[] {
    return this.byMessage.get(messageId) ?? [];
  }

  clear(): void {
    this.byMessage.clear();
  }
}

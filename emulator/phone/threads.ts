import type { Pricing } from '../rules/pricing.js';

/** How far one of our server's messages got; a customer's message has none. */
export type MessageState = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed' | 'received';

/** One bubble. `payload` is what stood under the type's own name in the request or the webhook. */
export interface ThreadMessage {
  readonly id: string;
  readonly personId: string;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly payload: unknown;
  /** ms, the platform's clock */
  readonly at: number;
  state: MessageState;
  /** emoji the other side put on it */
  reaction?: string;
  contextId?: string;
  callbackData?: string;
  /** what the message was sent to: decides what its failed status may carry (reference §3.4) */
  readonly sentTo?: 'phone' | 'userId';
  /** what it will cost once delivered */
  readonly pricing?: Pricing;
  /** the template it was made from: feedback counts for it */
  readonly templateId?: string;
  /** the platform drops it unless delivered by then, ms (reference §6.8) */
  readonly expiresAt?: number;
  /** the how manieth message to this person: its name for seeded misbehaviour */
  readonly place?: number;
  /** the words of a template message: they stay when the template is edited or deleted */
  readonly templateVersion?: string;
  error?: string;
}

/** Messages kept for one person, and for everybody together; the oldest go first. */
export const MAX_PER_THREAD = 1_000;
export const MAX_MESSAGES = 200_000;

// Order of progress: a "sent" that comes after a "read" changes nothing on the telephone either.
const RANK: Readonly<Record<MessageState, number>> = {
  received: 0,
  accepted: 1,
  sent: 2,
  delivered: 3,
  read: 4,
  failed: 5,
};

/** What was said, by person and by message id. */
export class Threads {
  private readonly byPerson = new Map<string, ThreadMessage[]>();
  private readonly byId = new Map<string, ThreadMessage>();

  get size(): number {
    return this.byId.size;
  }

  get(id: string): ThreadMessage | undefined {
    return this.byId.get(id);
  }

  of(personId: string): readonly ThreadMessage[] {
    return this.byPerson.get(personId) ?? [];
  }

  add(message: ThreadMessage): void {
    const thread = this.byPerson.get(message.personId);
    if (thread) thread.push(message);
    else this.byPerson.set(message.personId, [message]);
    this.byId.set(message.id, message);
    // A quarter at once: shifting an array by one for every message would copy it each time.
    if (thread && thread.length > MAX_PER_THREAD * 1.25) {
      for (const old of thread.splice(0, thread.length - MAX_PER_THREAD)) this.byId.delete(old.id);
    }
    if (this.byId.size > MAX_MESSAGES) this.dropOldest();
  }

  /** @returns whether the message moved on */
  advance(message: ThreadMessage, state: MessageState): boolean {
    if (RANK[state] <= RANK[message.state] || message.state === 'failed') return false;
    message.state = state;
    return true;
  }

  clear(): void {
    this.byPerson.clear();
    this.byId.clear();
  }

  private dropOldest(): void {
    const [oldest] = this.byId.values();
    if (!oldest) return;
    const thread = this.byPerson.get(oldest.personId);
    if (thread?.[0] === oldest) thread.shift();
    if (thread?.length === 0) this.byPerson.delete(oldest.personId);
    this.byId.delete(oldest.id);
  }
}

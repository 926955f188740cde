import type { Clock } from '../clock.js';
import { webhookError, type GraphError } from '../graph-errors.js';
import type { Feedback } from '../rules/feedback.js';
import type { Bill } from '../rules/pricing.js';
import type { Settings } from '../settings.js';
import type { Snapshot } from '../snapshot.js';
import { contactOf, messagesChange, type NumberIdentity } from '../webhook/payloads.js';
import type { WebhookSender } from '../webhook/sender.js';
import type { Events } from './events.js';
import { visiblePhone, type Person } from './people.js';
import type { MessageState, ThreadMessage, Threads } from './threads.js';

export type StatusName = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

interface World {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly threads: Threads;
  readonly events: Events;
  readonly webhooks: WebhookSender;
  readonly number: NumberIdentity;
  readonly snapshot: Snapshot;
  readonly feedback: Feedback;
  readonly bill: Bill;
  /** called once a message is on the person's telephone: their script may act on it */
  arrived(message: ThreadMessage, person: Person): void;
}

/** How long the platform keeps what it cannot deliver (reference §6.8). */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Moves our server's messages along, sent → delivered → read, and tells the server (reference §4). */
export class Statuses {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly world: World) {}

  /** Starts the usual course of an accepted message, at the pace of the settings and as the person's telephone allows. */
  follow(message: ThreadMessage, person: Person): void {
    const { statuses } = this.world.settings;
    if (!statuses.enabled) return;
    this.later(statuses.sentMs, () => {
      this.move(message, person, 'sent');
      // A reaction yields only `sent` (reference §4.1).
      if (message.type === 'reaction' || !person.autoDeliver) return;
      this.later(statuses.deliveredMs, () => this.deliver(message, person));
    });
  }

  /** The person sees a delivered message: `read` if they let others know, else nothing but their own screen changes. */
  read(message: ThreadMessage, person: Person): void {
    if (message.state !== 'delivered' || !person.readReceipts || message.type === 'reaction') return;
    this.move(message, person, 'read');
    this.world.feedback.note('read', message.templateId);
  }

  /** The telephone is on again: what waited for it arrives, but for what the platform has dropped meanwhile, without a
   *  word to anybody (reference §6.8). @returns how many arrived */
  turnOn(person: Person): number {
    const waiting = this.world.threads
      .of(person.id)
      .filter((each) => each.direction === 'out' && each.state === 'sent');
    const before = waiting.length;
    for (const message of waiting)
      this.later(this.world.settings.statuses.deliveredMs, () => this.deliver(message, person));
    return before;
  }

  /** An accepted message that turns out impossible: `failed`, after the time a `sent` would have taken. */
  failLater(message: ThreadMessage, person: Person | undefined, error: GraphError, recipient: string): void {
    this.later(this.world.settings.statuses.sentMs, () => {
      message.error = `${error.code} ${error.title}`;
      this.world.threads.advance(message, 'failed');
      this.tell(message);
      this.post(message, person, 'failed', { errors: [webhookError(error)] }, recipient);
    });
  }

  /** Sends one status by hand, whatever the message's state is.
   *  @param extra members that replace or add to the usual ones; null takes one away */
  emit(
    message: ThreadMessage,
    person: Person,
    status: StatusName,
    extra: Record<string, unknown>,
    times: number,
  ): void {
    if (status !== 'played') this.world.threads.advance(message, status);
    this.tell(message);
    for (let n = 0; n < times; n++) this.post(message, person, status, extra);
  }

  clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  // Somebody who blocked the business gets nothing, and the business is not told (reference §9.4: "maybe blocked us").
  private deliver(message: ThreadMessage, person: Person): void {
    const now = this.world.clock.now();
    if (person.blocks || !person.autoDeliver || now > (message.expiresAt ?? message.at + KEPT_MS)) return;
    if (!this.move(message, person, 'delivered')) return;
    this.world.feedback.note('delivered', message.templateId);
    this.world.bill.charge(message, person, now);
    this.world.arrived(message, person);
    this.deliverToOthers(message, person);
    if (person.autoRead) this.later(this.world.settings.statuses.readMs, () => this.read(message, person));
  }

  // The reference does not say what a second device tells. Taken for granted here: `delivered` comes again, with its own time, and so
  // perhaps after `read`; it is charged once.
  private deliverToOthers(message: ThreadMessage, person: Person): void {
    for (let device = 2; device <= person.devices; device += 1) {
      const again = () => this.post(message, person, 'delivered', {}, undefined, device);
      this.later(this.world.settings.statuses.deliveredMs * (device - 1), again);
    }
  }

  private move(message: ThreadMessage, person: Person, status: Exclude<StatusName, 'played' | 'failed'>): boolean {
    if (!this.world.threads.advance(message, status satisfies MessageState)) return false;
    this.tell(message);
    this.post(message, person, status, {});
    return true;
  }

  private tell(message: ThreadMessage): void {
    this.world.snapshot.touch();
    if (!this.world.events.watched) return;
    const { id, personId, state, error } = message;
    this.world.events.emit('state', { id, personId, state, ...(error ? { error } : {}) });
  }

  private post(
    message: ThreadMessage,
    person: Person | undefined,
    status: StatusName,
    extra: Record<string, unknown>,
    recipient?: string,
    device = 1,
  ): void {
    const failed = status === 'failed';
    const phone = person ? visiblePhone(person) : undefined;
    const userId = person?.userId;
    // Pricing comes on `sent` and on one of delivered/read (reference §4.2): here on delivered.
    const priced = (status === 'sent' || status === 'delivered') && message.type !== 'reaction';
    const body: Record<string, unknown> = {
      id: message.id,
      status,
      timestamp: String(this.world.clock.nowSeconds()),
      ...(phone ? { recipient_id: phone } : !person && recipient ? { recipient_id: recipient } : {}),
      // A failed send to a phone does not tell the BSUID (reference §3.4).
      ...(userId && !(failed && message.sentTo === 'phone') ? { recipient_user_id: userId } : {}),
      ...(person?.parentUserId && !failed ? { recipient_parent_user_id: person.parentUserId } : {}),
      ...(message.callbackData === undefined ? {} : { biz_opaque_callback_data: message.callbackData }),
      ...(priced && message.pricing ? moneyOf(message, person, status) : {}),
      ...extra,
    };
    for (const [key, value] of Object.entries(extra)) if (value === null) delete body[key];
    const contacts = failed || !person ? {} : { contacts: [contactOf(person, status !== 'sent')] };
    const change = messagesChange(this.world.number, { ...contacts, statuses: [body] });
    const label = `${message.personId} out ${message.place ?? 0} ${status}${device === 1 ? '' : ` ${device}`}`;
    this.world.webhooks.enqueue(change, [`${message.id}:${status}`], { label });
  }

  private later(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      then();
    }, ms);
    this.timers.add(timer);
  }
}

/** `pricing`, and `conversation` where there still is one: while somebody who came from an advertisement is free
 *  (reference §0.2, §4.2). */
function moneyOf(message: ThreadMessage, person: Person | undefined, status: StatusName): Record<string, unknown> {
  const { billable, type, category } = message.pricing ?? { billable: false, type: 'regular', category: 'service' };
  return {
    ...(type === 'free_entry_point' && person
      ? {
          conversation: {
            id: `fep${person.freeEntryUntil}`,
            origin: { type: 'referral_conversion' },
            ...(status === 'sent' ? { expiration_timestamp: String(Math.floor(person.freeEntryUntil / 1000)) } : {}),
          },
        }
      : {}),
    pricing: { billable, pricing_model: 'PMP', type, category },
  };
}

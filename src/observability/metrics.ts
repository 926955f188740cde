import type { AccountFigures } from '../platform/account-figures.js';
import type { SendResult } from '../platform/cloud-api.js';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** What Prometheus sees; names are fixed for outsiders (INTERFACE). No label holds anything of a person. */
export type Metrics = {
  readonly updates: (kind: string, count?: number) => void;
  readonly answered: (status: number) => void;
  readonly sends: (outcome: string) => void;
  readonly inboundSeen: (atMs: number) => void;
  readonly statusSeen: (atMs: number) => void;
  /** Figures that are read from the store when somebody asks. */
  readonly setDepths: (depths: Depths) => void;
  readonly setAccount: (figures: AccountFigures) => void;
  readonly render: () => Promise<string>;
  readonly contentType: string;
};

export type Depths = {
  readonly inboxDepth: number;
  readonly inboxOldestSeconds: number;
  readonly deadUpdates: number;
  readonly outbox: Readonly<Record<string, number>>;
};

/** Shown as 0 from the start: a first failure is then a rise that an alert can see, not a series that begins. */
const SEND_OUTCOMES = [
  'accepted',
  'notSent',
  'rejected',
  'unknown',
  'refusedHere',
  'resent',
] as const satisfies readonly (SendResult['kind'] | 'refusedHere' | 'resent')[];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const updates = new Counter({
    name: 'vestnik_updates_total',
    help: 'Updates received from the platform, by kind',
    labelNames: ['kind'],
    registers,
  });
  const answers = new Counter({
    name: 'vestnik_webhook_answers_total',
    help: 'Answers of the webhook, by status',
    labelNames: ['status'],
    registers,
  });
  const sends = new Counter({
    name: 'vestnik_sends_total',
    help: 'Outcomes of calls that send, by class',
    labelNames: ['class'],
    registers,
  });
  const depth = new Gauge({ name: 'vestnik_inbox_depth', help: 'Updates that wait to be handled', registers });
  const oldest = new Gauge({
    name: 'vestnik_inbox_oldest_seconds',
    help: 'Age of the oldest waiting update',
    registers,
  });
  const dead = new Gauge({ name: 'vestnik_inbox_dead', help: 'Updates set aside after failing', registers });
  const outbox = new Gauge({
    name: 'vestnik_outbox',
    help: 'Messages to be sent or not settled, by state',
    labelNames: ['state'],
    registers,
  });
  const inbound = new Gauge({
    name: 'vestnik_last_inbound_timestamp_seconds',
    help: 'When a customer was last heard',
    registers,
  });
  const status = new Gauge({
    name: 'vestnik_last_status_timestamp_seconds',
    help: 'When a status last came',
    registers,
  });
  const limit = new Gauge({
    name: 'vestnik_messaging_limit',
    help: 'People who may be written to out of their window within 24 hours; the smallest limit while it is unknown',
    registers,
  });
  const limitUsed = new Gauge({
    name: 'vestnik_messaging_limit_used',
    help: 'People written to out of their window within the last 24 hours',
    registers,
  });
  const quality = new Gauge({
    name: 'vestnik_number_quality',
    help: 'The quality of the number as Meta sees it: 1 at the one that it is',
    labelNames: ['quality'],
    registers,
  });
  const paused = new Gauge({
    name: 'vestnik_paused',
    help: '1 for everything that is held back: the number, the notices, or how many templates by their status',
    labelNames: ['what', 'why'],
    registers,
  });
  const updatesOf = remembered((kind: string) => updates.labels(kind));
  const answersWith = remembered((code: number) => answers.labels(String(code)));
  const sendsWith = remembered((outcome: string) => sends.labels(outcome));
  for (const outcome of SEND_OUTCOMES) sendsWith(outcome).inc(0);
  return {
    updates: (kind, count = 1) => updatesOf(kind).inc(count),
    answered: (code) => answersWith(code).inc(),
    sends: (outcome) => sendsWith(outcome).inc(),
    inboundSeen: (at) => inbound.set(at / 1_000),
    statusSeen: (at) => status.set(at / 1_000),
    setDepths: (depths) => {
      depth.set(depths.inboxDepth);
      oldest.set(depths.inboxOldestSeconds);
      dead.set(depths.deadUpdates);
      for (const [state, count] of Object.entries(depths.outbox)) outbox.set({ state }, count);
    },
    setAccount: (figures) => {
      limit.set(figures.tierLimit);
      limitUsed.set(figures.tierUsed);
      quality.reset();
      if (figures.number?.quality) quality.set({ quality: figures.number.quality }, 1);
      paused.reset();
      for (const { what, why } of figures.paused)
        if (what.startsWith('template:')) paused.inc({ what: 'template', why });
        else paused.set({ what, why }, 1);
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** A label's values are few; looking its counter up costs more than counting. */
function remembered<Label, Child>(make: (label: Label) => Child): (label: Label) => Child {
  const made = new Map<Label, Child>();
  return (label) => {
    let child = made.get(label);
    if (child === undefined) made.set(label, (child = make(label)));
    return child;
  };
}

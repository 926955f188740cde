import type { Clock } from '../clock.js';
import type { QualityScore } from '../graph/templates/template-store.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS = 7;

/** What people do with what they get: it decides about quality (reference §7.4, and the seed text: blocks, reports). */
export type FeedbackKind = 'delivered' | 'read' | 'block' | 'report';

interface Counts {
  day: number;
  delivered: number;
  read: number;
  block: number;
  report: number;
}

/** Where quality turns; Meta keeps its own figures to itself. Shares are of what was delivered in the last 7 days. */
export interface QualitySettings {
  /** fewer delivered messages than this say nothing */
  minDelivered: number;
  yellowFrom: number;
  redFrom: number;
  /** from this share on the number may not write to anybody first (131048) */
  spamFrom: number;
  /** a template that turns red is paused */
  pausesTemplates: boolean;
}

const NUMBER = '';

/** Counts by day for the number and for each template; a report weighs as much as two blocks. */
export class Feedback {
  private readonly bySubject = new Map<string, Counts[]>();
  /** stars given in the app (seed text): nobody is told who gave them, so only their number is kept */
  readonly stars = [0, 0, 0, 0, 0];

  constructor(
    private readonly clock: Clock,
    private readonly settings: () => QualitySettings,
  ) {}

  /** @param templateId the template of the message it is about, when it had one */
  note(kind: FeedbackKind, templateId: string | undefined): void {
    this.today(NUMBER)[kind] += 1;
    if (templateId !== undefined) this.today(templateId)[kind] += 1;
  }

  /** The score of a template, or of the number when none is named. */
  score(templateId = NUMBER): QualityScore {
    const { minDelivered, yellowFrom, redFrom } = this.settings();
    const { delivered, share } = this.sum(templateId);
    if (delivered < minDelivered) return templateId === NUMBER ? 'GREEN' : 'UNKNOWN';
    return share >= redFrom ? 'RED' : share >= yellowFrom ? 'YELLOW' : 'GREEN';
  }

  /** Whether so many block and report that the number may write to nobody first. */
  get isSpam(): boolean {
    if (this.bySubject.size === 0) return false;
    const { minDelivered, spamFrom } = this.settings();
    const { delivered, share } = this.sum(NUMBER);
    return delivered >= minDelivered && share >= spamFrom;
  }

  /** What was counted in the last 7 days. */
  sum(templateId = NUMBER): { delivered: number; read: number; blocks: number; reports: number; share: number } {
    const first = Math.floor(this.clock.now() / DAY_MS) - DAYS;
    const sum = { delivered: 0, read: 0, blocks: 0, reports: 0, share: 0 };
    for (const each of this.bySubject.get(templateId) ?? []) {
      if (each.day <= first) continue;
      sum.delivered += each.delivered;
      sum.read += each.read;
      sum.blocks += each.block;
      sum.reports += each.report;
    }
    sum.share = (sum.blocks + 2 * sum.reports) / Math.max(1, sum.delivered);
    return sum;
  }

  clear(): void {
    this.bySubject.clear();
    this.stars.fill(0);
  }

  private today(subject: string): Counts {
    const day = Math.floor(this.clock.now() / DAY_MS);
    let days = this.bySubject.get(subject);
    if (!days) this.bySubject.set(subject, (days = []));
    let last = days.at(-1);
    if (last?.day !== day) {
      days.push((last = { day, delivered: 0, read: 0, block: 0, report: 0 }));
      if (days.length > DAYS) days.shift();
    }
    return last;
  }
}

import type { Emulator } from '../emulator.js';
import { graphError } from '../graph-errors.js';
import { pause } from '../graph/templates/review.js';
import type { Template } from '../graph/templates/template-store.js';

/** Pacing of new templates (reference §7.4): the first go out, the rest waits for how those were received. */
export interface PacingSettings {
  /** messages of a template that go out at once; Meta keeps its own number to itself */
  sample: number;
  decideMs: number;
  /** what becomes of those that wait; by quality when `quality` */
  verdict: 'quality' | 'release' | 'drop';
}

interface Held {
  readonly release: () => void;
  readonly drop: (error: ReturnType<typeof graphError>) => void;
}
interface Paced {
  sent: number;
  cleared: boolean;
  held: Held[];
}

/** Messages held at once; beyond it they go out, so that memory has a bound. */
export const MAX_HELD = 200_000;

/** Which templates are being paced, and what waits. */
export class Pacing {
  private readonly byTemplate = new Map<string, Paced>();

  /** Whether the next message of this template must wait. Counts it. */
  holds(emulator: Emulator, template: Template): boolean {
    const { pacing } = emulator.settings;
    if (!pacing || template.quality_score.score === 'GREEN') return false;
    const paced = this.of(template);
    if (paced.cleared || paced.held.length >= MAX_HELD) return false;
    paced.sent += 1;
    return paced.sent > pacing.sample;
  }

  /** Keeps a message back until the platform has decided about its template. */
  hold(emulator: Emulator, template: Template, held: Held): void {
    const paced = this.of(template);
    paced.held.push(held);
    if (paced.held.length === 1)
      emulator.agenda.after(emulator.settings.pacing?.decideMs ?? 0, () => this.decide(emulator, template));
  }

  /** Decides at once: called when the time is over, or by hand. */
  decide(emulator: Emulator, template: Template, by?: 'release' | 'drop'): number {
    const paced = this.of(template);
    const wanted = by ?? emulator.settings.pacing?.verdict ?? 'release';
    const drop =
      wanted === 'drop' || (wanted === 'quality' && ['YELLOW', 'RED'].includes(emulator.feedback.score(template.id)));
    const { held } = paced;
    paced.held = [];
    paced.cleared = !drop;
    paced.sent = 0;
    if (drop) {
      pause(emulator, template, 'RATE_LIMITING_PAUSE');
      const error = graphError(
        132015,
        'Template is paused due to low quality so it cannot be sent in a template message.',
      );
      for (const each of held) each.drop(error);
    } else {
      for (const each of held) each.release();
    }
    return held.length;
  }

  clear(): void {
    this.byTemplate.clear();
  }

  private of(template: Template): Paced {
    let paced = this.byTemplate.get(template.id);
    if (!paced) this.byTemplate.set(template.id, (paced = { sent: 0, cleared: false, held: [] }));
    return paced;
  }
}

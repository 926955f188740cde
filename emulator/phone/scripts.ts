import type { Emulator } from '../emulator.js';
import { preferMarketing } from '../rules/marketing.js';
import { drawn } from '../webhook/chaos.js';
import { bubbleOf } from './bubble.js';
import { sendInbound } from './inbound.js';
import { BLOCK_REASONS, type BlockReason, type Person } from './people.js';
import { optionsOf, tap } from './taps.js';
import { block, rate, report, unblock } from './telephone.js';
import type { ThreadMessage } from './threads.js';

/** When a rule holds: whatever is absent does not matter. */
export interface Condition {
  readonly type?: string | undefined;
  /** a regular expression on the words of the message */
  readonly text?: string | undefined;
  readonly template?: string | undefined;
  readonly category?: string | undefined;
  /** the how manieth message to this person, from 1 */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export type Deed =
  | { readonly do: 'answer'; readonly text: string }
  | { readonly do: 'tap'; readonly option: number | string | 'any' }
  | { readonly do: 'read' }
  | { readonly do: 'ignore' }
  | { readonly do: 'block'; readonly reason?: BlockReason | undefined; readonly report?: boolean | undefined }
  | { readonly do: 'unblock' }
  | { readonly do: 'report' }
  | { readonly do: 'stopMarketing' }
  | { readonly do: 'resumeMarketing' }
  | { readonly do: 'rate'; readonly stars?: number | undefined };

/** One line of a script: of the rules that fit a message, the first whose chance comes up is followed. */
export type ScriptRule = Deed & {
  readonly when?: Condition | undefined;
  /** from 0 to 1; drawn from the seed */
  readonly chance?: number | undefined;
  readonly afterMs?: number | undefined;
};

export interface NamedScript {
  readonly name: string;
  readonly rules: readonly ScriptRule[];
}

export const MAX_SCRIPTS = 1_000;

/** What people do by themselves with the messages they get; a script is shared by everybody who has its name. */
export class Scripts {
  private readonly byName = new Map<string, NamedScript>();
  private readonly timers = new Set<NodeJS.Timeout>();

  all(): IterableIterator<NamedScript> {
    return this.byName.values();
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  put(script: NamedScript): void {
    this.byName.set(script.name, script);
  }

  remove(name: string): boolean {
    return this.byName.delete(name);
  }

  /** A message is on the person's telephone. */
  arrived(emulator: Emulator, person: Person, message: ThreadMessage): void {
    const script = person.script === undefined ? undefined : this.byName.get(person.script);
    if (!script) return;
    const { seed } = emulator.settings.chaos;
    const place = message.place ?? 0;
    const rule = script.rules.find(
      (each, index) =>
        fits(each.when ?? {}, message, place, emulator) &&
        (each.chance === undefined ||
          drawn(seed, `script ${script.name} ${index} ${person.id} ${place}`) < each.chance),
    );
    if (!rule || rule.do === 'ignore') return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act(emulator, person, message, rule, drawn(seed, `deed ${person.id} ${place}`));
    }, rule.afterMs ?? 0);
    this.timers.add(timer);
  }

  /** Nobody acts any more on what has come already. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  clear(): void {
    this.stop();
    this.byName.clear();
  }
}

function fits(when: Condition, message: ThreadMessage, place: number, emulator: Emulator): boolean {
  const template = message.templateId === undefined ? undefined : emulator.templates.withId(message.templateId);
  return (
    (when.type === undefined || when.type === message.type || when.type === kindOf(message)) &&
    (when.template === undefined || when.template === template?.name) &&
    (when.category === undefined || when.category.toUpperCase() === template?.category) &&
    (when.from === undefined || place >= when.from) &&
    (when.to === undefined || place <= when.to) &&
    (when.text === undefined || new RegExp(when.text, 'iu').test(JSON.stringify(bubbleOf(emulator, message))))
  );
}

const kindOf = (message: ThreadMessage): string | undefined => (message.payload as { type?: string } | undefined)?.type;

/** @param draw from 0 to 1: decides what the script leaves open */
function act(emulator: Emulator, person: Person, message: ThreadMessage, deed: ScriptRule, draw: number): void {
  switch (deed.do) {
    case 'answer':
      sendInbound(emulator, person, [{ type: 'text', text: deed.text }]);
      return;
    case 'tap': {
      const options = optionsOf(emulator, message);
      const option = deed.option === 'any' ? Math.floor(draw * options.length) : deed.option;
      emulator.statuses.read(message, person);
      // What has nothing to tap is left alone: a script meets every kind of message.
      tap(emulator, person, message, option);
      return;
    }
    case 'read':
      return emulator.statuses.read(message, person);
    case 'block':
      return block(
        emulator,
        person,
        deed.reason ?? BLOCK_REASONS[Math.floor(draw * BLOCK_REASONS.length)] ?? 'other',
        deed.report ?? false,
      );
    case 'unblock':
      return unblock(emulator, person);
    case 'report':
      return report(emulator, person);
    case 'stopMarketing':
    case 'resumeMarketing':
      preferMarketing(emulator, person, deed.do === 'stopMarketing' ? 'stop' : 'resume');
      return;
    case 'rate':
      return rate(emulator, deed.stars ?? 1 + Math.floor(draw * 5));
    case 'ignore':
      return;
  }
}

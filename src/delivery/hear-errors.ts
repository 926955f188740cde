import { pauseNumber } from '../platform/change-number.js';
import { pauseOf, templateStatusOf } from '../platform/effects.js';
import { PAUSES } from '../platform/number-table.js';
import { noteTemplate } from '../platform/template-status.js';
import type { FoldingEvent } from '../messages/folder.js';
import type { Engine } from '../storage/engine.js';
import { outbox } from './outbox-table.js';

/** Some refusals come by webhook alone, minutes after Graph took the message (reference §6.1): they have the effects that they would have
 *  had as an answer, but for the token, of which a status knows nothing. */
export const hearErrors =
  (deps: {
    readonly engine: Engine;
    readonly phoneNumberId: string;
    readonly now: () => number;
    /** Something must not leave any more. */
    readonly onChange: () => void;
    readonly log: Record<'warn' | 'error', (event: string, fields: Record<string, string | number>) => void>;
  }) =>
  /** @throws StoreUnavailable */
  async (events: readonly FoldingEvent[]): Promise<void> => {
    const { engine, phoneNumberId, now, onChange, log } = deps;
    const codes = new Set(events.flatMap(({ errorCode }) => errorCode ?? []));
    for (const code of codes) {
      const why = pauseOf(code);
      if (why !== undefined && why !== 'token' && (await pauseNumber(engine, phoneNumberId, [why], now()))) {
        log.error(`${PAUSES[why]}.paused`, { why, code });
        onChange();
      }
    }
    const ofTemplates = events.filter(({ errorCode }) => errorCode !== null && templateStatusOf(errorCode));
    if (ofTemplates.length === 0) return;
    const rows = await engine.getMany(outbox, [...new Set(ofTemplates.map(({ outboxId }) => outboxId))]);
    const contents = new Map(rows.map(({ id, content }) => [id, content]));
    const told = new Set<string>();
    for (const { outboxId, errorCode, at } of ofTemplates) {
      const content = contents.get(outboxId);
      const status = templateStatusOf(errorCode ?? 0);
      if (content?.type !== 'template' || !status) continue;
      const { name, language } = content;
      if (told.has(`${name} ${language} ${status}`)) continue;
      told.add(`${name} ${language} ${status}`);
      await noteTemplate(engine, { name, language, status, reason: String(errorCode), at });
      log.warn('template.held', { template: name, language, status, code: errorCode ?? 0 });
      onChange();
    }
  };

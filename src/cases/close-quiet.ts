import type { Ledger } from '../consent/ledger.js';
import type { Language } from '../conversation/session.js';
import type { OutboundContent } from '../messages/outbound.js';
import type { DueHandler } from '../schedule/schedule.js';
import type { Engine } from '../storage/engine.js';
import { readHold } from '../storage/hold.js';
import { closeOps, operatorRow, withQuestion, type AskToRate } from './act-on-case.js';
import { readCase, speechRefusal, type CaseScene } from './case-scene.js';
import { quietUntil } from './quiet.js';

export type CloseQuietDeps = {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly newId: (now: number) => string;
  readonly companyLanguage: Language;
  /** `answered`: the last word was the agent's. */
  readonly closingWord: (language: Language, answered: boolean) => OutboundContent;
  readonly askToRate?: AskToRate | undefined;
  /** Something was queued. */
  readonly onQueued: () => void;
};

const HELD_PAUSE_MS = 60_000;

/** Closes a case that fell silent (DESIGN §3 "A human"), with a word if one may still leave. A case that still waits for its first
 *  answer is never closed so: the promise stands, and the bot speaks meanwhile. */
export const closeQuietCases =
  (deps: CloseQuietDeps): DueHandler =>
  async (caseId, now) => {
    const scene = await readCase(deps.engine, caseId);
    if (scene?.row.state !== 'open') return { ops: [] };
    // What a restored store takes for silence may have been said after its backup.
    if (await readHold(deps.engine)) return { ops: [], next: now + HELD_PAUSE_MS };
    const lastInboundAt = scene.conversation?.lastInboundAt ?? scene.row.openedAt;
    const repliedAt = scene.row.repliedAt ?? scene.row.openedAt;
    const quietAt = quietUntil({ lastInboundAt, repliedAt });
    if (now < quietAt) return { ops: [], next: quietAt };
    const word =
      speechRefusal(scene, now) === undefined
        ? operatorRow(
            scene,
            deps.newId(now),
            deps.closingWord(languageOf(scene, deps), repliedAt >= lastInboundAt),
            now,
          )
        : undefined;
    const closing = withQuestion(scene, { by: 'silence', now, ...(word ? { words: word } : {}) }, deps);
    return {
      ops: closeOps(scene, closing, deps),
      serial: scene.contact.personKey,
      ...(closing.words ? { afterwards: deps.onQueued } : {}),
    };
  };

function languageOf({ conversation, contact }: CaseScene, { companyLanguage }: CloseQuietDeps): Language {
  const language = conversation?.session?.language ?? contact.language;
  return language === 'ru' || language === 'en' ? language : companyLanguage;
}

import type { Clock } from './clock.js';
import { tables } from './composition.js';
import { eraseConsent } from './consent/erase-consent.js';
import { createLedger } from './consent/ledger.js';
import { Erasures } from './contacts/erasures.js';
import { lastWord } from './conversation/my-data.js';
import type { Texts } from './conversation/texts.js';
import { inbox } from './inbox/inbox-tables.js';
import type { Keys } from './keys.js';
import type { Engine } from './storage/engine.js';
import { timeId } from './time-id.js';

/** Erasures over all tables of the house, with what consent and conversation have to do with them. */
export function createErasures(deps: {
  readonly engine: Engine;
  readonly clock: Pick<Clock, 'now'>;
  readonly keys: Pick<Keys, 'ledger' | 'pepper'>;
  readonly holder: string;
  readonly texts: Texts;
  readonly company: string;
  readonly onQueued: () => void;
  readonly log: { warn(event: string, fields: Record<string, string | number>): void };
}): Erasures {
  const { engine, clock, keys, texts, company: companyName } = deps;
  const ledger = createLedger(keys.ledger);
  return new Erasures({
    ...deps,
    tables,
    now: () => clock.now(),
    newId: timeId,
    waiting: { table: inbox, except: { state: { notIn: ['waiting'] } } },
    eraseConsent: (person) => eraseConsent({ engine, ledger, pepper: keys.pepper }, person, clock.now()),
    lastWord: (language) => lastWord(language, { texts, companyName }),
  });
}

import type { Config } from './config.js';
import { countryOf } from './country-of.js';
import { guessByCountry } from './conversation/language.js';
import type { Texts } from './conversation/texts.js';
import type { DryRunDeps, SendingRoom } from './notices/dry-run.js';
import { createWordings } from './notices/wording/create-wordings.js';
import { readStanding } from './notices/wording/template-standing.js';
import { countMessaged } from './platform/messaging-limit.js';
import { numbers } from './platform/number-table.js';
import type { MessageTemplates } from './platform/template-file.js';
import { tierLimit } from './platform/tier.js';
import { dayIn, pricesOn, type Tariffs } from './quotes/tariffs.js';
import type { Engine } from './storage/engine.js';

/** What notices know of the rest of the house: the same for the API and for whoever sends them. */
export type NoticeMeans = DryRunDeps;

export function noticeMeans(deps: {
  readonly engine: Engine;
  readonly config: Config;
  readonly texts: Texts;
  readonly templates: MessageTemplates;
  readonly tariffs: Tariffs;
  readonly now: () => number;
}): NoticeMeans {
  const { engine, config, tariffs } = deps;
  return {
    engine,
    quiet: config.quietHours,
    companyZone: config.timeZone,
    wordings: createWordings({ templates: deps.templates, texts: deps.texts, standing: readStanding(engine) }),
    languageOf: (contact) =>
      spoken(contact.language) ?? guessByCountry(countryOf(contact), config.companyLanguage).language,
    room: async (): Promise<SendingRoom> => {
      const { account } = config;
      const number = account && (await engine.get(numbers, account.phoneNumberId));
      const limit = tierLimit(number?.tier);
      return {
        perSecond: noticesPerSecond(config),
        tierLeft: Number.isFinite(limit) ? Math.max(0, limit - (await countMessaged(engine, deps.now()))) : null,
      };
    },
    price: (category, now) => {
      const { utility, marketing, service } = pricesOn(tariffs, dayIn(config.timeZone, now)).whatsapp
        .pricePerMessageKopecks;
      return category === 'marketing' ? marketing : category === 'service' ? service : utility;
    },
    currency: 'RUB',
  };
}

/** Notices leave a tenth of the rate to replies. */
export const noticesPerSecond = ({ messagesPerSecond }: Config): number =>
  Math.max(1, Math.floor(messagesPerSecond * 0.9));

/** Of a language that we write in; `en-GB` is English. */
function spoken(language: string | null): 'ru' | 'en' | undefined {
  const [primary] = (language ?? '').toLowerCase().split(/[-_]/);
  return primary === 'ru' || primary === 'en' ? primary : undefined;
}

import { articleRoutes } from './answers/article-routes.js';
import { randomInt } from 'node:crypto';
import { answerRoutes } from './answers/answer-routes.js';
import type { Route } from './api/route.js';
import { callbackRoutes } from './callbacks/callback-routes.js';
import { caseRoutes } from './cases/case-routes.js';
import type { Clock } from './clock.js';
import { tables } from './composition.js';
import type { Config } from './config.js';
import { blockedPeople, consentRecorder } from './consent/import-consent.js';
import { createLedger } from './consent/ledger.js';
import { consentReader, topicsReader } from './consent/read-consent.js';
import type { Erasures } from './contacts/erasures.js';
import { contactRoutes } from './contacts/contact-routes.js';
import { importRoute } from './contacts/import-routes.js';
import { ask } from './conversation/ask.js';
import type { Texts } from './conversation/texts.js';
import { entryRoutes } from './entry/entry-routes.js';
import { deadRoutes } from './inbox/dead-routes.js';
import type { Keys } from './keys.js';
import type { Article } from './knowledge/article.js';
import { mediaRoutes } from './media/media-routes.js';
import { messageRoutes } from './messages/message-routes.js';
import type { NoticeMeans } from './notice-means.js';
import { DeliveryCounter } from './notices/counts.js';
import { noticeRoutes } from './notices/notice-routes.js';
import { operatorRoutes } from './operators/operator-routes.js';
import { accountRoutes } from './platform/account-routes.js';
import type { GraphClient } from './platform/graph-client.js';
import { refreshNumber } from './platform/refresh-number.js';
import { askAfterCase } from './cases/ask-after-case.js';
import { ratingRoutes } from './ratings/rating-routes.js';
import { quoteRoutes } from './quotes/quote-routes.js';
import { dayIn, pricesOn, type Tariffs } from './quotes/tariffs.js';
import type { Engine } from './storage/engine.js';
import { releaseHoldOps } from './storage/hold.js';
import { exportPerson } from './storage/register.js';
import { timeId } from './time-id.js';
import type { WorldFacts } from './world-facts.js';

/** Every capability's routes, with what each of them needs. */
export function apiRoutes(deps: {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly keys: Keys;
  readonly config: Config;
  readonly graph: GraphClient | undefined;
  readonly tariffs: Tariffs;
  readonly worldFacts: WorldFacts;
  readonly texts: Texts;
  readonly notices: NoticeMeans;
  readonly erasures: Erasures;
  /** The articles that come with the program. */
  readonly templates: readonly Article[];
  readonly articlesChanged: () => void;
  /** Wakes the workers of this process. */
  readonly nudge: () => void;
}): Route[] {
  const { engine, clock, config, graph, nudge } = deps;
  const { pepper } = deps.keys;
  const ledger = createLedger(deps.keys.ledger);
  const phoneNumberId = config.account?.phoneNumberId;
  return [
    ...contactRoutes({
      engine,
      readTopics: topicsReader(engine, () => clock.now()),
      readConsent: consentReader(engine),
      exportPerson: (person) => exportPerson(engine, tables, person),
      erase: async (person) => {
        await deps.erasures.erase(person);
        return [];
      },
    }),
    importRoute({
      engine,
      pepper,
      timeZone: config.timeZone,
      areBlocked: blockedPeople(engine),
      recordConsents: consentRecorder({ engine, ledger, now: () => clock.now() }),
    }),
    ...messageRoutes({ engine }),
    ...caseRoutes({
      engine,
      ledger,
      newId: timeId,
      onQueued: nudge,
      askToRate: askAfterCase({ texts: deps.worldFacts(clock.now()).texts, newId: timeId }),
    }),
    ...callbackRoutes({ engine, ledger, texts: deps.texts, companyLanguage: config.companyLanguage, nudge }),
    ...mediaRoutes({ engine }),
    ...entryRoutes({
      ...{ engine, pepper, phoneNumberId, companyName: config.companyName },
      texts: deps.worldFacts(clock.now()).texts,
      random: randomInt,
    }),
    ...deadRoutes({ engine, nudge }),
    ...accountRoutes({
      engine,
      phoneNumberId,
      now: () => clock.now(),
      refresh: async () => {
        if (graph && phoneNumberId) await refreshNumber({ engine, graph, phoneNumberId }, clock.now());
      },
      releaseHold: () => releaseHoldOps(engine),
      resumed: nudge,
    }),
    ...quoteRoutes({ pricesAt: (at) => pricesOn(deps.tariffs, dayIn(config.timeZone, at)) }),
    ...answerRoutes({
      engine,
      ask: (text, language, now) => ask(text, language, { ...deps.worldFacts(now), nextId: () => timeId(now) }, now),
    }),
    ...ratingRoutes({ engine }),
    ...noticeRoutes({
      ...deps.notices,
      counter: new DeliveryCounter(engine),
      newId: timeId,
      secondApprovalAbove: config.secondApprovalAbove,
      changed: nudge,
    }),
    ...articleRoutes({ engine, templates: deps.templates, changed: deps.articlesChanged }),
    ...operatorRoutes({ engine, pepper }),
  ];
}

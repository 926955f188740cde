import { CASE_DUE } from './cases/act-on-case.js';
import { askAfterCase } from './cases/ask-after-case.js';
import { colleagueWrote } from './cases/colleague.js';
import { closeQuietCases } from './cases/close-quiet.js';
import { Chores } from './chores.js';
import type { Clock } from './clock.js';
import type { Config, WhatsAppAccount } from './config.js';
import { createLedger } from './consent/ledger.js';
import { platformListener } from './consent/platform-stop.js';
import { sealWhenDue } from './consent/seals.js';
import { countryOf } from './country-of.js';
import type { Erasures } from './contacts/erasures.js';
import { advance } from './conversation/advance.js';
import { comparableText, endsTurn, isUrgent } from './conversation/hear.js';
import { closingWord } from './conversation/human.js';
import type { MakeDocument } from './delivery/attachments.js';
import { Dispatcher } from './delivery/dispatcher.js';
import type { Appended } from './inbox/append.js';
import type { FreshUpdates } from './inbox/fresh-updates.js';
import { Partitions } from './inbox/partitions.js';
import { Turns } from './inbox/turns.js';
import type { Update } from './inbox/update.js';
import { hashed, type Keys } from './keys.js';
import { MediaFetcher } from './media/fetcher.js';
import { Folder } from './messages/folder.js';
import { noticesPerSecond, type NoticeMeans } from './notice-means.js';
import { NoticesRunner } from './notices/runner.js';
import { SendGate } from './notices/send-gate.js';
import type { Log } from './observability/log.js';
import type { Metrics } from './observability/metrics.js';
import { closeWeeksWhenDue } from './ratings/close-weeks.js';
import { RatingKeys } from './ratings/rating-keys.js';
import { starRows } from './ratings/star-rows.js';
import { AccountEvents } from './platform/account-events.js';
import { AccountWatch } from './platform/account-watch.js';
import { hasAttemptSince } from './delivery/take-over.js';
import { hearBlocks } from './delivery/hear-blocks.js';
import { hearErrors } from './delivery/hear-errors.js';
import type { GraphClient } from './platform/graph-client.js';
import { TEMPLATE_LANGUAGES, type MessageTemplates } from './platform/template-file.js';
import type { MediaClient } from './platform/media-client.js';
import { Schedule } from './schedule/schedule.js';
import type { Engine } from './storage/engine.js';
import { HeldLease } from './storage/held-lease.js';
import { timeId } from './time-id.js';
import type { WorldFacts } from './world-facts.js';

/** Everything that works on its own: turns, the dispatcher, the folder, purges. The same on one machine and on many; what must be one at
 *  a time is held by a lease. */
export type WorkerDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly config: Config;
  /** Without an account there is nobody to speak for: only what needs no number runs. */
  readonly account: WhatsAppAccount | undefined;
  readonly keys: Keys;
  readonly worldFacts: WorldFacts;
  readonly cloudApi: GraphClient | undefined;
  readonly templates: MessageTemplates;
  readonly notices: NoticeMeans;
  /** Fetches files; there when `cloudApi` is. */
  readonly mediaClient: MediaClient | undefined;
  readonly holder: string;
  readonly read: (raw: Uint8Array) => Update | undefined;
  readonly fresh: FreshUpdates;
  readonly metrics: Metrics;
  readonly log: Log;
  /** One bounded run of the register's purge. */
  readonly purge: () => Promise<void>;
  readonly erasures: Erasures;
  readonly makeDocument: MakeDocument;
  readonly onPoint?: (point: string) => void;
};

export type Worker = {
  readonly start: () => Promise<void>;
  /** Claims nothing new, finishes what is in the air. */
  readonly stop: () => Promise<void>;
  /** The door of this process made rows durable. */
  readonly appended: (counts: Appended) => void;
  /** Something may be due: a resumed number, a retried update. */
  readonly nudge: () => void;
};

/** Often and little: at the platform's top rate 180,000 status events of last week fall due every minute. */
const PURGE_EVERY = '* * * * *';
/** Each second: what is due is found by an index, and a notice should not leave late. */
const DUE_CHECK_EVERY = '* * * * * *';
/** The address of a file lives five minutes. */
const MEDIA_CHECK_EVERY = '* * * * * *';
/** Templates are listed each night, at an odd minute: Meta's quiet hours are everybody's. */
const LISTING_EVERY = '17 3 * * *';
/** How often it is asked whether the hour is over. */
const SEAL_CHECK_EVERY = '*/5 * * * *';
/** How often it is asked whether a week of ratings is over: a read by key. Whoever gets the lease after the start closes it soon, too. */
const CLOSE_CHECK_EVERY = '* * * * *';

export function createWorker(deps: WorkerDeps): Worker {
  const { engine, clock, config, account, keys, log, metrics, holder } = deps;
  const folding = new HeldLease(engine, 'folder', holder);
  const ratingKeys = new RatingKeys(engine, keys.ratingWrap);
  const scheduling = new HeldLease(engine, 'schedule', holder);
  const ledger = createLedger(keys.ledger);
  const hearPlatform = platformListener({ engine, ledger, now: () => clock.now() });
  const hearBlocked = hearBlocks({ engine, now: () => clock.now() });
  let turns: Turns | undefined;
  let dispatcher: Dispatcher | undefined;
  const watching = new HeldLease(engine, 'account', holder);
  const limitsChanged = () => dispatcher?.limitsChanged();
  const hearRefusals =
    account &&
    hearErrors({ engine, phoneNumberId: account.phoneNumberId, now: () => clock.now(), onChange: limitsChanged, log });
  const events =
    account &&
    new AccountEvents({
      ...{ engine, clock, log, phoneNumberId: account.phoneNumberId, businessAccountId: account.businessAccountId },
      mayRead: () => watching.held,
      onColleague: (person) =>
        colleagueWrote({ engine, phoneNumberId: account.phoneNumberId, newId: timeId }, person, clock.now()),
      onChange: limitsChanged,
    });
  const watch =
    account && deps.cloudApi
      ? new AccountWatch({
          ...{ engine, clock, log, graph: deps.cloudApi },
          ...{ phoneNumberId: account.phoneNumberId, businessAccountId: account.businessAccountId },
          wanted: [...deps.templates.keys()].flatMap((name) =>
            TEMPLATE_LANGUAGES.map((language) => ({ name, language })),
          ),
          mayAsk: () => watching.held,
          hasSentSince: (at) => hasAttemptSince(engine, account.phoneNumberId, at),
          onChange: limitsChanged,
        })
      : undefined;
  const partitions = new Partitions({ engine, clock, holder, onGained: () => turns?.nudge() });
  const settled = (outboxId: string) => turns?.replySettled(outboxId);
  const folder = new Folder({
    engine,
    clock,
    mayFold: () => folding.held,
    onStatus: (_, arrivedAt) => dispatcher?.statusSeen(arrivedAt),
    onFolding: async (events) => {
      await hearPlatform(events);
      await hearBlocked(events);
      await hearRefusals?.(events);
    },
    onSettled: settled,
    log,
  });

  const noticing = new HeldLease(engine, 'notices', holder);
  const gate = new SendGate(engine, clock);
  const runner = new NoticesRunner({
    ...deps.notices,
    engine,
    clock,
    phoneNumberId: account?.phoneNumberId,
    newId: () => timeId(clock.now()),
    mayRun: () => noticing.held,
    perSecond: noticesPerSecond(config),
    onQueued: () => dispatcher?.nudge(),
    log,
    ...(deps.onPoint ? { onPoint: deps.onPoint } : {}),
  });

  if (account && deps.cloudApi) {
    dispatcher = new Dispatcher({
      engine,
      clock,
      cloudApi: deps.cloudApi,
      phoneNumberId: account.phoneNumberId,
      messagesPerSecond: config.messagesPerSecond,
      pepper: keys.pepper,
      holder,
      makeDocument: deps.makeDocument,
      onSettled: settled,
      onResult: metrics.sends,
      onRefused: async (refusals) => {
        await hearPlatform(refusals);
        await hearBlocked(refusals);
      },
      dress: starRows({ keys: ratingKeys, texts: deps.worldFacts(clock.now()).texts, now: () => clock.now() }),
      announcements: gate,
      log,
      ...(deps.onPoint ? { onPoint: deps.onPoint } : {}),
    });
    turns = new Turns({
      engine,
      clock,
      advance,
      worldFacts: deps.worldFacts,
      countryOf,
      endsTurn,
      textHash: (body) => hashed(keys.pepper, `text:${comparableText({ type: 'text', body }) ?? body}`),
      newId: timeId,
      pepper: keys.pepper,
      ledger,
      read: deps.read,
      fresh: deps.fresh,
      isUrgent: (update) => update.kind !== 'message' || isUrgent(update.content),
      ownedPartitions: () => partitions.owned(),
      onQueued: () => dispatcher?.nudge(),
      log,
      ...(deps.onPoint ? { onPoint: deps.onPoint } : {}),
    });
  }

  const schedule = new Schedule({
    engine,
    clock,
    mayRun: () => scheduling.held,
    handlers: {
      [CASE_DUE]: closeQuietCases({
        engine,
        ledger,
        newId: timeId,
        companyLanguage: config.companyLanguage,
        closingWord: (language, answered) => closingWord(deps.worldFacts(clock.now()).texts, language, answered),
        onQueued: () => dispatcher?.nudge(),
        askToRate: askAfterCase({ texts: deps.worldFacts(clock.now()).texts, newId: timeId }),
      }),
    },
    log,
  });

  const fetching = new HeldLease(engine, 'media', holder);
  const fetcher =
    deps.mediaClient && new MediaFetcher({ engine, clock, client: deps.mediaClient, mayRun: () => fetching.held, log });

  const chores = new Chores(
    [
      { every: PURGE_EVERY, lease: 'purge', failed: 'purge.failed', run: deps.purge },
      {
        ...{ every: SEAL_CHECK_EVERY, lease: 'ledger-seals', failed: 'seal.failed', atStart: true },
        run: () => sealWhenDue(engine, keys.ledger, clock.now()),
      },
      {
        ...{ every: CLOSE_CHECK_EVERY, lease: 'ratings', failed: 'ratings.closeFailed', atStart: true },
        run: () => closeWeeksWhenDue({ engine, keys: ratingKeys, now: clock.now() }),
      },
      { every: DUE_CHECK_EVERY, failed: 'schedule.failed', run: () => schedule.tick() },
      { every: DUE_CHECK_EVERY, failed: 'notices.failed', run: async () => runner.nudge() },
      ...(fetcher ? [{ every: MEDIA_CHECK_EVERY, failed: 'media.failed', run: () => fetcher.tick() }] : []),
      ...(watch
        ? [
            {
              ...{ every: LISTING_EVERY, timeZone: config.timeZone, failed: 'listing.failed' },
              run: async () => watch.listNow(),
            },
          ]
        : []),
    ],
    { engine, holder, log },
  );

  const leases = [folding, scheduling, fetching, noticing, watching];
  return {
    async start() {
      await Promise.all([...leases.map((lease) => lease.start()), partitions.start(), deps.erasures.start()]);
      folder.start();
      turns?.start();
      dispatcher?.start();
      events?.start();
      watch?.start();
      await chores.start();
    },
    async stop() {
      await chores.stop();
      await events?.stop();
      await watch?.stop();
      await schedule.stop();
      await runner.stop();
      await fetcher?.stop();
      await turns?.stop();
      await deps.erasures.stop();
      await dispatcher?.stop();
      await folder.stop();
      await Promise.all([...leases.map((lease) => lease.stop()), partitions.stop()]);
    },
    appended({ personRows, statusRows, statusesAtOnce }) {
      if (personRows > 0) {
        dispatcher?.noteInbound(personRows);
        turns?.nudge();
      }
      if (statusesAtOnce > 0) dispatcher?.statusSeen(clock.now());
      if (statusRows > 0) folder.nudge();
    },
    nudge() {
      gate.forget();
      runner.nudge();
      turns?.nudge();
      dispatcher?.limitsChanged();
    },
  };
}

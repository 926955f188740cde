import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createDoor } from '../webhooks/door.js';
import { readUpdates } from '../webhooks/read-updates.js';
import { createErasures } from './create-erasures.js';
import { createApi } from './api/create-api.js';
import { createApp } from './app.js';
import { systemClock } from './clock.js';
import { migrations, tables } from './composition.js';
import { readConfig } from './config.js';
import { outbox } from './delivery/outbox-table.js';
import { Pauses } from './delivery/pauses.js';
import { createAppend } from './inbox/append.js';
import { FreshUpdates } from './inbox/fresh-updates.js';
import { keptSecret } from './kept-secret.js';
import { deriveKeys } from './keys.js';
import { guardProcess, wordsFor } from './last-words.js';
import { Knowledge } from './knowledge-service.js';
import { listen } from './listen.js';
import { loadArticles } from './load-articles.js';
import { loadCalendar } from './load-calendar.js';
import { loadTariffs } from './load-tariffs.js';
import { loadTemplates } from './load-templates.js';
import { loadTexts } from './load-texts.js';
import { noticeMeans } from './notice-means.js';
import { holdNotices } from './notices/hold-notices.js';
import { LiveNotices } from './notices/live-notices.js';
import { readDepths } from './observability/depths.js';
import { StoreHealth } from './observability/health.js';
import { createLog, type Log } from './observability/log.js';
import { createMetrics } from './observability/metrics.js';
import { createAuthenticate } from './operators/authenticate.js';
import { apiRoutes } from './api-routes.js';
import { openStore } from './open-store.js';
import { readAccountFigures } from './platform/account-figures.js';
import { documents } from './documents.js';
import { personalFile } from './personal-file.js';
import { windowFile } from './window-file.js';
import { createCloudApi } from './platform/graph-client.js';
import { createMediaClient } from './platform/media-client.js';
import { dayIn } from './quotes/tariffs.js';
import { startLines } from './start-lines.js';
import { applyHold } from './storage/hold.js';
import { purge } from './storage/register.js';
import { createWorker } from './worker.js';
import { worldFacts } from './world-facts.js';

/** The composition root: reads the environment once, opens, wires, serves, drains. */

const DRAIN_MS = 18_000;
/** In one run, a minute apart: more than can fall due in a minute. */
const PURGE_ROWS = 200_000;
const packageFile = new URL('../../package.json', import.meta.url);

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  guardProcess(log, process);
  const signals = onSignals(log);
  const clock = systemClock;
  const tariffs = loadTariffs(config.tariffsFile, dayIn(config.timeZone, clock.now()));
  const calendar = loadCalendar(config);
  const articles = loadArticles();
  const dataDir = resolve(config.dataDir);
  const version = (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
  const keys = deriveKeys(config.secretKey ?? keptSecret(join(dataDir, 'secret-key')));
  const tokenFile = join(dataDir, 'admin-token');
  const adminToken = config.adminApiToken ?? keptSecret(tokenFile);
  const onPoint = killPoint(process.env['VESTNIK_KILL_AT']);

  const engine = await openStore(config, {
    dataDir,
    fingerprint: keys.fingerprint,
    migrations,
    ...(onPoint ? { onPoint } : {}),
  });
  const metrics = createMetrics();
  const { account } = config;
  const cloudApi = account
    ? createCloudApi({
        graphUrl: config.graphUrl,
        graphVersion: config.graphVersion,
        accessToken: () => account.accessToken,
      })
    : undefined;
  const mediaClient =
    account && cloudApi
      ? createMediaClient({ graphUrl: config.graphUrl, accessToken: () => account.accessToken, http: cloudApi.http })
      : undefined;
  const knowledge = new Knowledge({ engine, templates: articles, company: config.companyName, dataDir, log });
  const texts = loadTexts();
  const templates = loadTemplates();
  const notices = noticeMeans({ engine, config, texts, templates, tariffs, now: () => clock.now() });
  const live = new LiveNotices(engine, clock);
  const { wordings } = notices;
  const { pepper } = keys;
  const facts = worldFacts({ config, pepper, texts, tariffs, answers: knowledge.answers, calendar, live, wordings });
  const holder = randomUUID();
  const erasures = createErasures({
    engine,
    clock,
    keys,
    holder,
    texts,
    company: config.companyName,
    log,
    onQueued: () => worker.nudge(),
  });
  const works = config.role !== 'web';
  const fresh = new FreshUpdates();
  const worker = createWorker({
    engine,
    clock,
    config,
    account,
    keys,
    worldFacts: facts,
    notices,
    cloudApi,
    holder,
    erasures,
    makeDocument: documents({
      personalData: personalFile(engine, texts, config.timeZone),
      window: windowFile({ engine, clock, texts, wordings, company: config.companyName }),
    }),
    mediaClient,
    templates,
    read: readOne,
    fresh,
    metrics,
    log,
    purge: async () =>
      void (await purge(engine, tables, clock.now(), { bodiesDays: config.messageBodyDays, rowsPerTable: PURGE_ROWS })),
    ...(onPoint ? { onPoint } : {}),
  });
  const pauseRestored = async () => {
    if (account) await new Pauses(engine, clock, account.phoneNumberId).add('restored');
  };
  if (works) {
    await applyHold(engine, clock.now(), { outbox, pause: pauseRestored });
    await holdNotices(engine, clock.now());
  }

  const health = new StoreHealth(engine, clock, (ready) =>
    ready ? log.info('store.back') : log.error('store.unavailable'),
  );
  health.start();
  const append = createAppend({
    engine,
    pepper: keys.pepper,
    ...(works ? { fresh } : {}),
    isOurs: (phoneNumberId) => phoneNumberId === account?.phoneNumberId,
    onAppended: (counts) => {
      if (counts.personRows > 0) metrics.inboundSeen(clock.now());
      if (counts.statusRows + counts.statusesAtOnce > 0) metrics.statusSeen(clock.now());
      if (works) worker.appended(counts);
      onPoint?.('after-append');
    },
  });
  const serves = config.role !== 'worker';
  const server = createApp({
    door: serves
      ? createDoor({
          verifyTokens: account?.verifyTokens ?? [],
          appSecrets: account?.appSecrets ?? [],
          accept: append,
          clock,
          counters: { answered: metrics.answered, received: metrics.updates },
        })
      : undefined,
    api: serves
      ? createApi({
          engine,
          clock,
          pepper: keys.pepper,
          authenticate: createAuthenticate({ engine, pepper: keys.pepper, adminToken }),
          routes: apiRoutes({
            engine,
            clock,
            keys,
            config,
            graph: cloudApi,
            tariffs,
            worldFacts: facts,
            texts,
            notices,
            erasures,
            templates: articles,
            articlesChanged: knowledge.look,
            nudge: worker.nudge,
          }),
          version,
          onRequest: ({ requestId, method, route, status, ms, operator }) =>
            log.info('api.request', {
              requestId,
              method,
              route,
              status,
              ms: Math.round(ms),
              ...(operator ? { operator } : {}),
            }),
          onError: (error, requestId) =>
            log.error('api.fault', { requestId, error: error instanceof Error ? error.name : 'unknown' }),
        })
      : undefined,
    isReady: () => health.ready,
    deepReport: async () => ({ counts: await readDepths(engine, clock.now()) }),
    metrics: {
      contentType: metrics.contentType,
      render: async () => {
        // With the store out the depths stay as they were last seen: everything else is wanted then more than ever.
        await readDepths(engine, clock.now()).then(metrics.setDepths, () => undefined);
        await readAccountFigures(engine, account?.phoneNumberId, clock.now()).then(metrics.setAccount, () => undefined);
        return metrics.render();
      },
    },
    adminToken,
  });

  // Before anything is taken in: from the first webhook on, a signal drains.
  signals.drainWith(async () => {
    health.stop();
    live.stop();
    knowledge.stop();
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeIdleConnections();
    await worker.stop();
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
    await closed;
    await mediaClient?.close();
    await cloudApi?.close();
    await engine.close();
  });
  const start = async () => {
    await live.start();
    const port = await listen(server, config);
    knowledge.start();
    if (works) await worker.start();
    const given = config.adminApiToken !== undefined;
    for (const line of startLines({ config, version, dataDir, port, tokenFile: given ? undefined : tokenFile }))
      console.log(line);
  };
  const started = start().catch((error: unknown) => {
    if (!signals.draining()) throw error;
  });
  await Promise.race([started, signals.ended]);
  await signals.ended;
}

/** A stored body as the one update it holds. */
const readOne = (raw: Uint8Array) => {
  const read = readUpdates(raw);
  return read.kind === 'ok' && read.updates.length === 1 ? read.updates[0] : undefined;
};

/** SIGTERM: claim nothing more, finish what is in the air (bounded), exit 0; before anything was taken in, exit at once. A second signal
 *  ends without waiting. */
function onSignals(log: Log) {
  let drain: (() => Promise<void>) | undefined;
  let draining = false;
  const ended = new Promise<void>((done) => {
    const onSignal = (signal: string) => {
      if (draining) process.exit(1);
      if (!drain) process.exit(0);
      draining = true;
      log.info('draining', { signal });
      const limit = setTimeout(() => {
        log.warn('drain.cut');
        process.exit(0);
      }, DRAIN_MS);
      drain()
        .catch((error: unknown) => log.warn('drain.failed', { error: error instanceof Error ? error.name : 'unknown' }))
        .finally(() => {
          clearTimeout(limit);
          done();
        });
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  return { ended, draining: () => draining, drainWith: (given: () => Promise<void>) => (drain = given) };
}

/** For the kill tests alone, and not for anybody else: with `VESTNIK_KILL_AT=name:n` the process ends itself, as by `kill -9`, at its n-th
 *  passing of a named point. */
function killPoint(setting: string | undefined): ((point: string) => void) | undefined {
  if (!setting) return undefined;
  const [name, count = '1'] = setting.split(':');
  let left = Number(count);
  return (point) => {
    if (point !== name) return;
    left -= 1;
    if (left <= 0) process.kill(process.pid, 'SIGKILL');
  };
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(wordsFor(error));
    process.exit(1);
  },
);

import { TOPICS, type Topic } from '../contacts/contact-shape.js';
import { survivorsOf } from '../contacts/find-contacts.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { insert, StoreUnavailable, type Engine } from '../storage/engine.js';
import { marketedTopics } from './consent-tables.js';
import { Chain, readGuards, type Ledger, type Statement } from './ledger.js';

/** Meta's own control in WhatsApp: "stop offers" and "resume", and error 131050, by which Meta says that somebody has used it. It covers
 *  what Meta calls marketing: `offers`, `news`, and every topic that was ever sent by a MARKETING template. */

export const STOPPED_MARKETING = 131_050;
/** The category of `user_preferences` that is about us. */
export const MARKETING_MESSAGES = 'marketing_messages';

const ALWAYS_MARKETING: readonly Topic[] = ['news', 'offers'];

export const readMarketed = async (engine: Pick<Engine, 'find'>): Promise<readonly Topic[]> =>
  (await engine.find(marketedTopics, { where: {}, limit: TOPICS.length })).map((row) => row.id);

/** A stop says "out" of each topic that it covers; a resume asks each topic for what a stop of Meta's took. */
export function platformStatements(
  value: 'stop' | 'resume',
  at: number,
  marketed: readonly Topic[],
  recordedAt: number,
): Statement[] {
  const covered = TOPICS.filter((topic) => ALWAYS_MARKETING.includes(topic) || marketed.includes(topic));
  const evidence = { channel: 'whatsapp', recordedAt } as const;
  return value === 'stop'
    ? covered.map((topic) => ({ act: 'optOut', topic, at, evidence }))
    : TOPICS.map((topic) => ({ act: 'optIn', topic, at, evidence }));
}

/** Something that Meta said of a message of ours: its error, or the category it was charged as. */
export type Notice = {
  readonly outboxId: string;
  readonly at: number;
  readonly errorCode: number | null;
  readonly category: string | null;
};

const TRIES = 6;

/** Takes from what Meta said of messages what consent has to know. To be awaited before the news are marked as read: cut off, it is told
 *  again, and what is known already changes nothing. */
export const platformListener =
  (deps: { readonly engine: Engine; readonly ledger: Ledger; readonly now: () => number }) =>
  async (news: readonly Notice[]): Promise<void> => {
    const stopped = news.filter((one) => one.errorCode === STOPPED_MARKETING);
    const charged = news.filter((one) => one.category?.startsWith('marketing'));
    if (stopped.length === 0 && charged.length === 0) return;
    const ids = [...new Set([...stopped, ...charged].map((one) => one.outboxId))];
    const rows = new Map((await deps.engine.getMany(outbox, ids)).map((row) => [row.id, row]));
    await noteMarketed(
      deps.engine,
      charged.flatMap((one) => rows.get(one.outboxId) ?? []),
      deps.now(),
    );
    for (const one of stopped) {
      const row = rows.get(one.outboxId);
      if (row) await stopFor(deps, row, one.at);
    }
  };

/** The topic of a message that Meta charged as marketing. */
async function noteMarketed(engine: Engine, rows: readonly OutboxRow[], now: number): Promise<void> {
  const topics = [...new Set(rows.flatMap((row) => row.topic ?? []))];
  if (topics.length === 0) return;
  await engine.append(
    marketedTopics,
    topics.map((id) => ({ id, since: now })),
  );
}

async function stopFor(
  { engine, ledger, now }: { readonly engine: Engine; readonly ledger: Ledger; readonly now: () => number },
  row: OutboxRow,
  at: number,
): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const contact = (await survivorsOf(engine, [row.contactId])).get(row.contactId);
    if (!contact) return; // erased: a late word about them brings nobody back
    const guard = (await readGuards(engine, [contact.id])).get(contact.id);
    const chain = new Chain(ledger, contact.id, guard);
    const marketed = await readMarketed(engine);
    const covered = row.topic === null ? marketed : [...marketed, row.topic];
    for (const statement of platformStatements('stop', Math.min(at, now()), covered, now())) chain.say(statement);
    const ops = chain.ops();
    if (ops.length === 0 || (await engine.commit(ops, contact.personKey)) === 'committed') return;
  }
  throw new StoreUnavailable('the person’s consent changes faster than it can be written');
}

/** For whoever sends a topic by a MARKETING template: in the commit that queues it. */
export const marketedOp = (topic: Topic, now: number) => insert(marketedTopics, { id: topic, since: now }, 'keep');

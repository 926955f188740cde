import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { StorePlace } from '../../test/means/stores.js';
import { migrations, tables } from '../composition.js';
import { createErasures } from '../create-erasures.js';
import { inbox, type InboxRow } from '../inbox/inbox-tables.js';
import { deriveKeys } from '../keys.js';
import { loadTexts } from '../load-texts.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { recipientsOf } from '../delivery/recipients.js';
import { conversations, inboundMessages, type ConversationRow } from '../messages/message-tables.js';
import { insert, put, set, type Engine, type Op } from '../storage/engine.js';
import { everyRow } from '../storage/row-walk.js';
import { timeId } from '../time-id.js';
import { contacts, identities, type ContactRow } from './contact-tables.js';
import { erasures, type ErasureRow } from './erasure-table.js';
import { erasureOp } from './erasure-ops.js';
import type { Erasures } from './erasures.js';
import type { ContactId, PersonKey } from './identity.js';
import { newContactRow } from './new-contact-row.js';

const OURS = '1000';
const NOON = Date.UTC(2026, 10, 22, 9);
const DAY = 24 * 3_600_000;
const texts = loadTexts();
const keys = deriveKeys('a secret of the tests that is long enough');

/** The engine with some methods of the test's own. */
const over = (engine: Engine, methods: Partial<Engine>): Engine =>
  new Proxy(engine, {
    get(target, name) {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });

/** Erasures that were asked for in the chat or by an operator, on a real store with a set clock. */
export const erasuresContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  let now: number;
  let queued: number;
  let warned: string[];

  beforeEach(async () => {
    engine = await (await place()).open(migrations);
    [now, queued, warned] = [NOON, 0, []];
  });
  afterEach(() => engine.close());

  const make = (store = engine): Erasures =>
    createErasures({
      engine: store,
      clock: { now: () => now },
      keys,
      holder: 'test',
      texts,
      company: 'Vestnik',
      onQueued: () => (queued += 1),
      log: { warn: (event) => warned.push(event) },
    });

  /** Somebody with a conversation; all that is personal holds the canary. */
  async function somebody(wanted: Partial<ContactRow> = {}): Promise<ContactRow & { canary: string }> {
    const canary = `canary${randomBytes(9).toString('hex')}`;
    const id = timeId(NOON - DAY) as ContactId;
    const phone = { kind: 'phone', value: `79${String(Math.floor(Math.random() * 1e9)).padStart(9, '0')}` } as const;
    const contact = newContactRow({
      ...{ id, personKey: randomBytes(16).toString('hex') as PersonKey, name: canary, language: 'ru' },
      ...{ identities: [phone], createdAt: NOON },
      ...wanted,
    });
    const { personKey } = contact;
    const talk = { id: `${OURS}:${personKey}`, phoneNumberId: OURS, personKey, contactId: id, session: null };
    const said = { type: 'text', text: canary, wamid: `wamid.${canary}`, phoneNumberId: OURS, contactId: id, at: NOON };
    await engine.commit([
      insert(contacts, contact),
      ...contact.identities.map(({ kind, value }) =>
        insert(identities, { id: `${kind}:${value}`, contactId: id, personKey, former: false, since: NOON }),
      ),
      insert(conversations, { ...talk, lastInboundAt: NOON, version: 1 } as ConversationRow),
      insert(inboundMessages, { ...said, id: timeId(NOON) }),
      insert(outbox, { ...outgoing(contact), content: { type: 'text', body: canary } }),
    ]);
    return { ...contact, canary };
  }

  const outgoing = ({ id, personKey }: ContactRow): OutboxRow =>
    queuedRow({
      ...{ id: timeId(NOON), phoneNumberId: OURS, contactId: id, personKey, purpose: 'reply', priority: 1 },
      ...{ content: null, createdAt: NOON, dueAt: NOON, uselessAfter: NOON + DAY, answers: null },
    });

  const waitingRow = ({ personKey }: ContactRow, raw: string): InboxRow => ({
    ...{ id: randomBytes(9).toString('hex'), phoneNumberId: OURS, kind: 'message', state: 'waiting', personKey },
    ...{ partition: 0, postId: 'p', postRows: 1, at: NOON, arrival: NOON * 1_000, tries: 0, notBefore: 0 },
    ...{ reason: null, raw: Buffer.from(raw) },
  });

  const askFor = (contact: ContactRow, sayUntil = NOON + DAY): Promise<unknown> =>
    engine.commit([
      erasureOp(
        { kind: 'data.erase', at: now },
        { contactId: contact.id, phoneNumberId: OURS, language: 'en', sayUntil },
      ),
    ]);
  const pending = () => engine.find(erasures, { where: {}, limit: 100 });
  const lastWords = () => engine.find(outbox, { where: { phoneNumberId: OURS }, limit: 100 });
  const settle = (row: OutboxRow, patch: Partial<OutboxRow>) =>
    engine.patchMany(outbox, [{ id: row.id, set: { active: false, ...patch } }]);

  async function everything(): Promise<string> {
    const rows: string[] = [];
    for (const table of tables)
      for await (const row of everyRow(engine, table))
        rows.push(
          `${table.name} ${JSON.stringify(row, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value))}`,
        );
    return rows.join('\n');
  }

  it('takes everything of a person who asked, then says so in their language, then forgets even where to', async () => {
    const [gone, stays] = [await somebody(), await somebody()];
    const number = gone.identities[0]?.value ?? '';
    await askFor(gone);
    const work = make();
    await work.round();
    assert.ok(!(await everything()).includes(gone.canary));
    const [said, ...others] = (await lastWords()).filter((row) => row.contactId === gone.id);
    assert.ok(said && others.length === 0);
    assert.match(JSON.stringify(said.content), /Done: everything that Vestnik knew about you is deleted/);
    assert.equal(queued, 1);
    assert.deepEqual((await recipientsOf(engine, [said])).get(gone.id)?.identities, gone.identities);

    await work.round();
    assert.equal((await pending())[0]?.state, 'saying', 'it is still on its way');
    await settle(said, { state: 'accepted', wamid: `wamid.${number}` });
    await work.round();
    assert.deepEqual(await pending(), []);
    const left = await everything();
    assert.ok(!left.includes(number));
    assert.ok(left.includes(stays.canary));
  });

  it('leaves a stop under the hash of each identity, and an end of the ledger, so that no list brings them back', async () => {
    const gone = await somebody({
      identities: [
        { kind: 'userId', value: 'RU.abc' },
        { kind: 'phone', value: '79160000001' },
      ],
    });
    await askFor(gone);
    await make().round();
    const left = await everything();
    assert.equal(left.match(/^stops /gm)?.length, 2);
    assert.match(left, /^consentLedger .*"act":"erased"/m);
  });

  it('reaches somebody who has no number by their BSUID', async () => {
    const hidden = await somebody({ identities: [{ kind: 'userId', value: 'KZ.hidden' }] });
    await askFor(hidden);
    await make().round();
    const [said] = await lastWords();
    assert.ok(said);
    assert.deepEqual((await recipientsOf(engine, [said])).get(hidden.id)?.identities, [
      { kind: 'userId', value: 'KZ.hidden' },
    ]);
  });

  it('tells nobody of a message but the last word where an erased person was', async () => {
    const gone = await somebody();
    await askFor(gone);
    await make().round();
    const [said] = await lastWords();
    assert.ok(said);
    const claimedBefore = { ...outgoing(gone), state: 'claimed' } as const;
    assert.equal((await recipientsOf(engine, [claimedBefore])).size, 0);
  });

  it('keeps what the person wrote after the confirmation: it is a stranger’s, and waits for its turn', async () => {
    const gone = await somebody();
    const later = waitingRow(gone, 'hello again');
    await engine.append(inbox, [later, { ...waitingRow(gone, gone.canary), state: 'dead' }]);
    await askFor(gone);
    await make().round();
    assert.equal(Buffer.from((await engine.get(inbox, later.id))?.raw ?? []).toString(), 'hello again');
    assert.ok(!(await everything()).includes(gone.canary));
  });

  it('takes what waits, too, when an operator erases, and says nothing', async () => {
    const gone = await somebody();
    await engine.append(inbox, [waitingRow(gone, gone.canary)]);
    await make().erase({ contactIds: [gone.id], personKeys: [gone.personKey] });
    assert.ok(!(await everything()).includes(gone.canary));
    assert.deepEqual(await pending(), []);
    assert.deepEqual(await lastWords(), []);
  });

  it('says nothing when the window has closed meanwhile, or nobody knows where to', async () => {
    const [late, nowhere] = [await somebody(), await somebody({ identities: [] })];
    await askFor(late, NOON - 1);
    await askFor(nowhere);
    const work = make();
    await work.round();
    await work.round();
    assert.deepEqual(await lastWords(), []);
    assert.deepEqual(await pending(), []);
    assert.equal(await engine.count(contacts, {}), 0);
  });

  for (const [what, patch] of [
    ['was refused', { state: 'rejected' }],
    ['may have gone out, and nobody will know', { state: 'unknown' }],
  ] as const)
    it(`forgets where to also when the last word ${what}`, async () => {
      const gone = await somebody();
      await askFor(gone);
      const work = make();
      await work.round();
      const [said] = await lastWords();
      assert.ok(said);
      await settle(said, patch);
      await work.round();
      assert.deepEqual([await pending(), await lastWords()], [[], []]);
    });

  it('waits for the last word no longer than the window is open', async () => {
    const gone = await somebody();
    await askFor(gone);
    const work = make();
    await work.round();
    now = NOON + DAY - 1;
    await work.round();
    assert.equal((await lastWords()).length, 1);
    now = NOON + DAY + 60_000;
    await work.round();
    assert.deepEqual([await pending(), await lastWords()], [[], []]);
  });

  it('erases two people who have become one since it was asked for', async () => {
    const [survivor, loser] = [await somebody(), await somebody()];
    await askFor(loser);
    await engine.commit([
      set(contacts, loser.id, { mergedInto: survivor.id, version: 2 }),
      set(contacts, survivor.id, { mergedIds: [loser.id], version: 2 }),
    ]);
    await make().round();
    const left = await everything();
    assert.ok(!left.includes(loser.canary) && !left.includes(survivor.canary));
  });

  it('of somebody who is gone already is done at once', async () => {
    const gone = await somebody();
    await make().erase({ contactIds: [gone.id], personKeys: [gone.personKey] });
    await askFor(gone);
    await make().round();
    assert.deepEqual([await pending(), await lastWords()], [[], []]);
  });

  it('takes what a turn writes while it runs', async () => {
    const gone = await somebody();
    await askFor(gone);
    const written = { ...gone, rows: 0 };
    const busy = over(engine, {
      removeMany: async (...args: Parameters<Engine['removeMany']>) => {
        const count = await engine.removeMany(...args);
        // Whoever still finds the contact may write for them: a turn that began before.
        if (args[0] === outbox && written.rows < 2 && (await engine.get(contacts, gone.id))) {
          written.rows += 1;
          const said = { type: 'text', text: gone.canary, wamid: null, phoneNumberId: OURS, contactId: gone.id };
          const op: Op = insert(inboundMessages, { ...said, id: timeId(NOON), at: NOON });
          assert.equal(await engine.commit([set(contacts, gone.id, { version: 1 }, { version: 1 }), op]), 'committed');
        }
        return count;
      },
    });
    await make(busy).round();
    assert.equal(written.rows, 1);
    assert.ok(!(await everything()).includes(gone.canary));
  });

  it('goes on after a crash at any step, and says its last word once', async () => {
    for (let crashAt = 1; crashAt <= 60; crashAt += 1) {
      const gone = await somebody();
      await askFor(gone);
      let steps = 0;
      const failing = new Proxy(engine, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            const writes = ['commit', 'patchMany', 'removeMany', 'scrub'].includes(String(name));
            if (writes && (steps += 1) === crashAt) return Promise.reject(new Error('the power went'));
            return (value as (...given: unknown[]) => unknown).apply(target, args);
          };
        },
      });
      await make(failing).round();
      const crashed = steps >= crashAt;
      const work = make();
      for (let round = 0; round < 3; round += 1) {
        await work.round();
        const said = (await lastWords()).filter((row) => row.contactId === gone.id);
        assert.ok(said.length <= 1);
        for (const row of said) await settle(row, { state: 'accepted', wamid: gone.canary });
      }
      assert.deepEqual(await pending(), [], `crash at ${crashAt}`);
      assert.ok(!(await everything()).includes(gone.canary), `crash at ${crashAt}`);
      if (!crashed) return;
    }
    assert.fail('it has more steps than that');
  });

  it('rests when it fails, and keeps nobody else waiting', async () => {
    const [unlucky, lucky] = [await somebody(), await somebody()];
    await askFor(unlucky);
    await askFor(lucky);
    const failing = over(engine, {
      commit: (ops: readonly Op[], serial?: string) =>
        JSON.stringify(ops).includes(unlucky.id) ? Promise.reject(new Error('no')) : engine.commit(ops, serial),
    });
    const work = make(failing);
    await work.round();
    assert.equal(await engine.get(contacts, lucky.id), undefined);
    assert.ok(await engine.get(contacts, unlucky.id));
    assert.deepEqual(warned, ['erasure.failed']);
    await work.round();
    assert.deepEqual(warned, ['erasure.failed'], 'not tried again at once');
    now += 5_001;
    await work.round();
    assert.equal(warned.length, 2);
  });

  it('asks again for the side files while somebody reads them', async () => {
    const gone = await somebody();
    let busy = true;
    const read = over(engine, { scrub: () => Promise.resolve(!busy) });
    const work = make(read);
    await work.erase({ contactIds: [gone.id], personKeys: [gone.personKey] });
    assert.deepEqual(
      (await pending()).map(({ state, to, person }) => ({ state, to, person })),
      [{ state: 'scrubbing', to: null, person: null }],
    );
    busy = false;
    now += 5_001;
    await work.round();
    assert.deepEqual(await pending(), []);
  });

  it('is asked for once however often it is confirmed', async () => {
    const gone = await somebody();
    await askFor(gone);
    now += 1_000;
    await askFor(gone);
    const [row] = (await pending()) as [ErasureRow];
    assert.equal(row.askedAt, NOON);
    await engine.commit([put(erasures, row)]);
    await make().round();
    assert.equal(await engine.count(outbox, {}), 1);
  });
};

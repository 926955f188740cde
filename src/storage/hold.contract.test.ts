import assert from 'node:assert/strict';
import { onBothStores, type StorePlace } from '../../test/means/stores.js';
import { outbox, deliveryMigrations, type OutboxRow } from '../delivery/outbox-table.js';
import type { Engine } from './engine.js';
import { applyHold, readHold, releaseHoldOps, setHold } from './hold.js';
import { storageMigrations } from './meta-table.js';
import { claimStore, markTransferred, StoreRefused } from './store-stamp.js';

const NOW = Date.UTC(2026, 10, 22);

const message = (id: string, given: Partial<OutboxRow>): OutboxRow =>
  ({
    ...{ id, phoneNumberId: '1', contactId: 'c', personKey: 'p', purpose: 'reply', priority: 1, state: 'queued' },
    ...{ active: true, content: null, createdAt: NOW - 1_000, dueAt: NOW, uselessAfter: NOW, attempt: 0, fence: 1 },
    ...{
      attemptedAt: null,
      settledAt: null,
      resent: false,
      wamid: null,
      wamidHash: null,
      errorCode: null,
      reason: null,
    },
    ...{
      sentAt: null,
      deliveredAt: null,
      readAt: null,
      playedAt: null,
      failedAt: null,
      failedCode: null,
      category: null,
    },
    ...given,
  }) as OutboxRow;

onBothStores('Stamp and hold of a store', (makePlace) => {
  let place: StorePlace;
  let engine: Engine;

  beforeEach(async () => {
    place = await makePlace();
    engine = await place.open([...storageMigrations, ...deliveryMigrations]);
  });
  afterEach(() => engine.close());

  describe('stamp', () => {
    const secretFingerprint = 'f1';

    it('is set by the first, and lets the same one in again', async () => {
      await claimStore(engine, { owner: '123', secretFingerprint });
      await claimStore(engine, { owner: '123', secretFingerprint });
    });

    it('keeps the emulator out of a number’s store, and a number out of the emulator’s and of another number’s', async () => {
      await claimStore(engine, { owner: 'emulator', secretFingerprint });
      await assert.rejects(claimStore(engine, { owner: '123', secretFingerprint }), (error: Error) => {
        assert(error instanceof StoreRefused);
        assert.match(error.message, /belongs to the emulator .* phone number id 123.* another DATA_DIR/s);
        return true;
      });
    });

    it('keeps another SECRET_KEY out, whoever comes with it', async () => {
      await claimStore(engine, { owner: '123', secretFingerprint });
      for (const owner of ['123', null])
        await assert.rejects(claimStore(engine, { owner, secretFingerprint: 'f2' }), /another SECRET_KEY/);
    });

    it('lets a server without an account open whatever is there, and stamps no owner for it', async () => {
      await claimStore(engine, { owner: null, secretFingerprint });
      await claimStore(engine, { owner: '123', secretFingerprint });
      await claimStore(engine, { owner: null, secretFingerprint });
    });

    it('has one winner when two come at the same moment', async () => {
      const claims = await Promise.allSettled(
        ['1', '2', '3', '4'].map((owner) => claimStore(engine, { owner, secretFingerprint })),
      );
      assert.equal(claims.filter((claim) => claim.status === 'fulfilled').length, 1);
    });

    it('refuses a store that has moved to MongoDB', async () => {
      await markTransferred(engine, NOW);
      await assert.rejects(claimStore(engine, { owner: null, secretFingerprint }), /moved to MongoDB on 2026-11-22/);
    });
  });

  describe('hold', () => {
    let pauses = 0;
    const pause = () => Promise.resolve(void (pauses += 1));
    beforeEach(() => (pauses = 0));

    it('does nothing where there is none', async () => {
      await engine.append(outbox, [message('a', {})]);
      await applyHold(engine, NOW, { outbox, pause });
      assert.equal((await engine.get(outbox, 'a'))?.state, 'queued');
      assert.equal(pauses, 0);
    });

    it('makes every message unknown that was under way at the backup, and pauses the number', async () => {
      const states = ['queued', 'claimed', 'attempted', 'unknown'] as const;
      await engine.append(outbox, [
        ...states.map((state) => message(state, { state })),
        message('accepted', { state: 'accepted', active: false, settledAt: 5 }),
        message('since', { createdAt: NOW + 1 }),
      ]);
      await setHold(engine, NOW);
      for (let start = 0; start < 2; start += 1) await applyHold(engine, NOW + 10, { outbox, pause });
      for (const state of states) {
        const row = await engine.get(outbox, state);
        assert.deepEqual(
          [row?.state, row?.active, row?.reason, row?.settledAt],
          ['unknown', false, 'restored', NOW + 10],
        );
      }
      assert.equal((await engine.get(outbox, 'accepted'))?.settledAt, 5);
      assert.equal((await engine.get(outbox, 'since'))?.state, 'queued');
      assert.equal(pauses, 2, 'as often as the server starts');
    });

    it('does so for thousands', async () => {
      const rows = Array.from({ length: 2_300 }, (_, one) => message(String(one), {}));
      for (let start = 0; start < rows.length; start += 250)
        await engine.append(outbox, rows.slice(start, start + 250));
      await setHold(engine, NOW);
      await applyHold(engine, NOW, { outbox, pause });
      assert.equal(await engine.count(outbox, { active: true }), 0);
    });

    it('ends with the commit that resumes the account', async () => {
      assert.deepEqual(await releaseHoldOps(engine), []);
      await setHold(engine, NOW);
      assert.deepEqual(await readHold(engine), { backupAt: NOW });
      assert.equal(await engine.commit(await releaseHoldOps(engine)), 'committed');
      assert.equal(await readHold(engine), undefined);
    });
  });
});

import assert from 'node:assert/strict';
import { systemClock } from '../clock.js';
import { until } from '../inbox/inbox.fixture.js';
import { StoreUnavailable, type Engine } from '../storage/engine.js';
import { StoreHealth } from './health.js';

type Store = 'well' | 'failing' | 'hanging';

describe('the health of the store', () => {
  let store: Store;
  let changes: boolean[];
  let health: StoreHealth;
  beforeEach(() => {
    store = 'well';
    changes = [];
    const check = (): Promise<void> => {
      if (store === 'hanging') return new Promise(() => undefined);
      return store === 'well' ? Promise.resolve() : Promise.reject(new StoreUnavailable('out'));
    };
    health = new StoreHealth({ check } as unknown as Engine, systemClock, (ready) => changes.push(ready));
    health.start();
  });
  afterEach(() => health.stop());

  for (const trouble of ['failing', 'hanging'] as const) {
    it(`is red within 5 s of a ${trouble} one, and green again by itself`, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.ok(health.ready);
      store = trouble;
      const started = performance.now();
      await until(() => !health.ready, 5_000);
      assert.ok(performance.now() - started < 5_000);
      store = 'well';
      await until(() => health.ready, 5_000);
      assert.deepEqual(changes, [false, true], 'each change is told once');
    }).timeout(60_000);
  }

  it('is red once it is stopped, and tells nothing more', async () => {
    store = 'failing';
    health.stop();
    assert.ok(!health.ready);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual(changes, []);
  });
});

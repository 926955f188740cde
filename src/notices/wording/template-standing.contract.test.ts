import assert from 'node:assert/strict';
import { onBothStores } from '../../../test/means/stores.js';
import { noteListing, noteTemplate } from '../../platform/template-status.js';
import { templateMigrations } from '../../platform/template-table.js';
import { storageMigrations } from '../../storage/meta-table.js';
import type { Engine } from '../../storage/engine.js';
import { readStanding } from './template-standing.js';

onBothStores('How the templates of a notice stand', (place) => {
  let engine: Engine;
  before(async () => {
    engine = await (await place()).open([...storageMigrations, ...templateMigrations]);
  });
  after(() => engine.close());

  const listed = (name: string, language: string, status: string) => ({
    ...{ id: '1', name, language, status, category: 'UTILITY', quality: null, reason: null, body: null },
  });

  it('is told in the order asked for: usable is what Meta calls approved, and nothing that nobody has spoken of', async () => {
    const wanted = [{ name: 'b', language: 'ru' }] as const;
    await noteListing(engine, [listed('a', 'ru', 'APPROVED'), listed('a', 'en', 'PENDING')], wanted, 1_000);
    const standing = await readStanding(engine)([
      { name: 'c', language: 'en' },
      { name: 'a', language: 'ru' },
      { name: 'b', language: 'ru' },
      { name: 'a', language: 'en' },
      { name: 'a', language: 'ru' },
    ]);
    assert.deepEqual(
      standing.map(({ name, language, usable, category }) => `${name} ${language} ${usable} ${category}`),
      ['c en false null', 'a ru true utility', 'b ru false null', 'a en false utility', 'a ru true utility'],
    );
  });

  it('changes as soon as a webhook or a refused send says so', async () => {
    await noteTemplate(engine, { name: 'a', language: 'ru', status: 'PAUSED', at: 2_000 });
    const [held] = await readStanding(engine)([{ name: 'a', language: 'ru' }]);
    assert.equal(held?.usable, false);
    await noteTemplate(engine, { name: 'a', language: 'ru', status: 'APPROVED', category: 'MARKETING', at: 3_000 });
    const [back] = await readStanding(engine)([{ name: 'a', language: 'ru' }]);
    assert.deepEqual([back?.usable, back?.category], [true, 'marketing']);
  });

  it('is right for as many templates as a notice of every kind may need', async () => {
    const many = Array.from({ length: 600 }, (_, at) => ({ name: `many${at}`, language: 'en' }) as const);
    await noteListing(
      engine,
      many.map(({ name }) => listed(name, 'en', 'APPROVED')),
      many,
      4_000,
    );
    const standing = await readStanding(engine)(many);
    assert.ok(standing.length === 600 && standing.every(({ usable }) => usable));
  });
});

import assert from 'node:assert/strict';
import type { ContactId } from '../contacts/identity.js';
import { comeBy } from './entry-ops.js';

const contact = (...sites: readonly string[]) => ({ id: 'c1' as ContactId, sites });
const known = new Map([
  ['MAAAA11111', 'М9'],
  ['MBBBB22222', 'M1'],
]);
const came = (code: string) => ({ kind: 'entry.came', code, at: 5 }) as const;
const newId = () => 'a1';

describe('Coming by a link', () => {
  it('adds the link’s site to the person’s, and says so in the audit with the link as its source', () => {
    const { sites, ops } = comeBy(contact('M1'), [came('MAAAA11111')], known, newId);
    assert.deepEqual(sites, ['M1', 'М9']);
    assert.equal(ops.length, 1);
    const [op] = ops;
    assert.ok(op?.op === 'insert');
    const { before, after, target, contactId } = op.row as unknown as Record<string, unknown>;
    assert.deepEqual(
      [before, after, target, contactId],
      [{ sites: ['M1'] }, { sites: ['M1', 'М9'], source: 'link:MAAAA11111' }, 'contact:c1', 'c1'],
    );
  });

  it('is no news by a link of the same site, of none, or of nobody’s', () => {
    const before = contact('m1 ');
    for (const code of ['MBBBB22222', 'NCCCC33333']) {
      const { sites, ops } = comeBy(before, [came(code), came(code)], known, newId);
      assert.equal(sites, before.sites);
      assert.deepEqual(ops, []);
    }
  });

  it('adds two sites of one turn, and no more than fifty in all', () => {
    assert.deepEqual(comeBy(contact(), [came('MAAAA11111'), came('MBBBB22222')], known, newId).sites, ['М9', 'M1']);
    const many = Array.from({ length: 50 }, (_, index) => `site ${index}`);
    assert.deepEqual(comeBy(contact(...many), [came('MAAAA11111')], known, newId).ops, []);
  });
});

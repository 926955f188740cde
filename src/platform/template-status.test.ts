import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ListedTemplate } from './list-templates.js';
import { afterListing, afterNews, type TemplateNews } from './template-status.js';
import type { TemplateStatusRow } from './template-table.js';

const key = { name: 'visit', language: 'ru' };
const news = (given: Partial<TemplateNews>): TemplateNews => ({ ...key, at: 1_000, ...given });
const listed = (given: Partial<ListedTemplate> = {}): ListedTemplate => ({
  ...{ ...key, id: '7', status: 'APPROVED', category: 'UTILITY', quality: 'GREEN', reason: null, body: null },
  ...given,
});
const known = (...said: TemplateNews[]): TemplateStatusRow =>
  said.reduce<TemplateStatusRow | undefined>((row, one) => afterNews(row, one) ?? row, undefined) ?? assert.fail();

describe('How a template stands', () => {
  it('is what the webhooks say, in whatever order they come', () => {
    const said = [
      news({ at: 1_000, status: 'PENDING' }),
      news({ at: 2_000, status: 'APPROVED' }),
      news({ at: 3_000, status: 'PAUSED', reason: 'FIRST_PAUSE' }),
      news({ at: 4_000, status: 'APPROVED' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(said, { minLength: 4 }), (order) => {
        const { status, since, reason } = known(...order);
        assert.deepEqual({ status, since, reason }, { status: 'APPROVED', since: 4_000, reason: null });
      }),
    );
  });

  it('stays the same when a webhook comes twice', () => {
    const row = known(news({ status: 'APPROVED' }));
    assert.equal(afterNews(row, news({ status: 'APPROVED' })), undefined);
  });

  it('is not usable before Meta has said so, whatever else is told of it', () => {
    assert.equal(known(news({ quality: 'GREEN', category: 'UTILITY' })).status, 'MISSING');
  });

  it('is put right by a listing, but not by one that was asked for before the last webhook', () => {
    const paused = known(news({ at: 5_000, status: 'PAUSED', reason: 'FIRST_PAUSE' }));
    const late = afterListing(paused, listed(), 6_000, key);
    assert.deepEqual(
      [late.status, late.since, late.reason, late.templateId, late.quality],
      ['APPROVED', 6_000, null, '7', 'GREEN'],
    );
    const early = afterListing(paused, listed(), 4_000, key);
    assert.deepEqual(
      [early.status, early.since, early.reason, early.category],
      ['PAUSED', 5_000, 'FIRST_PAUSE', 'UTILITY'],
    );
  });

  it('is missing where a listing does not have it, and keeps its time while nothing changes', () => {
    const first = afterListing(undefined, undefined, 1_000, key);
    assert.deepEqual([first.status, first.since, first.listedAt], ['MISSING', 0, 1_000]);
    const approved = afterListing(first, listed(), 2_000, key);
    const again = afterListing(approved, listed(), 3_000, key);
    assert.deepEqual([again.status, again.since, again.listedAt], ['APPROVED', 2_000, 3_000]);
    assert.equal(afterListing(again, undefined, 4_000, key).status, 'MISSING');
  });

  it('shows a change of category from its announcement on', () => {
    const announced = known(news({ status: 'APPROVED', category: 'UTILITY' }), news({ nextCategory: 'MARKETING' }));
    assert.deepEqual([announced.category, announced.nextCategory], ['UTILITY', 'MARKETING']);
    const done = afterListing(announced, listed({ category: 'MARKETING' }), 9_000, key);
    assert.deepEqual([done.category, done.nextCategory], ['MARKETING', null]);
  });
});

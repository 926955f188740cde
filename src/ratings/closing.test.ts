import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContactId } from '../contacts/identity.js';
import { closing, LEAST_PEOPLE, MOST_TAPS, OTHER, type Closing, type OwnedTap } from './closing.js';
import { weekAfter } from './week.js';

const WEEK = '2026-W47';
const BEFORE = weekAfter(WEEK, -1);

let ids = 0;
const tap = (person: string, topic: string, more: Partial<OwnedTap['tap']> = {}): OwnedTap => {
  const id = `tap${(ids += 1)}`;
  const week = more.week ?? WEEK;
  const common = { id, contactId: person as ContactId, about: 'stars', topic, language: 'ru', sealed: '' } as const;
  return { person, tap: { ...common, week, key: `${week}-abcd`, ...more } };
};
const of = (people: number, topic: string, more: Partial<OwnedTap['tap']> = {}) =>
  Array.from({ length: people }, (_, n) => tap(`p${n}`, topic, more));
const brief = ({ groups, dropped }: Closing) => ({
  groups: groups.map(({ topic, taps }) => [topic, taps.length]),
  dropped: dropped.length,
});

describe('the close of a week', () => {
  it('opens what five people and more have rated', () => {
    assert.deepEqual(brief(closing(WEEK, of(5, 'opt-out'))), { groups: [['opt-out', 5]], dropped: 0 });
  });

  it('counts people, not taps: four who rate ten times each are four', () => {
    const many = Array.from({ length: 10 }, () => of(4, 'opt-out')).flat();
    assert.deepEqual(brief(closing(WEEK, many)), { groups: [], dropped: 0 });
    assert.deepEqual(brief(closing(WEEK, [...many, tap('p9', 'opt-out')])), { groups: [['opt-out', 41]], dropped: 0 });
  });

  it('lets fewer wait for the next close, where both weeks are one group', () => {
    const first = of(3, 'opt-out', { week: BEFORE });
    assert.deepEqual(brief(closing(BEFORE, first)), { groups: [], dropped: 0 });
    const second = [tap('p7', 'opt-out'), tap('p8', 'opt-out')];
    assert.deepEqual(brief(closing(WEEK, [...first, ...second])), { groups: [['opt-out', 5]], dropped: 0 });
  });

  it('puts those that have waited together with the others of their language, or drops them unopened', () => {
    const waited = [
      ...of(3, 'opt-out', { week: BEFORE }),
      tap('p3', 'consent', { week: BEFORE }),
      tap('p4', 'consent', { week: BEFORE }),
      ...of(4, 'human', { week: BEFORE, language: 'en' }),
    ];
    const fresh = of(2, 'newsletters');
    assert.deepEqual(brief(closing(WEEK, [...waited, ...fresh])), { groups: [[OTHER, 5]], dropped: 4 });
  });

  it('never mixes stars with what they were about, nor languages', () => {
    const mixed = [
      ...of(4, 'opt-out'),
      tap('p5', 'opt-out', { about: 'reasons' }),
      tap('p6', 'opt-out', { language: 'en' }),
    ];
    assert.deepEqual(brief(closing(WEEK, mixed)), { groups: [], dropped: 0 });
  });

  it('lets nothing wait whose key will be gone by the next close', () => {
    const key = `${weekAfter(WEEK, -2)}-abcd`;
    assert.deepEqual(brief(closing(WEEK, of(4, 'opt-out', { key }))), { groups: [], dropped: 4 });
    const younger = `${BEFORE}-abcd`;
    assert.deepEqual(brief(closing(WEEK, of(4, 'opt-out', { key: younger }))), { groups: [], dropped: 0 });
  });

  it('keeps an article called "other" apart from what is put together', () => {
    const both = [
      ...of(5, OTHER),
      ...of(3, 'a', { week: BEFORE }),
      tap('p3', 'b', { week: BEFORE }),
      tap('p4', 'b', { week: BEFORE }),
    ];
    const { groups } = closing(WEEK, both);
    assert.equal(new Set(groups.map(({ id }) => id)).size, 2);
  });

  it('takes a bounded number of taps in one commit, those that have waited first', () => {
    const crowd = Array.from({ length: MOST_TAPS }, (_, n) => tap(`p${n}`, 'opt-out'));
    const { groups } = closing(WEEK, [...crowd, ...of(3, 'opt-out', { week: BEFORE })]);
    assert.equal(groups[0]?.taps.length, MOST_TAPS);
    assert.equal(groups[0]?.taps.filter((one) => one.tap.week === BEFORE).length, 3);
  });

  it('counts or drops each tap once at the most, never fewer than five people together, and keeps none twice waiting', () => {
    const aTap = fc
      .tuple(
        fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8'),
        fc.constantFrom('a', 'b', 'c', OTHER),
        fc.constantFrom(WEEK, BEFORE, weekAfter(WEEK, -3)),
        fc.constantFrom('ru', 'en'),
        fc.constantFrom('stars', 'reasons'),
      )
      .map(([person, topic, week, language, about]) => tap(person, topic, { week, language, about }));
    fc.assert(
      fc.property(fc.array(aTap, { maxLength: 60 }), (taps) => {
        const { groups, dropped } = closing(WEEK, taps);
        const taken = [...groups.flatMap((group) => group.taps), ...dropped];
        assert.equal(new Set(taken).size, taken.length);
        for (const group of groups) {
          assert.ok(new Set(group.taps.map(({ person }) => person)).size >= LEAST_PEOPLE);
          assert.equal(new Set(group.taps.map((one) => `${one.tap.about}${one.tap.language}`)).size, 1);
        }
        assert.equal(new Set(groups.map(({ id }) => id)).size, groups.length);
        const left = taps.filter((one) => !taken.includes(one));
        assert.ok(left.every((one) => one.tap.week === WEEK));
      }),
    );
  });
});

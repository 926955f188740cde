import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AnnouncementKind } from './wordings.js';
import { earliestLeaving, leavingAt, nextNight, nightAt, type LeavingFacts } from './quiet-hours.js';

const at = (text: string) => Date.parse(text);
const HOUR = 3_600_000;
const QUIET = { fromHour: 22, toHour: 8 };
const MOSCOW = 'Europe/Moscow';

/** The seed's window: 14.11 from 3:00 to 4:00 in Moscow. */
const START = at('2027-11-14T00:00:00Z');
const facts = (given: Partial<LeavingFacts>): LeavingFacts => ({
  kind: 'before',
  at: START - HOUR,
  notBefore: START - 8 * HOUR,
  uselessAfter: START,
  startsAt: START,
  urgent: false,
  ...given,
});
const leaves = (given: Partial<LeavingFacts>, now: string, zone = MOSCOW) => {
  const leaving = leavingAt(facts(given), zone, QUIET, at(now));
  return leaving.kind === 'leaves' ? new Date(leaving.at).toISOString() : leaving.reason;
};

describe('The night of whoever is told', () => {
  it('is told by the clocks of their zone, over midnight and over both switches', () => {
    const night = nightAt(at('2027-11-13T23:00:00Z'), MOSCOW, QUIET);
    assert.deepEqual([night?.from, night?.until], [at('2027-11-13T19:00:00Z'), at('2027-11-14T05:00:00Z')]);
    assert.equal(nightAt(at('2027-11-14T05:00:00Z'), MOSCOW, QUIET), undefined);
    const spring = nightAt(at('2027-03-28T00:30:00Z'), 'Europe/Berlin', QUIET);
    assert.equal(((spring?.until ?? 0) - (spring?.from ?? 0)) / HOUR, 9);
    const autumn = nightAt(at('2027-10-31T00:30:00Z'), 'Europe/Berlin', QUIET);
    assert.equal(((autumn?.until ?? 0) - (autumn?.from ?? 0)) / HOUR, 11);
    const early = nightAt(at('2027-11-14T00:30:00Z'), 'UTC', { fromHour: 0, toHour: 6 });
    assert.deepEqual([early?.from, early?.until], [at('2027-11-14T00:00:00Z'), at('2027-11-14T06:00:00Z')]);
    assert.equal(nightAt(at('2027-11-14T00:30:00Z'), 'UTC', null), undefined);
    assert.equal(nextNight(at('2027-11-14T19:00:00Z'), MOSCOW, QUIET), at('2027-11-15T19:00:00Z'));
  });

  it('makes the seed’s day-before word leave at 8 that morning, and its hour-before word the evening before', () => {
    assert.equal(leaves({ at: START - 24 * HOUR }, '2027-11-13T00:00:00Z'), '2027-11-13T05:00:00.000Z');
    assert.equal(leaves({}, '2027-11-13T18:00:00Z'), '2027-11-13T18:00:00.000Z');
    assert.equal(leaves({}, '2027-11-13T18:45:00Z'), '2027-11-13T18:45:00.000Z', 'approved within that hour');
    assert.equal(leaves({}, '2027-11-13T19:00:00Z'), 'quietHours', 'approved after it');
    assert.equal(leaves({ urgent: true }, '2027-11-13T19:00:00Z'), '2027-11-13T23:00:00.000Z');
    assert.equal(leaves({}, '2027-11-13T18:00:00Z', 'America/New_York'), '2027-11-13T23:00:00.000Z', 'it is day there');
    assert.equal(leaves({}, '2027-11-14T00:00:00Z'), 'tooLate');
  });

  it('keeps "has begun" from everybody who sleeps, and "is over" until the morning', () => {
    const night = '2027-11-14T00:00:00Z';
    assert.equal(leaves({ kind: 'begun', at: START, uselessAfter: START + HOUR }, night), 'quietHours');
    const done = { kind: 'done', at: START + HOUR, uselessAfter: START + 25 * HOUR } as const;
    assert.equal(leaves(done, '2027-11-14T01:00:00Z'), '2027-11-14T05:00:00.000Z');
  });

  it('lets a change and a cancellation wait for the morning while there is time, also under way', () => {
    const noon = at('2027-11-14T09:00:00Z');
    const change = { kind: 'changed', at: at('2027-11-13T22:00:00Z'), startsAt: noon, uselessAfter: noon } as const;
    const asked = '2027-11-13T22:00:00Z';
    const since = { notBefore: at(asked) };
    assert.equal(leaves({ ...change, ...since }, asked), '2027-11-14T05:00:00.000Z');
    const soon = at('2027-11-14T05:30:00Z');
    assert.equal(leaves({ ...change, ...since, startsAt: soon, uselessAfter: soon }, asked), 'quietHours');
    const long = {
      kind: 'cancelled',
      at: at(asked),
      startsAt: START - 5 * HOUR,
      uselessAfter: START + 48 * HOUR,
    } as const;
    assert.equal(leaves({ ...long, ...since }, asked), '2027-11-14T05:00:00.000Z');
  });

  it('lets nothing leave before its time, after it, or by night', () => {
    const kinds: AnnouncementKind[] = ['before', 'begun', 'changed', 'cancelled', 'done'];
    const zones = [MOSCOW, 'Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati', 'Asia/Kolkata', 'UTC'];
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.constantFrom(...zones),
        fc.record({ fromHour: hour, toHour: hour }),
        fc.integer({ min: at('2027-03-20T00:00:00Z'), max: at('2027-11-20T00:00:00Z') }),
        fc.integer({ min: 1, max: 72 * 60 }),
        fc.integer({ min: 1, max: 72 * 60 }),
        fc.integer({ min: -72 * 60, max: 96 * 60 }),
        fc.boolean(),
        (kind, zone, quiet, meant, startMinutes, usefulMinutes, nowMinutes, urgent) => {
          const wanted = {
            kind,
            at: meant,
            uselessAfter: meant + usefulMinutes * 60_000,
            startsAt: meant + startMinutes * 60_000,
            urgent,
          };
          const notBefore = earliestLeaving(wanted, [zone], quiet);
          const now = Math.max(meant + nowMinutes * 60_000, notBefore);
          const leaving = leavingAt({ ...wanted, notBefore }, zone, quiet, now);
          if (leaving.kind === 'skipped') {
            assert.ok(['tooLate', 'quietHours'].includes(leaving.reason));
            assert.ok(!(urgent && leaving.reason === 'quietHours'));
            return;
          }
          assert.ok(leaving.at >= notBefore && leaving.at >= now && leaving.at < wanted.uselessAfter);
          assert.ok(leaving.at < leaving.by && leaving.by <= wanted.uselessAfter);
          if (!urgent) {
            assert.equal(nightAt(leaving.at, zone, quiet), undefined);
            assert.equal(nightAt(leaving.by - 1, zone, quiet), undefined);
          }
          if (leaving.at < meant) assert.ok(kind !== 'begun' && kind !== 'done');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

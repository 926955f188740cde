import assert from 'node:assert/strict';
import fc from 'fast-check';
import { whatIsDue, nextLook } from './due.js';
import type { NoticePlan, Planned } from './notice.js';
import { leavingAt } from './quiet-hours.js';
import { scheduleOf } from './schedule.js';

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);
const START = at('2027-11-14T12:00:00Z');
const END = START + HOUR;

const word = (kind: Planned['kind'], when: number, given: Partial<Planned> = {}): Planned => ({
  id: `${kind}${when}`,
  kind,
  lead: kind === 'before' ? 'PT1H' : null,
  at: when,
  notBefore: when,
  uselessAfter: kind === 'before' ? START : kind === 'done' ? END + 24 * HOUR : END,
  state: 'planned',
  reason: null,
  ...given,
});
const [three, one, hour] = [
  word('before', START - 72 * HOUR),
  word('before', START - 24 * HOUR),
  word('before', START - HOUR),
];
const due = (words: readonly Planned[], now: number) => whatIsDue(words, { startsAt: START, endsAt: END }, now);
const NOTHING = { starts: [], skips: [], ends: [], turnsIntoBegun: false };

describe('What is due of a notice', () => {
  it('is nothing before its time, and each word at its time', () => {
    assert.deepEqual(due([three, one, hour], three.at - 1), NOTHING);
    assert.deepEqual(due([three, one, hour], three.at), { ...NOTHING, starts: [three.id] });
    assert.equal(nextLook([three, one, hour], three.at - 5), three.at);
  });

  it('is the latest of several overdue words, and the others are skipped with their reason', () => {
    const result = due([three, one, hour], one.at + 2 * HOUR);
    assert.deepEqual(result, { ...NOTHING, starts: [one.id], skips: [{ id: three.id, reason: 'tooLate' }] });
  });

  it('is not even that when the next is due within the hour; a word that is in time is not held back by the next', () => {
    const late = due([three, one, hour], hour.at - HOUR);
    assert.deepEqual(late.starts, []);
    assert.deepEqual(
      late.skips.map(({ id }) => id),
      [three.id, one.id],
    );
    const half = word('before', START - HOUR / 2);
    assert.deepEqual(due([hour, half], hour.at).starts, [hour.id]);
  });

  it('becomes "has begun" when the window has, once, and nothing when it is over', () => {
    const missed = due([one, hour], START + 60_000);
    assert.deepEqual(missed, {
      ...NOTHING,
      skips: [
        { id: one.id, reason: 'tooLate' },
        { id: hour.id, reason: 'tooLate' },
      ],
      turnsIntoBegun: true,
    });
    assert.equal(due([hour, word('begun', START)], START + 60_000).turnsIntoBegun, false);
    assert.equal(due([hour], END).turnsIntoBegun, false);
    assert.deepEqual(due([word('begun', START)], END).skips, [{ id: `begun${START}`, reason: 'tooLate' }]);
  });

  it('cuts short what runs when the next word comes, or when it is useless', () => {
    const running = { ...one, state: 'running' } as const;
    assert.deepEqual(due([running, hour], hour.at), {
      ...NOTHING,
      starts: [hour.id],
      ends: [{ id: one.id, reason: 'tooLate' }],
    });
    assert.deepEqual(due([running], START).ends, [{ id: one.id, reason: 'tooLate' }]);
  });

  it('starts the evening before what the night would swallow', () => {
    const evening = word('before', START - HOUR, { notBefore: START - 6 * HOUR });
    assert.deepEqual(due([evening], START - 6 * HOUR).starts, [evening.id]);
  });

  it('is decided for every word, in its time, whatever the window, the clock, the zone and the outage', () => {
    const zones = ['Europe/Moscow', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata'];
    const leads = ['P30D', 'P3D', 'P1D', 'PT12H', 'PT4H', 'PT1H', 'PT30M', 'PT1M', 'PT24H'];
    const zone = fc.constantFrom(...zones);
    fc.assert(
      fc.property(
        fc.record({ timeZone: zone, person: zone, urgent: fc.boolean() }),
        // Around both switches of Berlin, New York and Auckland.
        fc.integer({ min: at('2027-03-10T00:00:00Z') / 60_000, max: at('2027-11-10T00:00:00Z') / 60_000 }),
        fc.integer({ min: 1, max: 7 * 24 * 60 }),
        fc.uniqueArray(fc.constantFrom(...leads), { maxLength: 6 }),
        fc.subarray(['begun', 'done'] as const),
        fc.integer({ min: 0, max: 6 * 24 * 60 }), // approved so long before the start
        fc.array(fc.record({ runs: fc.integer({ min: 1, max: 2_000 }), out: fc.integer({ min: 1, max: 600 }) }), {
          maxLength: 6,
        }),
        ({ timeZone, person, urgent }, startMinute, minutes, announceBefore, announce, ahead, outages) => {
          const startsAt = startMinute * 60_000;
          const endsAt = startsAt + minutes * 60_000;
          const plan: NoticePlan = {
            ...{ startsAt, endsAt, timeZone, maxInterruptionMinutes: null, site: null, supportPhone: null },
            ...{ announce: ['before', ...announce], announceBefore, audience: {}, urgent },
          };
          const quiet = { fromHour: 22, toHour: 8 };
          let words = scheduleOf(plan, { quiet, timeZones: [timeZone, person] }).map((each, index): Planned => ({
            ...each,
            id: `w${index}`,
            state: 'planned',
            reason: null,
          }));
          const begunAt = new Map<string, number>();
          const toldAt: number[] = [];
          const look = (now: number) => {
            const result = whatIsDue(words, plan, now);
            const befores = result.starts.filter((id) =>
              words.some((each) => each.id === id && each.kind === 'before' && each.at <= now),
            );
            assert.ok(befores.length <= 1, 'of several overdue words one is said');
            for (const id of result.starts) {
              const each = words.find((one) => one.id === id) ?? assert.fail();
              assert.ok(each.notBefore <= now && now < each.uselessAfter);
              assert.ok(!begunAt.has(id));
              begunAt.set(id, now);
              const leaving = leavingAt({ ...each, startsAt, urgent }, person, quiet, now);
              if (leaving.kind === 'leaves') {
                assert.ok(leaving.at >= each.notBefore && leaving.at < each.uselessAfter);
                toldAt.push(leaving.at);
              }
            }
            words = words.map((each) => {
              if (result.starts.includes(each.id)) return { ...each, state: 'running' };
              const over = [...result.skips, ...result.ends].find(({ id }) => id === each.id);
              return over
                ? { ...each, state: each.state === 'running' ? 'done' : 'skipped', reason: over.reason }
                : each;
            });
          };
          let now = startsAt - ahead * 60_000;
          for (const { runs, out } of [...outages, { runs: 60 * 24 * 14, out: 0 }]) {
            const until = now + runs * 60_000;
            for (let next: number | undefined = now; next !== undefined && next <= until;) {
              now = Math.max(now, next);
              look(now);
              next = nextLook(words, now);
              if (next !== undefined && next <= now) next = now + 60_000;
            }
            now = Math.max(now, until) + out * 60_000;
          }
          for (const each of words) {
            assert.ok(each.state === 'skipped' || each.state === 'done', `${each.kind} ended as ${each.state}`);
            assert.ok(each.reason !== null, 'nothing is lost without a reason');
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

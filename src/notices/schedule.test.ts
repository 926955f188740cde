import assert from 'node:assert/strict';
import type { NoticePlan } from './notice.js';
import { scheduleOf } from './schedule.js';

const plan = (startsAt: string, announceBefore: readonly string[]): NoticePlan => ({
  startsAt: Date.parse(startsAt),
  endsAt: Date.parse(startsAt) + 3_600_000,
  timeZone: 'Europe/Berlin',
  maxInterruptionMinutes: null,
  site: null,
  supportPhone: null,
  announce: ['before'],
  announceBefore,
  audience: {},
  urgent: false,
});
const words = (startsAt: string, leads: readonly string[]) =>
  scheduleOf(plan(startsAt, leads), { quiet: null, timeZones: [] }).map(({ lead, at }) => [
    lead,
    new Date(at).toISOString(),
  ]);

describe('The announcements that a window makes', () => {
  it('are one where two durations lead to one moment, and two where the clocks were changed between', () => {
    const leads = ['PT1H', 'PT24H', 'P1D'];
    assert.deepEqual(words('2027-03-28T08:00:00Z', leads), [
      ['PT24H', '2027-03-27T08:00:00.000Z'],
      ['P1D', '2027-03-27T09:00:00.000Z'],
      ['PT1H', '2027-03-28T07:00:00.000Z'],
    ]);
    assert.deepEqual(words('2027-03-29T08:00:00Z', leads), [
      ['PT24H', '2027-03-28T08:00:00.000Z'],
      ['PT1H', '2027-03-29T07:00:00.000Z'],
    ]);
  });
});

import assert from 'node:assert/strict';
import type { NoticePlan } from './notice.js';
import { readPlan } from './read-plan.js';

const NOW = Date.parse('2027-11-01T09:00:00Z');
const WINDOW = { startsAt: '2027-11-14T03:00', endsAt: '2027-11-14T04:00' };
const read = (given: Record<string, unknown>, before?: NoticePlan) =>
  readPlan(given, before, { now: NOW, timeZone: 'Europe/Moscow' });
const plan = (given: Record<string, unknown>, before?: NoticePlan): NoticePlan => {
  const result = read(given, before);
  return result.kind === 'plan' ? result.plan : assert.fail(JSON.stringify(result.faults));
};
const wrong = (given: Record<string, unknown>, before?: NoticePlan): readonly string[] => {
  const result = read(given, before);
  return result.kind === 'wrong' ? result.faults.map(({ field }) => field) : [];
};

describe('The window that somebody enters', () => {
  it('needs a start and an end; the rest has a default', () => {
    assert.deepEqual(plan(WINDOW), {
      startsAt: Date.parse('2027-11-14T00:00:00Z'),
      endsAt: Date.parse('2027-11-14T01:00:00Z'),
      timeZone: 'Europe/Moscow',
      maxInterruptionMinutes: null,
      site: null,
      supportPhone: null,
      announce: ['before'],
      announceBefore: ['P3D', 'P1D', 'PT1H'],
      audience: {},
      urgent: false,
    });
  });

  it('is kept as typed where it is wording', () => {
    const { site, supportPhone } = plan({ ...WINDOW, site: ' М9 ', supportPhone: '+7 (495) 787-35-95' });
    assert.deepEqual([site, supportPhone], [' М9 ', '+7 (495) 787-35-95']);
  });

  it('is refused with every wrong field named, and no value repeated', () => {
    const given = {
      startsAt: 'CANARY',
      endsAt: 5,
      timeZone: 'CANARY',
      maxInterruptionMinutes: 0.5,
      site: 'CANARY'.repeat(50),
      supportPhone: 'CANARY',
      announce: ['cancelled'],
      announceBefore: ['P1D', 'CANARY', 'P1D'],
      audience: { sites: [], colour: ['CANARY'] },
      urgent: 'yes',
      CANARYs: 1,
    };
    const result = read(given);
    assert.equal(result.kind, 'wrong');
    assert.deepEqual(wrong(given).toSorted(), [
      'CANARYs',
      'announce',
      'announceBefore.1',
      'announceBefore.2',
      'audience.colour',
      'audience.sites',
      'endsAt',
      'maxInterruptionMinutes',
      'site',
      'startsAt',
      'supportPhone',
      'timeZone',
      'urgent',
    ]);
    assert.ok(result.kind === 'wrong' && result.faults.every(({ message }) => !message.includes('CANARY')));
  });

  it('ends after it starts, at most 7 days later, and not before now; one under way may be entered', () => {
    assert.deepEqual(wrong({ startsAt: '2027-11-14T03:00', endsAt: '2027-11-14T03:00' }), ['endsAt']);
    assert.deepEqual(wrong({ startsAt: '2027-11-14T03:00', endsAt: '2027-11-21T03:01' }), ['endsAt']);
    assert.deepEqual(wrong({ startsAt: '2027-11-14T03:00', endsAt: '2027-11-21T03:00' }), []);
    assert.deepEqual(wrong({ startsAt: '2027-11-01T11:00', endsAt: '2027-11-01T12:00' }), ['endsAt']);
    assert.deepEqual(wrong({ startsAt: '2027-11-01T11:00', endsAt: '2027-11-01T12:01' }), []);
    assert.deepEqual(wrong({ startsAt: '2099-11-14T03:00', endsAt: '2099-11-14T04:00' }), ['startsAt']);
    assert.deepEqual(wrong({ startsAt: '2027-03-28T02:30Z' }), ['endsAt']);
    assert.deepEqual(wrong({ ...WINDOW, timeZone: 'Europe/Berlin', startsAt: '2028-03-26T02:30' }), ['startsAt']);
  });

  it('is not shorter than the interruption', () => {
    assert.deepEqual(wrong({ ...WINDOW, maxInterruptionMinutes: 61 }), ['maxInterruptionMinutes']);
    assert.equal(plan({ ...WINDOW, maxInterruptionMinutes: 60 }).maxInterruptionMinutes, 60);
  });

  it('has at most 10 different durations, or none', () => {
    assert.deepEqual(plan({ ...WINDOW, announceBefore: [] }).announceBefore, []);
    assert.deepEqual(
      wrong({ ...WINDOW, announceBefore: Array.from({ length: 11 }, (_, index) => `PT${index + 1}H`) }),
      ['announceBefore'],
    );
    assert.deepEqual(wrong({ ...WINDOW, announceBefore: ['PT60M', 'PT1H'] }), ['announceBefore.1']);
    assert.deepEqual(plan({ ...WINDOW, announce: ['done', 'begun'] }).announce, ['begun', 'done']);
    assert.deepEqual(plan({ ...WINDOW, announce: ['done'], announceBefore: ['P1D'] }).announce, ['before', 'done']);
  });

  it('is not announced twice at one moment: a day and 24 hours are two only where the clocks are changed between', () => {
    const announceBefore = ['P1D', 'PT1H', 'PT24H'];
    assert.deepEqual(wrong({ ...WINDOW, announceBefore }), ['announceBefore.2']);
    const result = read({ ...WINDOW, announceBefore });
    assert.ok(result.kind === 'wrong' && /announceBefore\.0/.test(result.faults[0]?.message ?? ''));
    const berlin = { startsAt: '2028-03-26T10:00', endsAt: '2028-03-26T11:00', timeZone: 'Europe/Berlin' };
    assert.deepEqual(wrong({ ...berlin, announceBefore }), []);
    // Nobody who moves a window has to think of what was entered long before.
    const before = plan({ ...berlin, announceBefore });
    assert.deepEqual(wrong({ startsAt: '2028-03-20T10:00', endsAt: '2028-03-20T11:00' }, before), []);
  });

  it('keeps in a change what is not given', () => {
    const before = plan({ ...WINDOW, site: 'M9', announceBefore: [], announce: ['begun'], urgent: true });
    const after = plan({ endsAt: '2027-11-14T05:00', site: null }, before);
    assert.deepEqual(after, { ...before, endsAt: Date.parse('2027-11-14T02:00:00Z'), site: null });
    assert.deepEqual(wrong({ startsAt: '2027-11-14T04:30' }, before), ['endsAt']);
    const moved = plan({ timeZone: 'Asia/Almaty' }, before);
    assert.deepEqual([moved.startsAt, moved.timeZone], [before.startsAt, 'Asia/Almaty']);
  });
});

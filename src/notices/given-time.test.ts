import assert from 'node:assert/strict';
import { isTimeZone, readTime } from './given-time.js';

const read = (text: string, zone = 'Europe/Berlin') => {
  const time = readTime(text, zone);
  return time.kind === 'at' ? new Date(time.at).toISOString() : time.kind;
};

describe('A time that somebody gives', () => {
  it('is local in the zone without an offset, and what it says with one', () => {
    assert.equal(read('2027-11-14T03:00', 'Europe/Moscow'), '2027-11-14T00:00:00.000Z');
    assert.equal(read('2027-11-14T03:00:15', 'Europe/Moscow'), '2027-11-14T00:00:15.000Z');
    assert.equal(read('2027-11-14T03:00Z', 'Europe/Moscow'), '2027-11-14T03:00:00.000Z');
    assert.equal(read('2027-11-14T03:00:00.000+05:30'), '2027-11-13T21:30:00.000Z');
    assert.equal(read('2027-11-14T03:00:00.389123Z'), '2027-11-14T03:00:00.389Z');
    assert.equal(read('2027-11-14T03:00-0800'), '2027-11-14T11:00:00.000Z');
  });

  it('is refused where the clocks never show it, and the first of two where they show it twice', () => {
    assert.equal(read('2027-03-28T02:30'), 'skipped');
    assert.equal(read('2027-03-28T02:00'), 'skipped');
    assert.equal(read('2027-03-28T03:00'), '2027-03-28T01:00:00.000Z');
    assert.equal(read('2027-10-31T02:30'), '2027-10-31T00:30:00.000Z');
    assert.equal(read('2027-10-31T02:30+01:00'), '2027-10-31T01:30:00.000Z');
  });

  it('is refused when it is no time', () => {
    for (const bad of [
      '',
      'tomorrow',
      '2027-11-14',
      '2027-02-29T10:00',
      '2027-13-01T10:00',
      '2027-11-14T24:00',
      '2027-11-14T10:60',
      '2027-11-14T10:00+15:00',
      '14.11.2027 03:00',
    ])
      assert.equal(read(bad), 'unreadable', bad);
  });

  it('has a zone with a name', () => {
    for (const good of ['Europe/Moscow', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'])
      assert.ok(isTimeZone(good));
    for (const bad of ['', 'Moscow', '+03:00', 'Europe/Nowhere', 'x'.repeat(99)]) assert.ok(!isTimeZone(bad), bad);
  });
});

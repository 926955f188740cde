import assert from 'node:assert/strict';
import { leadKey, momentBefore, parseLead } from './lead.js';

const at = (text: string) => Date.parse(text);
const before = (start: string, lead: string, zone: string) =>
  new Date(momentBefore(at(start), parseLead(lead) ?? assert.fail(lead), zone)).toISOString();

describe('How long before the start something is announced', () => {
  it('is an ISO duration from a minute to a year, and nothing else', () => {
    for (const good of ['P3D', 'P1D', 'PT1H', 'PT1M', 'PT60S', 'P1W', 'P1Y', 'P12M', 'P1DT6H30M', 'P366D'])
      assert.ok(parseLead(good), good);
    for (const bad of [
      '',
      'P',
      'PT',
      'P1DT',
      '1D',
      'PT0S',
      'PT59S',
      'P0D',
      'P1Y1D',
      'P367D',
      'P13M',
      '-P1D',
      'P1.5D',
      'P3d',
      'P1D ',
      'PT9999999H',
    ])
      assert.equal(parseLead(bad), undefined, bad);
  });

  it('is the same however it is written, and a day is not 24 hours', () => {
    const key = (text: string) => leadKey(parseLead(text) ?? assert.fail());
    assert.equal(key('PT60M'), key('PT1H'));
    assert.equal(key('P1W'), key('P7D'));
    assert.notEqual(key('P1D'), key('PT24H'));
  });

  it('counts days by the clocks of the zone, over both switches, and hours by the hour', () => {
    // Berlin: forward on 2027-03-28 at 2:00, back on 2027-10-31 at 3:00.
    assert.equal(before('2027-03-28T10:00:00Z', 'P1D', 'Europe/Berlin'), '2027-03-27T11:00:00.000Z');
    assert.equal(before('2027-03-28T10:00:00Z', 'PT24H', 'Europe/Berlin'), '2027-03-27T10:00:00.000Z');
    assert.equal(before('2027-10-31T11:00:00Z', 'P1D', 'Europe/Berlin'), '2027-10-30T10:00:00.000Z');
    assert.equal(before('2027-10-31T11:00:00Z', 'P3DT2H', 'Europe/Berlin'), '2027-10-28T08:00:00.000Z');
    // 2:30 does not exist on that day: it is announced at what comes instead of it.
    assert.equal(before('2027-03-29T00:30:00Z', 'P1D', 'Europe/Berlin'), '2027-03-28T01:30:00.000Z');
    assert.equal(before('2027-11-14T00:00:00Z', 'P3D', 'Europe/Moscow'), '2027-11-11T00:00:00.000Z');
  });

  it('ends months on their last day', () => {
    assert.equal(before('2027-03-31T12:00:00Z', 'P1M', 'UTC'), '2027-02-28T12:00:00.000Z');
    assert.equal(before('2028-02-29T12:00:00Z', 'P1Y', 'UTC'), '2027-02-28T12:00:00.000Z');
    assert.equal(before('2027-01-15T12:00:30Z', 'P2M', 'UTC'), '2026-11-15T12:00:30.000Z');
  });
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/means/caretaker.js';
import { loadTariffs } from '../load-tariffs.js';
import { dayIn, pricesOn, readTariffs } from './tariffs.js';

const smsFrom = (effectiveFrom: string, advertising = 600) => ({
  effectiveFrom,
  pricePerSegmentKopecks: { service: 400, transactional: 300, advertising },
});
const whatsappFrom = (effectiveFrom: string) => ({
  effectiveFrom,
  pricePerMessageKopecks: { utility: 300, marketing: 700, service: 0 },
  freeServiceMessages: 0,
});
const good = { sms: [smsFrom('2026-01-01')], whatsapp: [whatsappFrom('2026-01-01')] };
const faultsOf = (file: unknown) => {
  const read = readTariffs(file, '2026-06-01');
  return read.kind === 'faults' ? read.faults.join('\n') : '';
};

describe('Tariffs', () => {
  it('that come with the server are in force, and a price list of ours changes when Meta’s does', () => {
    const tariffs = loadTariffs(undefined, '2026-03-01');
    assert.equal(pricesOn(tariffs, '2026-09-30').whatsapp.pricePerMessageKopecks.service, 0);
    const { pricePerMessageKopecks, freeServiceMessages } = pricesOn(tariffs, '2026-10-01').whatsapp;
    assert.equal(pricePerMessageKopecks.service, pricePerMessageKopecks.utility);
    assert.equal(freeServiceMessages, 1000);
    for (const { effectiveFrom } of tariffs.whatsapp) assert.match(effectiveFrom, /-(01|04|07|10)-01$/);
  });

  it('change on their day, in whatever order they stand', () => {
    const sms = [smsFrom('2026-07-01', 3), smsFrom('2025-01-01', 1), smsFrom('2026-02-01', 2)];
    const on = (day: string) => pricesOn({ ...good, sms }, day).sms.pricePerSegmentKopecks.advertising;
    const days = ['2025-01-01', '2026-01-31', '2026-02-01', '2026-06-30', '2026-07-01', '2030-01-01', '2020-01-01'];
    assert.deepEqual(days.map(on), [1, 1, 2, 2, 3, 3, 1]);
  });

  it('change at midnight of the company’s zone', () => {
    const at = Date.parse('2026-06-30T22:30:00Z');
    assert.equal(dayIn('Europe/Moscow', at), '2026-07-01');
    assert.equal(dayIn('Europe/London', at), '2026-06-30');
  });

  it('are refused with everything that is wrong with them', () => {
    assert.equal(faultsOf(good), '');
    const [entry] = good.sms;
    const faults = faultsOf({
      sms: [
        { ...entry, pricePerSegmentKopecks: { service: 4.2, transactional: -1 } },
        { ...entry, effectiveFrom: '2026-02-30' },
      ],
      whatsapp: [],
      extra: 1,
    });
    assert.match(faults, /sms\.0\.pricePerSegmentKopecks\.service: has to be a whole number of kopecks/);
    assert.match(faults, /sms\.0\.pricePerSegmentKopecks\.transactional: cannot be negative/);
    assert.match(faults, /sms\.0\.pricePerSegmentKopecks\.advertising: /);
    assert.match(faults, /sms\.1\.effectiveFrom: has to be a day such as/);
    assert.match(faults, /whatsapp: has to have an entry/);
    assert.match(faults, /it: .*extra/);
    assert.match(faultsOf({ ...good, sms: [entry, entry] }), /sms: has two entries for one day/);
    assert.match(faultsOf({ ...good, sms: [smsFrom('2027-01-01')] }), /sms: has no entry that is in force today/);
    assert.match(faultsOf(null), /it: /);
  });

  it('stop the start when their file is missing or broken, by the name of the setting', () => {
    const file = join(temporaryFolder('tariffs'), 'tariffs.json');
    const load = () => loadTariffs(file, '2026-06-01');
    assert.throws(load, /TARIFFS_FILE: the file cannot be read/);
    writeFileSync(file, '{ "sms": ');
    assert.throws(load, /TARIFFS_FILE: this is no JSON/);
    writeFileSync(file, JSON.stringify({ ...good, sms: [] }));
    assert.throws(load, /TARIFFS_FILE: sms: has to have an entry/);
    writeFileSync(file, `\uFEFF${JSON.stringify(good)}`);
    assert.deepEqual(load(), good);
  });
});

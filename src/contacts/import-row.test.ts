import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BrokenCsv } from './csv.js';
import { MAX_IMPORT_ROWS, readImportCsv, TooManyRows } from './import-csv.js';
import { IMPORT_COLUMNS, readImportRow, type RawRow } from './import-row.js';

const now = Date.parse('2026-03-01T09:00:00Z');
const context = { country: 'RU', timeZone: 'Europe/Moscow', now } as const;
const read = (raw: RawRow) => readImportRow(raw, context);
const consent = { topics: ['news'], source: 'form', consentedAt: '2026-02-01T10:00:00Z' };

describe('A row of an imported list', () => {
  it('is read from texts as a spreadsheet has them', () => {
    const row = read({
      phone: '8 916 123-45-67',
      userId: '',
      name: ' Анна\tБ. ',
      language: 'ru-RU',
      timeZone: 'Asia/Omsk',
      tags: 'vip; north ;vip;',
      sites: 'M9',
      topics: 'maintenance;news',
      source: 'order form',
      consentedAt: '2026-02-14 10:00',
    });
    assert.deepEqual(row, {
      phone: '79161234567',
      name: 'Анна Б.',
      language: 'ru',
      timeZone: 'Asia/Omsk',
      tags: ['vip', 'north'],
      sites: ['M9'],
      consent: {
        topics: ['maintenance', 'news'],
        source: 'order form',
        consentedAt: Date.parse('2026-02-14T04:00:00Z'),
      },
    });
  });

  it('is refused with a reason that repeats nothing of it', () => {
    const phone = '+79161234567';
    for (const [raw, reason] of [
      [{}, 'neither phone nor userId'],
      [{ phone: 'CANARY' }, 'phone: not a telephone number'],
      [{ userId: 'CANARY' }, 'userId: not a BSUID (two letters, a dot, an id)'],
      [{ phone, language: 'CANARY' }, 'language: ru or en'],
      [{ phone, timeZone: 'CANARY/X' }, 'timeZone: not a time zone (such as Europe/Moscow)'],
      [{ phone, timeZone: '+03:00' }, 'timeZone: not a time zone (such as Europe/Moscow)'],
      [{ phone, name: { CANARY: 1 } }, 'name: not a text'],
      [{ phone, name: 'x'.repeat(201) }, 'name: longer than 200 characters'],
      [{ phone, tags: ['a', 5] }, 'tags: not a list of texts'],
      [{ phone, tags: 'x'.repeat(65) }, 'tags: one is longer than 64 characters'],
      [{ phone, ...consent, topics: ['CANARY'] }, 'topics: only maintenance, news, offers'],
      [{ phone, ...consent, topics: ['service'] }, 'topics: only maintenance, news, offers'],
      [{ phone, ...consent, source: ' ' }, 'source: missing (where did they agree?)'],
      [{ phone, ...consent, consentedAt: null }, 'consentedAt: missing (when did they agree?)'],
      [{ phone, ...consent, consentedAt: 'CANARY' }, 'consentedAt: not an ISO 8601 time that exists'],
      [{ phone, ...consent, consentedAt: '2026-02-30' }, 'consentedAt: not an ISO 8601 time that exists'],
      [{ phone, ...consent, consentedAt: '2026-03-01T09:00:01Z' }, 'consentedAt: in the future'],
      [{ phone, consentedAt: '2027-01-01' }, 'consentedAt: in the future'],
    ] as [RawRow, string][]) {
      assert.deepEqual(read(raw), { reason });
    }
  });

  it('refuses a local time that the spring switch skips, and takes one with an offset', () => {
    const at = (consentedAt: string) =>
      read({ phone: '+79161234567', ...consent, timeZone: 'Europe/Berlin', consentedAt });
    assert.deepEqual(at('2025-03-30T02:30'), { reason: 'consentedAt: not an ISO 8601 time that exists' });
    for (const time of ['2025-03-30T03:30', '2025-03-30T01:30Z', '2025-03-30T04:30+03:00', '2025-03-30']) {
      assert.ok('consent' in at(time), time);
    }
  });

  it('is either read or refused, whatever stands in it', () => {
    const value = fc.oneof(fc.anything(), fc.string(), fc.constantFrom('+79161234567', 'RU.abc', 'news', '2026-01-01'));
    const row = fc.record(Object.fromEntries(IMPORT_COLUMNS.map((column) => [column, value])), { requiredKeys: [] });
    fc.assert(
      fc.property(row, (raw) => {
        const result = read(raw as RawRow);
        if ('reason' in result) return;
        assert.ok(result.phone ?? result.userId);
        assert.ok(result.consent === null || result.consent.consentedAt <= now);
      }),
    );
  });
});

describe('An imported CSV file', () => {
  it('is read with the line of each row; what has shifted is no row', async () => {
    const csv = await readImportCsv(
      '\uFEFFPhone,tags,extra,topics\r\n+79161234567,a;b,x,news\r\n\r\n"8 916\n1",,,,\r\n1,2,3,4,5\r\n',
    );
    assert.deepEqual(csv, {
      rows: [
        { line: 2, raw: { phone: '+79161234567', tags: 'a;b', topics: 'news' } },
        { line: 4, raw: { phone: '8 916\n1', tags: '', topics: '' } },
        { line: 6, raw: null },
      ],
      unknownColumns: ['extra'],
    });
  });

  it('is refused as a whole when its header or its quotes are wrong, or when it is too long', async () => {
    for (const text of ['', '\n\n', 'name\nx', 'phone;name\n1;2', 'phone,phone\n1,2', 'phone\n"1']) {
      await assert.rejects(readImportCsv(text), BrokenCsv, text);
    }
    await assert.rejects(readImportCsv(`phone\n${'1\n'.repeat(MAX_IMPORT_ROWS + 1)}`), TooManyRows);
    assert.equal((await readImportCsv(`phone\n${'1\n'.repeat(MAX_IMPORT_ROWS)}`)).rows.length, MAX_IMPORT_ROWS);
  });
});

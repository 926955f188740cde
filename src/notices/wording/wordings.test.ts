import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { loadTemplates } from '../../load-templates.js';
import { loadTexts } from '../../load-texts.js';
import { validateOutbound } from '../../platform/outbound-limits.js';
import { filledIn, TEMPLATE_LIMITS } from '../../platform/template-rules.js';
import { readTap } from '../../conversation/taps.js';
import {
  ANNOUNCEMENT_KINDS,
  NOTICE_LANGUAGES,
  type AnnouncementKind,
  type NoticeLanguage,
  type ToSay,
  type WindowFacts,
} from '../wordings.js';
import { combinations, composeTemplates, WordingSource } from './compose.js';
import { createWordings } from './create-wordings.js';
import { interruptionWords, windowWords } from './window-words.js';

const texts = loadTexts();
const templates = loadTemplates();
const wordings = createWordings({ templates, texts, standing: () => Promise.resolve([]) });

const HOUR_MS = 3_600_000;
const at = (iso: string) => Date.parse(iso);

/** 14 November 2017, 3:00 to 4:00 in Moscow: the window of the seed. */
const seed: WindowFacts = {
  startsAt: at('2017-11-14T03:00:00+03:00'),
  endsAt: at('2017-11-14T04:00:00+03:00'),
  timeZone: 'Europe/Moscow',
  ...{ maxInterruptionMinutes: null, site: null, supportPhone: null },
};

const toSay = (window: WindowFacts, given: Partial<ToSay> = {}): ToSay => ({
  kind: 'before',
  window,
  formerly: null,
  usefulMs: 24 * HOUR_MS,
  ...given,
});

const body = (window: WindowFacts, language: NoticeLanguage, given: Partial<ToSay> = {}): string =>
  wordings.say(toSay(window, given), language).body;

describe('The words of a notice', () => {
  const one = { maxInterruptionMinutes: 1 };
  const phone = { supportPhone: '+7 (495) 787-35-95' };

  it('are those of the seed’s four versions, better put, in Russian', () => {
    const told = [{}, one, { ...one, ...phone }, { ...one, ...phone, site: 'М9' }].map((parts) =>
      body({ ...seed, ...parts }, 'ru'),
    );
    assert.deepEqual(told, [
      'Уважаемый клиент! Сообщаем вам, что 14 ноября 2017 г. с 3:00 до 4:00 (МСК) возможно прерывание оказания услуг в связи с работами в дата-центре. Приносим извинения за неудобства.',
      'Уважаемый клиент! Сообщаем вам, что 14 ноября 2017 г. с 3:00 до 4:00 (МСК) возможно прерывание оказания услуг (не более 1 минуты) в связи с работами в дата-центре. Приносим извинения за неудобства.',
      'Уважаемый клиент! Сообщаем вам, что 14 ноября 2017 г. с 3:00 до 4:00 (МСК) возможно прерывание оказания услуг (не более 1 минуты) в связи с работами в дата-центре. По всем вопросам обращайтесь в техническую поддержку по телефону +7 (495) 787-35-95. Приносим извинения за неудобства.',
      'Уважаемый клиент! Сообщаем вам, что 14 ноября 2017 г. с 3:00 до 4:00 (МСК) возможно прерывание оказания услуг (не более 1 минуты) в связи с работами в дата-центре на площадке М9. По всем вопросам обращайтесь в техническую поддержку по телефону +7 (495) 787-35-95. Приносим извинения за неудобства.',
    ]);
  });

  it('are those of the seed’s four versions, better put, in English', () => {
    const told = [{}, one, { ...one, ...phone }, { ...one, ...phone, site: 'M9' }].map((parts) =>
      body({ ...seed, ...parts }, 'en'),
    );
    assert.deepEqual(told, [
      'Dear customer, please note that from 3:00 to 4:00 on 14 November 2017 (Moscow time, GMT+3) our services may be interrupted because of maintenance work in the data centre. We apologise for the inconvenience.',
      'Dear customer, please note that from 3:00 to 4:00 on 14 November 2017 (Moscow time, GMT+3) our services may be interrupted for no more than 1 minute because of maintenance work in the data centre. We apologise for the inconvenience.',
      'Dear customer, please note that from 3:00 to 4:00 on 14 November 2017 (Moscow time, GMT+3) our services may be interrupted for no more than 1 minute because of maintenance work in the data centre. If you have any questions, please call technical support on +7 (495) 787-35-95. We apologise for the inconvenience.',
      'Dear customer, please note that from 3:00 to 4:00 on 14 November 2017 (Moscow time, GMT+3) our services may be interrupted for no more than 1 minute because of maintenance work in the data centre at the M9 site. If you have any questions, please call technical support on +7 (495) 787-35-95. We apologise for the inconvenience.',
    ]);
  });

  it('come as one template with one button, which stops these, and say below how to stop everything', () => {
    const said = wordings.say(toSay({ ...seed, ...one }), 'ru');
    assert.deepEqual(
      { ...said, body: '' },
      {
        template: 'maintenance_before_days_interruption',
        language: 'ru',
        content: {
          type: 'template',
          name: 'maintenance_before_days_interruption',
          language: 'ru',
          bodyParameters: [
            { name: 'window', text: '14 ноября 2017 г. с 3:00 до 4:00 (МСК)' },
            { name: 'interruption', text: '1 минуты' },
          ],
          buttonPayloads: ['stop:maintenance'],
        },
        body: '',
        footer: 'Чтобы не получать от нас ничего, ответьте «стоп»',
        buttons: ['Больше не присылать'],
        ttlSeconds: 43_200,
      },
    );
    assert.deepEqual(readTap('stop:maintenance'), { to: 'stop', topic: 'maintenance' });
  });

  it('use the template that lapses before the announcement is useless, and of those that do not the quickest to lapse', () => {
    const chosen = (kind: AnnouncementKind, usefulMs: number) =>
      wordings.say(toSay(seed, { kind, usefulMs, formerly: seed }), 'en').template;
    assert.equal(chosen('before', 12 * HOUR_MS), 'maintenance_before_days');
    assert.equal(chosen('before', 12 * HOUR_MS - 1), 'maintenance_before_soon');
    assert.equal(chosen('before', HOUR_MS / 2), 'maintenance_before_soon');
    assert.equal(chosen('changed', 3 * 24 * HOUR_MS), 'maintenance_changed_days');
    assert.equal(chosen('changed', 0), 'maintenance_changed_soon');
    assert.equal(chosen('begun', HOUR_MS), 'maintenance_begun');
  });

  it('tell of a change what people had heard before', () => {
    const moved = { ...seed, startsAt: seed.startsAt + 24 * HOUR_MS, endsAt: seed.endsAt + 24 * HOUR_MS };
    const given = { kind: 'changed', formerly: seed } as const;
    assert.match(
      body(moved, 'ru', given),
      /сообщали: 14 ноября .* Теперь .* возможно 15 ноября 2017 г\. с 3:00 до 4:00/,
    );
    assert.match(
      body(moved, 'en', given),
      /before: from 3:00 to 4:00 on 14 November .* Now from 3:00 to 4:00 on 15 Nov/,
    );
  });

  it('need the change and the cancellation in both languages, whatever is announced', () => {
    const names = wordings
      .needed({ ...seed, site: 'M9' }, ['before', 'done'])
      .map(({ name, language }) => `${name} ${language}`);
    assert.deepEqual(
      names,
      [...['before_days', 'before_soon', 'done', 'changed_days', 'changed_soon', 'cancelled']].flatMap((name) => [
        `maintenance_${name}_site ru`,
        `maintenance_${name}_site en`,
      ]),
    );
  });
});

describe('A maintenance window in words', () => {
  const told = (startsAt: string, endsAt: string, timeZone: string) =>
    NOTICE_LANGUAGES.map((language) =>
      windowWords({ ...seed, startsAt: at(startsAt), endsAt: at(endsAt), timeZone }, language, texts),
    );

  it('names both days when it runs over midnight, and both years over New Year', () => {
    assert.deepEqual(told('2026-11-13T23:00+03:00', '2026-11-14T00:00+03:00', 'Europe/Moscow'), [
      'с 23:00 13 ноября до 0:00 14 ноября 2026 г. (МСК)',
      'from 23:00 on 13 November to 0:00 on 14 November 2026 (Moscow time, GMT+3)',
    ]);
    assert.deepEqual(told('2026-12-31T23:30+03:00', '2027-01-01T00:30+03:00', 'Europe/Moscow'), [
      'с 23:30 31 декабря 2026 г. до 0:30 1 января 2027 г. (МСК)',
      'from 23:30 on 31 December 2026 to 0:30 on 1 January 2027 (Moscow time, GMT+3)',
    ]);
  });

  it('gives the hours in its own zone and names it: Russian zones by Moscow, others by their place', () => {
    const names = (zone: string) =>
      told('2026-07-01T12:00Z', '2026-07-01T13:00Z', zone).map((text) => /\((.*)\)$/.exec(text)?.[1]);
    assert.deepEqual(names('Asia/Vladivostok'), ['МСК+7', 'Vladivostok time, GMT+10']);
    assert.deepEqual(names('Europe/Kaliningrad'), ['МСК−1', 'Kaliningrad time, GMT+2']);
    assert.deepEqual(names('Asia/Almaty'), ['Алматы, GMT+5', 'Almaty time, GMT+5']);
    assert.deepEqual(names('Europe/Berlin'), ['Германия, GMT+2', 'Berlin time, GMT+2']);
    assert.deepEqual(names('UTC'), ['UTC', 'UTC']);
  });

  it('tells the offset of each hour on a night when the clocks are changed', () => {
    // Spring: 2:00 becomes 3:00. Autumn: 3:00 becomes 2:00, so 2:30 comes twice.
    assert.deepEqual(told('2026-03-29T00:30Z', '2026-03-29T01:30Z', 'Europe/Berlin'), [
      '29 марта 2026 г. с 1:30 GMT+1 до 3:30 GMT+2 (Германия)',
      'from 1:30 GMT+1 to 3:30 GMT+2 on 29 March 2026 (Berlin time)',
    ]);
    assert.deepEqual(told('2026-10-25T00:30Z', '2026-10-25T01:30Z', 'Europe/Berlin'), [
      '25 октября 2026 г. с 2:30 GMT+2 до 2:30 GMT+1 (Германия)',
      'from 2:30 GMT+2 to 2:30 GMT+1 on 25 October 2026 (Berlin time)',
    ]);
  });

  it('declines the minutes of an interruption', () => {
    const minutes = [1, 2, 5, 21, 60, 125, 300];
    assert.deepEqual(
      minutes.map((count) => interruptionWords(count, 'ru', texts)),
      ['1 минуты', '2 минут', '5 минут', '21 минуты', '1 часа', '2 часов 5 минут', '5 часов'],
    );
    assert.deepEqual(
      minutes.map((count) => interruptionWords(count, 'en', texts)),
      ['1 minute', '2 minutes', '5 minutes', '21 minutes', '1 hour', '2 hours 5 minutes', '5 hours'],
    );
  });
});

describe('Every announcement with every combination of its optional parts', () => {
  const parts = { interruption: { maxInterruptionMinutes: 21 }, site: { site: 'М9' }, phone: { supportPhone: '112' } };

  for (const kind of ANNOUNCEMENT_KINDS)
    for (const told of combinations(Object.keys(parts)))
      for (const language of NOTICE_LANGUAGES)
        it(`${kind}, ${told.join(', ') || 'nothing optional'}, ${language}: is sendable, and says what was filled in and nothing else`, () => {
          const window = {
            ...seed,
            ...Object.assign({}, ...told.map((name) => parts[name as keyof typeof parts])),
          } as WindowFacts;
          for (const usefulMs of [0, 30 * HOUR_MS]) {
            const said = wordings.say(
              toSay(window, { kind, usefulMs, formerly: kind === 'changed' ? seed : null }),
              language,
            );
            assert.deepEqual(validateOutbound(said.content), []);
            assert.ok(said.body.length <= TEMPLATE_LIMITS.body && !/[{}[\]]/.test(said.body), said.body);
            const version = templates.get(said.template)?.versions[language];
            assert.equal(
              filledIn(version?.body ?? '', new Map(said.content.bodyParameters.map((one) => [one.name, one.text]))),
              said.body,
            );
            assert.equal(said.body.includes('112'), told.includes('phone'));
            assert.equal(/[МM]9/.test(said.body), told.includes('site'));
            if (kind !== 'cancelled' && kind !== 'done')
              assert.equal(said.body.includes('21 '), told.includes('interruption'));
          }
        });

  it('stays within Meta’s limits whatever was typed', () => {
    const typed = fc.option(fc.string({ unit: 'binary', maxLength: 400 }), { nil: null });
    const zones = fc.constantFrom(
      'Europe/Moscow',
      'Europe/Berlin',
      'Asia/Almaty',
      'America/Argentina/Buenos_Aires',
      'Asia/Kolkata',
    );
    const window = fc
      .record({
        startsAt: fc.integer({ min: at('2026-01-01'), max: at('2036-01-01') }),
        lastsMs: fc.integer({ min: 60_000, max: 7 * 24 * HOUR_MS }),
        ...{ timeZone: zones, site: typed, supportPhone: typed },
        maxInterruptionMinutes: fc.option(fc.integer({ min: 1, max: 7 * 24 * 60 }), { nil: null }),
      })
      .map(({ lastsMs, ...rest }): WindowFacts => ({ ...rest, endsAt: rest.startsAt + lastsMs }));
    fc.assert(
      fc.property(
        window,
        window,
        fc.constantFrom(...ANNOUNCEMENT_KINDS),
        fc.constantFrom(...NOTICE_LANGUAGES),
        fc.nat(48 * HOUR_MS),
        (now, before, kind, language, usefulMs) => {
          const said = wordings.say(
            { kind, window: now, formerly: kind === 'changed' ? before : null, usefulMs },
            language,
          );
          assert.deepEqual(validateOutbound(said.content), []);
          assert.ok(said.body.length <= TEMPLATE_LIMITS.body);
          const known = wordings.needed(now, [kind]).map((key) => `${key.name} ${key.language}`);
          assert.ok(known.includes(`${said.template} ${language}`));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('The template files of the notices', () => {
  const source = WordingSource.parse(
    JSON.parse(readFileSync(new URL('../../../../templates/wordings/maintenance.json', import.meta.url), 'utf8')),
  );

  it('are what `npm run templates -- write` makes of the sentences', () => {
    for (const made of composeTemplates(source)) {
      const file = new URL(`../../../../templates/messages/${made.name}.json`, import.meta.url);
      assert.equal(readFileSync(file, 'utf8'), `${JSON.stringify(made, null, 2)}\n`, made.name);
    }
    const ours = [...templates.keys()].filter((name) => name.startsWith('maintenance_'));
    assert.deepEqual(
      ours.toSorted(),
      composeTemplates(source)
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it('fit, in both languages, into what an account holds and takes in an hour', () => {
    assert.ok(templates.size * 2 <= TEMPLATE_LIMITS.createdPerHour);
  });

  it('stop the start when one is missing or takes other parameters', () => {
    const fewer = new Map(
      [...templates].filter(([name]) => name !== 'maintenance_done' && name !== 'maintenance_begun'),
    );
    const bare = templates.get('maintenance_done');
    assert.ok(bare);
    fewer.set('maintenance_done_site', { ...bare, name: 'maintenance_done_site' });
    assert.throws(
      () => createWordings({ templates: fewer, texts, standing: () => Promise.resolve([]) }),
      (error: Error) => {
        for (const fault of [
          /maintenance_begun is missing/,
          /maintenance_done is missing/,
          /maintenance_done_site: ru: it has to take site, window/,
        ])
          assert.match(error.message, fault);
        return true;
      },
    );
  });
});

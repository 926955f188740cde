import assert from 'node:assert/strict';
import { offersAt } from '../callbacks/callback-offers.js';
import { businessCalendar, type BusinessCalendar } from '../calendar/opening-hours.js';
import { answersFrom } from '../knowledge/answers.js';
import { loadArticles } from '../load-articles.js';
import { loadTariffs } from '../load-tariffs.js';
import { loadTexts } from '../load-texts.js';
import { quotesWith } from '../quotes/quote.js';
import { pricesOn } from '../quotes/tariffs.js';
import { MONDAY_NOON, play, tap, type Line, type Played } from './play.js';
import type { Facts } from './session.js';

const texts = loadTexts();
const HOUR = 3_600_000;
const moscow = businessCalendar({ timeZone: 'Europe/Moscow', holidays: ['11-04'] });
const KNOWN = { phone: '79161234567' };
const articles = answersFrom(loadArticles(), 'Vestnik', () => undefined);

const run = (
  script: readonly Line[],
  more: Partial<Facts> = KNOWN,
  calendar: BusinessCalendar = moscow,
  startAt = MONDAY_NOON,
): Played => play(texts, script, (now) => ({ ...more, callbacks: offersAt(now, calendar) }), startAt);

const base36 = (at: number) => at.toString(36);
const at = (iso: string) => Date.parse(iso);
const slot = (iso: string) => `call:at:${base36(at(iso))}`;
const confirm = (iso: string, digits = '4567') => `call:confirm:${base36(at(iso))}:${digits}`;
const WAYS = ['menu:open', 'menu:human'];
const saidBy = ({ turns }: Played): string => {
  const content = turns.at(-1)?.replies[0]?.content;
  return content && 'body' in content ? content.body : '';
};
const rowsOf = ({ turns }: Played): readonly string[] => {
  const content = turns.at(-1)?.replies[0]?.content;
  return content?.type === 'list' ? content.sections.flatMap(({ rows }) => rows.map(({ title }) => title)) : [];
};

const FIRST = '2026-11-03T07:00:00Z'; // Tuesday, 10:00 in Moscow
const TO_DAY: readonly Line[] = [
  { they: tap('call:start'), bot: /На какой номер.*\+7 916 123 45 67/, offers: ['call:known', ...WAYS] },
  {
    they: tap('call:known'),
    bot: /^Позвоним на \+7 916 123 45 67\. В какой день/,
    // Wednesday is a holiday.
    offers: [
      ...['02', '03', '05', '06', '09', '10'].map((day) => `call:day:2026-11-${day}`),
      'call:ask:number',
      ...WAYS,
    ],
  },
];
const TO_TIME: readonly Line[] = [
  ...TO_DAY,
  {
    they: tap('call:day:2026-11-03'),
    bot: /^Вторник, 3 ноября\. В какое время\? .*GMT\+3/,
    offers: [
      ...[6, 7, 8, 9, 10, 11].map((hour) => slot(`2026-11-03T${String(hour).padStart(2, '0')}:00:00Z`)),
      `call:day:2026-11-03:${base36(at('2026-11-03T12:00:00Z'))}`,
      'call:ask:day',
      ...WAYS,
    ],
  },
];
const TO_CONFIRM: readonly Line[] = [
  ...TO_TIME,
  {
    they: tap(slot(FIRST)),
    bot: /Позвоним на \+7 916 123 45 67:\n\*вторник, 3 ноября, 10:00–11:00 \(GMT\+3\)\*/,
    offers: [confirm(FIRST), 'call:ask:time', 'call:ask:number', ...WAYS],
    changes: [],
  },
];
const ORDERED: readonly Line[] = [
  ...TO_CONFIRM,
  { they: tap(confirm(FIRST)), bot: /^Записали\. Позвоним/, changes: ['callback.order'] },
];

describe('a call-back', () => {
  it('is ordered one question at a time, in Russian, with taps', () => {
    const { turns, callback, session } = run(ORDERED);
    const id = callback?.id;
    assert.deepEqual(turns.at(-1)?.changes, [
      {
        kind: 'callback.order',
        callbackId: id,
        at: MONDAY_NOON + 4 * 30_000,
        phone: '79161234567',
        startsAt: at(FIRST),
        endsAt: at(FIRST) + HOUR,
        timeZone: 'Europe/Moscow',
      },
    ]);
    assert.equal(session?.dialog.name, 'callback');
    const content = turns.at(-1)?.replies[0]?.content;
    assert.deepEqual(content?.type === 'list' && content.sections.flatMap(({ rows }) => rows.map((row) => row.id)), [
      `call:change:${id}`,
      `call:cancel:${id}`,
      ...WAYS,
    ]);
  });

  it('is ordered in English, with words', () => {
    const { callback } = run([
      { they: 'Call me back, please', bot: /^Hello!.*\n\nWhich number should we call\?/s },
      { they: '+44 20 7946 0018', bot: /^We will call \+44 20 7946 0018\. Which day/ },
      { they: 'tomorrow', bot: /^Tuesday,? 3 November\. At what time\?/ },
      { they: '3 pm', bot: /we will call \+44 20 7946 0018 on\n\*Tuesday,? 3 November, 15:00–16:00 \(GMT\+3\)\*/ },
      { they: 'yes', bot: /^It is arranged\. We will call \+44 20 7946 0018/, changes: ['callback.order'] },
      { they: 'thanks!', bot: /Always glad|glad to help|happy to help|Happy/i },
    ]);
    assert.deepEqual([callback?.phone, callback?.startsAt], ['442079460018', at('2026-11-03T12:00:00Z')]);
  });

  for (const words of [
    'перезвоните мне',
    'Перезвоните, пожалуйста',
    'позвоните мне завтра',
    'закажите мне звонок',
    'хочу заказать обратный звонок',
    'можете мне перезвонить?',
    'обратный звонок',
    'наберите меня',
    'жду звонка',
    'perezvonite mne',
    'call me back',
    'please call me',
    'can you call me tomorrow?',
    'I need a call back',
    'order a call',
    'give me a ring',
    'callback',
  ])
    it(`is begun by "${words}"`, () =>
      void run([{ they: words, bot: /На какой номер вам позвонить|Which number should we call/ }]));

  for (const words of ['звонок от банка — это мошенники?', 'call of duty', 'call me Ishmael', 'я не звонил вам вчера'])
    it(`is not begun by "${words}"`, () => void run([{ they: words, bot: /не умею|do not know/ }]));

  it('is begun by the article that asks for it, by its row and by the menu', () => {
    const bot = /На какой номер вам позвонить/;
    run([{ they: 'меню' }, { they: tap('call:start'), bot }]);
    run([{ they: tap('article:callback'), bot }], { ...KNOWN, answers: articles });
    const knowing = { ...articles, rank: () => [{ id: 'callback', confidence: 0.99 }] };
    run([{ they: 'мне удобнее поговорить', bot }], { ...KNOWN, answers: knowing });
  });

  it('is offered under a price', () => {
    const quotes = quotesWith(pricesOn(loadTariffs(undefined, '2026-11-02'), '2026-11-02'));
    const script = ['цена рассылки', '10000', '4', 'кириллица', '120', '20', '30'].map((they): Line => ({ they }));
    const { turns } = run(script, { ...KNOWN, quotes });
    assert.match(JSON.stringify(turns.at(-1)), /call:start/);
  });

  it('goes a question back with "back" from every step, and to the menu from the first', () => {
    run([
      ...TO_CONFIRM,
      { they: 'назад', bot: /В какое время/ },
      { they: 'назад', bot: /В какой день/ },
      { they: 'назад', bot: /На какой номер/ },
      { they: 'назад', bot: /^Главное меню/ },
    ]);
    run([...TO_CONFIRM, { they: tap('call:ask:day'), bot: /В какой день/ }]);
  });

  for (const [step, script] of Object.entries({
    number: TO_DAY.slice(0, 1),
    day: TO_DAY,
    time: TO_TIME,
    confirm: TO_CONFIRM,
  }))
    it(`is given up with "cancel" at the ${step}, and nothing is ordered`, () => {
      const { callback, session } = run([
        ...script,
        { they: 'отмена', bot: /^Хорошо, звонок не заказываем/, changes: [] },
      ]);
      assert.deepEqual([callback, session?.dialog], [undefined, { name: 'menu' }]);
    });

  it('keeps the time when only the number is changed', () => {
    const { callback } = run([
      ...TO_CONFIRM,
      { they: tap('call:ask:number'), bot: /На какой номер/ },
      { they: '8 495 123-45-67', bot: /Позвоним на \+7 495 123 45 67:\n\*вторник, 3 ноября, 10:00/ },
      { they: tap(confirm(FIRST)), bot: /^Записали/ },
    ]);
    assert.equal(callback?.phone, '74951234567');
  });

  it('is confirmed only by a yes to what stands there: an older message shows it again', () => {
    run([
      ...TO_CONFIRM,
      { they: 'в 16', bot: /16:00–17:00/, changes: [] },
      { they: tap(confirm(FIRST)), bot: /^Проверьте.*16:00–17:00/s, changes: [] },
      { they: tap(confirm('2026-11-03T13:00:00Z', '0000')), bot: /^Проверьте/, changes: [] },
      { they: 'да, всё верно', bot: /^Записали.*16:00–17:00/s, changes: ['callback.order'] },
    ]);
    run([...TO_CONFIRM, { they: 'нет', bot: /^Проверьте/, changes: [] }]);
  });

  it('is ordered once, however often yes is tapped', () => {
    const { turns } = run([...TO_CONFIRM, { they: [tap(confirm(FIRST)), tap(confirm(FIRST)), 'да'] }]);
    assert.deepEqual(
      turns.at(-1)?.changes.map(({ kind }) => kind),
      ['callback.order'],
    );
  });

  it('is a day old when the dialog is forgotten', () =>
    void run([...TO_CONFIRM, { they: tap(confirm(FIRST)), after: 25 * HOUR, bot: /прежнего заказа/, changes: [] }]));

  it('moves nowhere while an agent has the conversation, but for a yes and a cancellation', () => {
    run([
      { they: 'оператор' },
      { they: tap('call:start'), agent: 'replies', bot: null, changes: [] },
      { they: 'перезвоните мне', bot: null, changes: [] },
    ]);
    run([...ORDERED.slice(0, -1), { they: 'оператор' }, { they: tap('call:known'), agent: 'replies', bot: null }]);
    const { callback } = run(ORDERED);
    run([
      ...ORDERED,
      { they: 'оператор' },
      {
        they: tap(`call:cancel:${callback?.id}`),
        agent: 'replies',
        bot: /^Отменили/,
        offers: [],
        changes: ['callback.cancel'],
      },
    ]);
  });

  it('is told even in front of a stop in the same turn, which counts as well', () =>
    void run([
      ...TO_CONFIRM,
      {
        they: [tap(confirm(FIRST)), 'стоп'],
        bot: /Записали.*рассылок и уведомлений от нас/s,
        changes: ['callback.order', 'consent.stopAll'],
      },
    ]));

  it('has not been if it is ordered and cancelled in one breath', () => {
    const { callback } = run([...TO_CONFIRM, { they: ['да', 'отмените звонок'], bot: /^Отменили/ }]);
    assert.equal(callback, undefined);
  });

  it('that comes too late to be answered is left to a human', () => {
    const { turns } = run([...TO_CONFIRM, { they: tap(confirm(FIRST)), late: 24 * HOUR, after: 24 * HOUR, bot: null }]);
    assert.deepEqual(
      turns.at(-1)?.changes.map(({ kind }) => kind),
      ['case.open'],
    );
  });

  it('speaks the language that is chosen in the middle of it', () =>
    void run([...TO_TIME, { they: tap('lang:en'), bot: /^Tuesday,? 3 November\. At what time/ }]));

  it('asks again when somebody would move the call that they are just ordering', () => {
    run([
      ...TO_DAY,
      { they: 'перенесите звонок на 16:00', bot: /В какой день/, changes: [] },
      { they: 'отмените звонок', bot: /^Хорошо, звонок не заказываем/, changes: [] },
    ]);
  });

  it('keeps its question when the person is only polite, and leaves it for the menu', () => {
    run([...TO_DAY, { they: 'спасибо', bot: /В какой день/ }, { they: 'меню', bot: /^Главное меню/ }]);
    run([...TO_DAY, { they: 'оператор', changes: ['case.open'] }]);
  });
});

describe('a call-back that is ordered', () => {
  it('is shown to whoever asks again, to be moved or cancelled', () => {
    const { callback } = run(ORDERED);
    const offers = [`call:change:${callback?.id}`, `call:cancel:${callback?.id}`, ...WAYS];
    run([
      ...ORDERED,
      { they: 'перезвоните мне', bot: /^Звонок уже заказан.*вторник, 3 ноября, 10:00/s, offers, changes: [] },
      { they: tap('call:start'), bot: /^Звонок уже заказан/, offers },
      { they: tap(slot('2026-11-03T06:00:00Z')), bot: /^Звонок уже заказан/ },
    ]);
  });

  it('is moved: the number stays, and the first order stands until the new time is confirmed', () => {
    const before = run(ORDERED).callback;
    const { turns, callback } = run([
      ...ORDERED,
      { they: 'перенести', bot: /^Позвоним на \+7 916 123 45 67\. В какой день/ },
      { they: 'в пятницу в 12', bot: /пятница, 6 ноября, 12:00–13:00/, changes: [] },
      { they: 'отмена', bot: /^Хорошо, всё осталось как было.*вторник, 3 ноября, 10:00/s, changes: [] },
      { they: 'перенесите звонок' },
      { they: 'в пятницу в 12' },
      { they: 'да', bot: /^Перенесли.*пятница, 6 ноября, 12:00–13:00/s, changes: ['callback.move'] },
    ]);
    assert.equal(callback?.id, before?.id);
    assert.equal(callback?.startsAt, at('2026-11-06T09:00:00Z'));
    assert.equal(turns.flatMap(({ changes }) => changes).length, 2);
  });

  it('is cancelled by its row, by a word, or by a sentence; once', () => {
    const { callback } = run(ORDERED);
    const row = tap(`call:cancel:${callback?.id}`);
    for (const they of [row, 'отмена', 'отмените звонок', 'не звоните мне'])
      run([
        ...ORDERED,
        { they, bot: /^Отменили/, changes: ['callback.cancel'], offers: ['call:start', ...WAYS] },
        { they: row, bot: /прежнего заказа/, changes: [] },
        { they: 'отмените звонок', bot: /нет заказанного звонка/, changes: [] },
      ]);
  });

  it('that was made meanwhile is over: its buttons say so, and another may be ordered', () => {
    const { callback } = run(ORDERED);
    run([
      ...ORDERED,
      { operator: 'calls', they: tap(`call:change:${callback?.id}`), bot: /прежнего заказа/ },
      { they: 'перезвоните мне', bot: /На какой номер/ },
    ]);
  });

  it('and was not made in time is owned up to', () =>
    void run([
      ...ORDERED,
      { they: 'спасибо', after: 23 * HOUR },
      { they: 'перезвоните мне', after: 0, bot: /^Мы обещали позвонить.*простите нас/s },
    ]));
});

describe('the number of a call-back', () => {
  const NOBODY = {} as Partial<Facts>;
  const card = (phone: string, origin: 'contactRequest' | 'other' = 'contactRequest') =>
    ({ type: 'contacts', origin, phones: [{ phone }] }) as const;

  it('is asked for with the platform’s request where none is known, in words that name both ways out', () => {
    const { turns } = run([{ they: 'перезвоните мне', bot: /«меню».*«оператор»/s }], NOBODY);
    assert.equal(turns[0]?.replies[0]?.content.type, 'contactRequest');
    run([{ they: 'call me back', bot: /“menu”.*“operator”/s }], NOBODY);
  });

  it('is taken from the answer to that request, from a card of the address book, or as typed', () => {
    const start: Line = { they: 'перезвоните мне' };
    const bot = /^Позвоним на \+7 916 000 00 01\. В какой день/;
    run([start, { they: card('+79160000001'), bot }], NOBODY);
    run([start, { they: card('8 916 000-00-01', 'other'), bot }], NOBODY);
    run([start, { they: 'мой номер 8 (916) 000-00-01', bot }], NOBODY);
    run([start, { they: '0151 12345678', bot: /^Позвоним на \+49 1512 3?45678|^Позвоним на \+49 1511? ?2345678/ }], {
      country: 'DE',
    });
  });

  it('that comes after the dialog was left begins it again, and a card nobody asked for does not', () => {
    run([{ they: card('+79160000001'), bot: /В какой день/ }], NOBODY);
    run([{ they: card('+79160000001', 'other'), bot: /прочитать не могу/ }], NOBODY);
    run([...ORDERED, { they: card('+79160000001'), bot: /^Звонок уже заказан/ }]);
  });

  for (const [written, why] of [
    ['8 800 100-02-58', /бесплатный номер/],
    ['8-809-505-11-22', /платные/],
    ['112', /короткий номер/],
    ['+7 916 123', /Такого номера не бывает/],
    ['позвоните как-нибудь так', /Не похоже на номер/],
  ] as const)
    it(`is refused by name: ${written}`, () => {
      const { turns } = run([{ they: 'перезвоните мне' }, { they: written, bot: why }], NOBODY);
      assert.equal(turns[1]?.replies[0]?.content.type, 'contactRequest');
    });

  it('that is refused twice lets the human lead', () =>
    void run(
      [
        { they: 'перезвоните мне' },
        { they: '112' },
        { they: '911', bot: /короткий номер.*позовите человека/s, offers: ['menu:human', 'menu:open'] },
      ],
      NOBODY,
    ));

  it('is not offered where the known one cannot be called', () =>
    void run([{ they: 'перезвоните мне', bot: /Напишите его с кодом страны/, offers: WAYS }], {
      phone: '78001000258',
    }));
});

describe('the time of a call-back', () => {
  it('that has passed meanwhile, or was made a holiday, is told to be gone, with what there is instead', () => {
    const today = '2026-11-02T10:00:00Z';
    const late: readonly Line[] = [
      ...TO_DAY,
      { they: 'сегодня', bot: /^Понедельник, 2 ноября/ },
      { they: tap(slot(today)), bot: /13:00–14:00/ },
    ];
    run([...late, { they: 'да', after: HOUR, bot: /уже не заказать.*\n\nПонедельник, 2 ноября/s, changes: [] }]);
    run([...late, { they: tap(slot(today)), after: 2 * HOUR, bot: /уже не заказать/, changes: [] }]);
    run([
      ...late,
      { they: 'да', after: 8 * HOUR, bot: /уже не заказать.*\n\nПозвоним на .* В какой день/s, changes: [] },
    ]);
    run([...TO_DAY, { they: tap('call:day:2026-11-02'), after: 8 * HOUR, bot: /в этот день времени.*уже нет/ }]);
    const holiday = businessCalendar({ timeZone: 'Europe/Moscow', holidays: ['2026-11-03'] });
    const start = at('2026-11-02T09:00:00Z');
    const changed = (now: number) => offersAt(now, now > start + 100_000 ? holiday : moscow);
    play(texts, [...TO_CONFIRM, { they: 'да', bot: /уже не заказать.*В какой день/s, changes: [] }], (now) => ({
      ...KNOWN,
      callbacks: changed(now),
    }));
  });

  it('is shown page by page where a day has many, the later ones behind a row', () => {
    const later = `call:day:2026-11-03:${base36(at('2026-11-03T12:00:00Z'))}`;
    const page = run([...TO_TIME, { they: tap(later), bot: /^Вторник, 3 ноября/ }]);
    assert.deepEqual(rowsOf(page), [
      '15:00–16:00',
      '16:00–17:00',
      '17:00–18:00',
      'Назад',
      'Не надо, в меню',
      'Позвать человека',
    ]);
  });

  it('is typed as people type it', () => {
    const times: readonly (readonly [string, RegExp])[] = [
      ['10', /10:00–11:00/],
      ['в 15:30', /15:00–16:00/],
      ['в 3', /15:00–16:00/],
      ['в 3 часа дня', /15:00–16:00/],
      ['к 9 утра', /09:00–10:00/],
      ['4 pm', /16:00–17:00/],
      ['в 20:00', /В это время мы не звоним/],
      ['в пятницу', /^Пятница, 6 ноября\. В какое время/],
      ['когда-нибудь', /Не получилось понять, в какое время/],
      ['с 10 до 12', /Не получилось понять, в какое время/],
    ];
    for (const [they, bot] of times) run([...TO_TIME, { they, bot }]);
    const days: readonly (readonly [string, RegExp])[] = [
      ['завтра', /^Вторник, 3 ноября/],
      ['в четверг в 16:00', /четверг, 5 ноября, 16:00–17:00/],
      ['05.11', /^Четверг, 5 ноября/],
      ['5 ноября в 9', /четверг, 5 ноября, 09:00–10:00/],
      ['4 ноября', /В этот день мы не звоним/],
      ['в субботу', /В этот день мы не звоним/],
      ['1 января', /В этот день мы не звоним/],
      ['скоро', /Не получилось понять, в какой день/],
    ];
    for (const [they, bot] of days) run([...TO_DAY, { they, bot }]);
  });

  it('is told in the person’s zone: their own, or that of a country with one time', () => {
    const kazakhstan = { phone: '77011234567', country: 'KZ' };
    const script: readonly Line[] = [
      { they: 'перезвоните мне' },
      { they: 'да' },
      { they: 'завтра', bot: /GMT\+5/ },
      { they: 'в 11', bot: /11:00–12:00 \(GMT\+5\)/ },
      { they: 'да' },
    ];
    const { callback } = run(script, kazakhstan);
    assert.equal(callback?.startsAt, at('2026-11-03T06:00:00Z'));
    const vladivostok = { ...KNOWN, ownTimeZone: 'Asia/Vladivostok' };
    run([...TO_DAY.slice(0, 1), { they: 'да' }, { they: 'завтра', bot: /GMT\+10/ }], vladivostok);
  });

  it('is clear also in the night in which clocks go back', () => {
    const nights = businessCalendar({
      timeZone: 'America/New_York',
      week: Array.from({ length: 7 }, () => [{ fromMinute: 0, toMinute: 240 }]),
    });
    const saturday = at('2026-10-31T16:00:00Z');
    const page = run(
      [{ they: 'call me back' }, { they: '+1 212 555 0123' }, { they: 'tomorrow', bot: /Sunday,? 1 November/ }],
      { ownTimeZone: 'America/New_York', country: 'US' },
      nights,
      saturday,
    );
    assert.deepEqual(rowsOf(page).slice(0, 5), [
      '00:00–01:00',
      '01:00 GMT-4–01:00 GMT-5',
      '01:00–02:00',
      '02:00–03:00',
      '03:00–04:00',
    ]);
  });

  it('that nobody offers leads to a human', () => {
    const closed = businessCalendar({
      timeZone: 'UTC',
      week: [[{ fromMinute: 0, toMinute: 20 }], [], [], [], [], [], []],
    });
    const played = run(
      [{ they: 'перезвоните мне' }, { they: 'да', bot: /времени для звонков, к сожалению, нет/ }],
      KNOWN,
      closed,
    );
    assert.ok(saidBy(played).length > 0);
  });
});

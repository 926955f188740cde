import assert from 'node:assert/strict';
import fc from 'fast-check';
import { offersAt } from '../callbacks/callback-offers.js';
import { businessCalendar } from '../calendar/opening-hours.js';
import { answersFrom, type Answers } from '../knowledge/answers.js';
import { loadArticles } from '../load-articles.js';
import { loadTariffs } from '../load-tariffs.js';
import { loadTexts } from '../load-texts.js';
import type { Content } from '../inbox/update.js';
import type { OutboundContent } from '../messages/outbound.js';
import { validateOutbound } from '../platform/outbound-limits.js';
import { quotesWith } from '../quotes/quote.js';
import { pricesOn } from '../quotes/tariffs.js';
import type { ConsentChange, ConsentView } from '../consent/consent-change.js';
import type { EntryCode } from '../entry/entry-code.js';
import { advance } from './advance.js';
import { afterChange, NOTHING_AGREED } from './consent-view.js';
import { comparableText, hear } from './hear.js';
import { factsFor, MONDAY_NOON, offersOf } from './play.js';
import type { CallbackDialog } from './callback-dialog.js';
import type { QuoteDialog } from './quote-dialog.js';
import type { Facts, Input, OpenCase, RatingFacts, Session, StandingCallback } from './session.js';
import { readTap, tapId } from './taps.js';
import type { Turn } from './turn.js';
import { LIMITS } from './wording.js';

const texts = loadTexts();
const quotes = quotesWith(pricesOn(loadTariffs(undefined, '2026-11-02'), '2026-11-02'));
const articles = loadArticles();
const DAY = 86_400_000;
const calendar = businessCalendar({ timeZone: 'Europe/Moscow', holidays: ['11-04'] });
const callbacks = offersAt(MONDAY_NOON, calendar);
/** Nobody works: nothing can be offered. */
const noCallbacks = { ...callbacks, slots: () => [] };

const aWindow = (noticeId: string) => ({ noticeId, text: 'работы', when: 'x'.repeat(99) });
const works: Facts['works'] = () => ({
  now: aWindow('n1'),
  next: aWindow('n2'),
  isAhead: (id) => id === 'n1' || id === 'n2',
});

const phrase = fc.constantFrom(
  ...[
    'привет',
    'hello',
    'меню',
    'menu',
    'оператор',
    'operator',
    'стоп',
    'stop',
    'хватит',
    'подписки',
    'ok',
    'спасибо',
    'по-русски',
    'in English please',
  ],
  ...[
    'где мой заказ',
    'where is my order',
    'how do I unsubscribe',
    'что ты умеешь',
    'сколько стоит рассылка',
    'price of a mailing',
    '5 звёзд',
    'five stars',
    '⭐⭐⭐',
    'назад',
    'back',
    '10 тыс',
    '4',
    '20%',
    '100 000 000',
    'кириллица',
    'Ваш заказ готов 😀',
    'перезвоните мне',
    'call me back',
    'отмените звонок',
    'перенесите звонок',
    'отмена',
    'да',
    'завтра в 15',
    '10:00',
    '+7 916 123-45-67',
    '8 800 100-02-58',
    '112',
    ...['что вы обо мне знаете', 'what do you know about me', 'удалите все мои данные', 'delete everything'],
    ...['отпишите меня от новостей', 'do not send me ads any more', 'почему', 'subscriptions', 'AB12CD34EF'],
    '👍',
    '',
    ' ',
    '{x}',
    '/start',
    'https://example.com',
    '\u0000',
    '\ud800',
  ],
);
const anyText = fc.oneof({ weight: 4, arbitrary: phrase }, fc.string({ unit: 'binary', maxLength: 60 }), fc.lorem());
const anyId = fc.oneof(
  fc.constantFrom(
    ...[
      'menu:open',
      'menu:human',
      'menu:about',
      'menu:topics',
      'data:show',
      'data:delete',
      `erase:all:${MONDAY_NOON.toString(36)}`,
      'erase:all:zzzzzzzzzz',
      'menu:questions',
      'lang:ru',
      'lang:en',
      'star:x',
      `star:ask1.stars.opt-out.ru.2026-W45-abcd.${'A'.repeat(39)}`,
      `star:ask1.reasons.opt-out.en.2026-W45-abcd.${'B'.repeat(39)}`,
      `star:ask2.stars.service.en.2026-W45-lost.${'C'.repeat(39)}`,
      '__proto__',
    ],
    ...[
      'stop:all',
      'stop:news',
      'stop:service',
      'in:news:1.ru',
      'in:maintenance:1.en.AB12CD34EF',
      'in:all:1.ru',
      'out:offers',
      'why:all:other',
      'why:maintenance:tooMany',
      'undo:all:0',
      'undo:news:mqx',
      ...[null, 'news'].map((topic) => tapId({ to: 'undo', topic: topic as 'news', at: MONDAY_NOON - 1_000 })),
    ],
  ),
  fc.constantFrom(...articles.map(({ id }) => id), 'gone', '').map((id) => `article:${id}`),
  fc.constantFrom('n1', 'n2', 'gone', '').map((id) => `calendar:${id}`),
  fc
    .constantFrom(
      ...[
        'start',
        'ask:subscribers',
        'ask:mailings',
        'ask:alphabet',
        'ask:characters',
        'ask:service',
        'ask:transactional',
      ],
      ...['alphabet:cyrillic', 'alphabet:latin', 'alphabet:mixed', 'ask:result'],
    )
    .map((rest) => `quote:${rest}`),
  fc
    .constantFrom(
      ...[
        'start',
        'known',
        'ask:number',
        'ask:day',
        'ask:time',
        'change:b1',
        'cancel:b1',
        'cancel:id-1',
        'day:2026-11-03',
      ],
      ...['day:2026-11-04', 'day:2026-11-03:mhhfoc00', 'day:9999-99-99', 'at:0', 'at:zzzzzzzzz', 'confirm:0:1'],
      ...callbacks
        .slots('Europe/Moscow')
        .flatMap(({ startsAt }) => [`at:${startsAt.toString(36)}`, `confirm:${startsAt.toString(36)}:4567`]),
    )
    .map((rest) => `call:${rest}`),
  fc.string(),
);

const anyContent: fc.Arbitrary<Content> = fc.oneof(
  { weight: 6, arbitrary: anyText.map((body): Content => ({ type: 'text', body })) },
  { weight: 3, arbitrary: anyId.map((id): Content => ({ type: 'listReply', id, title: 'x' })) },
  anyId.map((id): Content => ({ type: 'buttonReply', id, title: 'x' })),
  fc.tuple(anyId, anyText).map(([payload, text]): Content => ({ type: 'button', payload, text })),
  anyText.map((caption): Content => ({ type: 'media', mediaType: 'image', mediaId: '1', caption })),
  fc.constantFrom<Content>(
    { type: 'media', mediaType: 'audio', mediaId: '1' },
    { type: 'flowReply', name: '', body: '', responseJson: '' },
    { type: 'location', latitude: NaN, longitude: 0 },
    { type: 'contacts', origin: 'contactRequest', phones: [] },
    { type: 'contacts', origin: 'contactRequest', phones: [{ phone: '+79161234567' }] },
    { type: 'contacts', origin: 'other', phones: [{ phone: 'x' }, { phone: '112', waId: '79161234567' as never }] },
    { type: 'reaction', messageId: 'm' },
    { type: 'order' },
    { type: 'requestWelcome' },
    { type: 'edit', originalMessageId: 'm' },
    { type: 'revoke', originalMessageId: 'm' },
    { type: 'unsupported', errors: [] },
    { type: 'unsupported', unsupportedType: 'pin', errors: [] },
    { type: 'unknown', name: 'x' },
    { type: 'of tomorrow' } as unknown as Content,
  ),
);

const aTime = fc.integer({ min: MONDAY_NOON - 3 * DAY, max: MONDAY_NOON + DAY });
const anyInput: fc.Arbitrary<Input> = fc
  .tuple(
    fc.uuid(),
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: MONDAY_NOON - DAY, max: MONDAY_NOON }) },
      aTime,
      fc.double(),
      fc.constantFrom(-Number.MAX_VALUE, Number.MAX_VALUE, -1, 0.5),
    ),
    anyContent,
  )
  .map(([id, at, content]) => {
    const textHash = comparableText(content);
    return { id, at, content, ...(textHash !== undefined && { textHash }) };
  });

const plain = { noNullPrototype: true } as const;
const anyCase: fc.Arbitrary<OpenCase> = fc.record(
  {
    id: fc.constantFrom('c1', 'c2'),
    state: fc.constantFrom('waiting', 'open'),
    openedAt: aTime,
    promisedAt: aTime,
  },
  plain,
);
const count = fc.integer({ min: 1, max: 100_000_000 });
const anyShare = fc.integer({ min: 0, max: 100 });
const anyQuote: fc.Arbitrary<QuoteDialog> = fc
  .record({
    subscribers: count,
    mailings: count,
    alphabet: fc.constantFrom('cyrillic', 'latin', 'mixed'),
    characters: count,
    isText: fc.boolean(),
    service: anyShare,
    transactional: anyShare,
  })
  .chain(({ subscribers, mailings, alphabet, characters, isText, service, transactional }) => {
    const measured = quotes.measureLength(alphabet, characters);
    const message = isText ? measured : { ...measured, alphabet };
    const name = 'quote' as const;
    const rest = Math.min(transactional, 100 - service);
    return fc.constantFrom<QuoteDialog>(
      { name, step: 'subscribers' },
      { name, step: 'mailings', subscribers },
      { name, step: 'alphabet', subscribers, mailings },
      { name, step: 'characters', subscribers, mailings, alphabet },
      { name, step: 'service', subscribers, mailings, message },
      { name, step: 'transactional', subscribers, mailings, message, service },
      { name, step: 'result', subscribers, mailings, message, service, transactional: rest },
    );
  });
const anySlotTime = fc.oneof(
  fc.constantFrom(...callbacks.slots('Europe/Moscow').map(({ startsAt }) => startsAt)),
  aTime,
);
const anyNumber = fc.constantFrom('79161234567', '442079460018', '12');
const anyDay = fc.constantFrom('2026-11-02', '2026-11-03', '2026-11-04', '2027-01-01');
const anyCallback: fc.Arbitrary<CallbackDialog> = fc
  .record({
    changes: fc.option(fc.constantFrom('b1', 'b2'), { nil: undefined }),
    phone: anyNumber,
    day: anyDay,
    startsAt: anySlotTime,
    isPaged: fc.boolean(),
  })
  .chain(({ changes, phone, day, startsAt, isPaged }) => {
    const common = { name: 'callback' as const, ...(changes !== undefined && { changes }) };
    return fc.constantFrom<CallbackDialog>(
      { ...common, step: 'number' },
      { ...common, step: 'number', keep: startsAt },
      { ...common, step: 'day', phone },
      { ...common, step: 'time', phone, day, ...(isPaged && { from: startsAt }) },
      { ...common, step: 'confirm', phone, day, startsAt },
      { name: 'callback', step: 'ordered' },
    );
  });
const anyStanding: fc.Arbitrary<StandingCallback> = fc
  .record({ id: fc.constantFrom('b1', 'b2'), phone: anyNumber, startsAt: anySlotTime }, plain)
  .map((one) => ({ ...one, endsAt: one.startsAt + 3_600_000, timeZone: 'Asia/Almaty' }));
const anyTopicState = fc.constantFrom('none', 'in', 'out');
const anyTopics = { maintenance: anyTopicState, news: anyTopicState, offers: anyTopicState, service: anyTopicState };
const anyConsent: fc.Arbitrary<ConsentView> = fc.record(
  {
    topics: fc.record(anyTopics, plain),
    undo: fc.record(
      {
        topic: fc.constantFrom(null, 'news', 'service'),
        at: fc.constantFrom(MONDAY_NOON - 1_000, MONDAY_NOON - 2 * DAY),
        back: fc.record(anyTopics, { requiredKeys: [], noNullPrototype: true }),
      },
      plain,
    ),
  },
  { requiredKeys: ['topics'], noNullPrototype: true },
) as fc.Arbitrary<ConsentView>;
const anySession: fc.Arbitrary<Session> = fc.record(
  {
    language: fc.constantFrom('ru', 'en'),
    languageFrom: fc.constantFrom('company', 'country', 'words', 'chosen'),
    dialog: fc.oneof(
      fc.constant({ name: 'menu' } as const),
      fc.record({ name: fc.constant('human' as const), caseId: fc.constantFrom('c1', 'c2'), since: aTime }, plain),
      anyQuote,
      anyCallback,
    ),
    misses: fc.nat({ max: 9 }),
    greetedAt: aTime,
    lastInputAt: aTime,
    askedForTextAt: aTime,
    ratingTopic: fc.constantFrom('service', 'opt-out', 'x'.repeat(60)),
    askedToRateAt: aTime,
    erasedAt: aTime,
    flood: fc.record(
      {
        replyTimes: fc.array(aTime, { maxLength: 200 }).map((times) => times.sort((a, b) => a - b)),
        quickTexts: fc.nat({ max: 12 }),
        lastText: fc.record(
          { hash: phrase, times: fc.array(aTime, { maxLength: 3 }), inARow: fc.nat({ max: 12 }) },
          plain,
        ),
        mutedUntil: aTime,
      },
      { requiredKeys: ['replyTimes', 'quickTexts'], noNullPrototype: true },
    ),
  },
  { requiredKeys: ['language', 'languageFrom', 'dialog', 'misses', 'flood'], noNullPrototype: true },
);

const anyRank: fc.Arbitrary<ReturnType<Answers['rank']>> = fc
  .tuple(
    fc.shuffledSubarray([...articles.map(({ id }) => id), 'gone'], { maxLength: 5 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([ids, first]) => ids.map((id, at) => ({ id, confidence: first / (at + 1) })));
const knowing = (company: string, rank: ReturnType<Answers['rank']>): Answers => ({
  ...answersFrom(articles, company, () => undefined),
  rank: () => rank,
});

type Setting = {
  rank: ReturnType<Answers['rank']>;
  session: Session | undefined;
  inputs: Input[];
  openCase: OpenCase | undefined;
  callback: StandingCallback | undefined;
  phone: string | undefined;
  consent: ConsentView | undefined;
  isOpen: boolean;
  /** The customer service window. */
  isSpeakable: boolean;
  /** Whether anybody may be asked for stars. */
  isRated: boolean;
  more: Partial<Facts>;
};
const anySetting: fc.Arbitrary<Setting> = fc.record({
  rank: anyRank,
  session: fc.option(anySession, { nil: undefined }),
  inputs: fc.array(anyInput, { maxLength: 20 }),
  openCase: fc.option(anyCase, { nil: undefined }),
  callback: fc.option(anyStanding, { nil: undefined }),
  phone: fc.option(fc.constantFrom('79161234567', '78001000258', '12345'), { nil: undefined }),
  consent: fc.option(anyConsent, { nil: undefined }),
  isOpen: fc.boolean(),
  isSpeakable: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
  isRated: fc.integer({ min: 0, max: 4 }).map((one) => one > 0),
  more: fc.record({
    timeZone: fc.constantFrom('Europe/Moscow', 'Asia/Almaty', 'America/New_York'),
    country: fc.constantFrom('RU', 'DE', '', 'xx'),
    companyName: fc.oneof(fc.constant('Vestnik'), fc.string({ minLength: 1, maxLength: 2000 })),
    repliesPerHour: fc.integer({ min: 1, max: 60 }),
    repliesPerDay: fc.integer({ min: 1, max: 200 }),
    humanBy: fc.integer({ min: MONDAY_NOON, max: MONDAY_NOON + 9 * DAY }),
  }),
});

const ratings: RatingFacts = { standingOf: ({ key }) => (key.endsWith('lost') ? 'tooLate' : 'counts') };

const ENTRY: EntryCode = { code: 'AB12CD34EF', topic: 'news' };
const entryOf = (text: string) => (text.includes(ENTRY.code) ? ENTRY : undefined);

const turnOf = (setting: Setting): Turn => {
  const { session, inputs, openCase, callback, phone, consent, isOpen, isSpeakable, isRated, more, rank } = setting;
  return advance(
    session,
    inputs,
    {
      ...factsFor(texts, MONDAY_NOON, {
        quotes,
        entryOf,
        works,
        ...(isRated && { ratings }),
        callbacks: isOpen ? callbacks : noCallbacks,
        answers: knowing(more.companyName ?? '', rank),
        ...more,
      }),
      ...(!isSpeakable && { windowUntil: MONDAY_NOON }),
      ...(consent && { consent }),
      ...(openCase && { openCase }),
      ...(callback && { callback }),
      ...(phone !== undefined && { phone }),
    },
    MONDAY_NOON,
  );
};

const always = (check: (setting: Setting, turn: Turn) => void) =>
  fc.assert(
    fc.property(anySetting, (setting) => check(setting, turnOf(setting))),
    { numRuns: 1500 },
  );

function assertFits(content: OutboundContent): void {
  assert.ok(content.type !== 'template');
  assert.deepEqual(validateOutbound(content), []);
  const between = (text: string, max: number) => assert.ok(text.trim().length > 0 && text.length <= max, text);
  between(content.body, content.type === 'text' ? LIMITS.text : 1024);
  const ids = offersOf(content);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.ok(readTap(id), `${id} means nothing to us`);
  if (content.type === 'buttons') {
    assert.ok(content.buttons.length >= 1 && content.buttons.length <= 3);
    for (const { title } of content.buttons) between(title, 20);
    assert.equal(new Set(content.buttons.map(({ title }) => title)).size, content.buttons.length);
  }
  if (content.type === 'list') {
    assert.ok(ids.length >= 1 && ids.length + (content.ask ? 5 : 0) <= 10);
    between(content.button, 20);
    if (content.sections.length > 1) for (const { title } of content.sections) between(title ?? '', 24);
    for (const { rows } of content.sections)
      for (const { title, description } of rows) {
        between(title, 24);
        if (description !== undefined) between(description, 72);
      }
  }
}

function assertWaysOn({ replies, changes, session }: Turn, openCase: OpenCase | undefined): void {
  const [reply] = replies;
  if (!reply) return;
  const offers = offersOf(reply.content);
  const called = openCase !== undefined || changes.some(({ kind }) => kind === 'case.open');
  const lastWord = session.flood.mutedUntil !== undefined;
  if (reply.content.type === 'contactRequest') {
    // It has no room for buttons of ours, so its words say how.
    assert.match(reply.content.body, /(«|“)(меню|menu)(»|”).*(«|“)(оператор|operator)(»|”)/s);
    return;
  }
  assert.ok(offers.includes('menu:human') || called, 'no human');
  // The menu is itself the list; the last word to a flood is followed by silence, and an agent who talks has no buttons.
  assert.ok(
    offers.includes('menu:open') || offers.includes('menu:about') || lastWord || openCase?.state === 'open',
    'no menu',
  );
}

describe('any turn whatever', () => {
  it('says at most one thing, within the platform’s lengths', () =>
    always((_, { replies }) => {
      assert.ok(replies.length <= 1);
      for (const { content } of replies) assertFits(content);
    }));

  it('offers a way to a human and to the menu with all that it says', () =>
    always(({ openCase }, turn) => assertWaysOn(turn, openCase)));

  it('says nothing outside the window, asks for stars only where it may, and never of somebody who has a human', () =>
    always(({ isSpeakable, isRated, openCase }, { replies, changes }) => {
      if (!isSpeakable) assert.deepEqual(replies, []);
      const asks = replies.some(({ content }) => 'ask' in content && content.ask !== undefined);
      if (!asks) return;
      assert.ok(isRated);
      // A case that is open may be taken back in the same turn.
      const opened = changes.some(({ kind }) => kind === 'case.open');
      const closed = changes.some(({ kind }) => kind === 'case.close');
      assert.ok(!opened && (openCase === undefined || closed), 'a human is there');
    }));

  it('says nothing any more once everything is to go, and that counts once', () =>
    always((_, { replies, changes, session }) => {
      const erased = changes.filter(({ kind }) => kind === 'data.erase').length > 0;
      assert.equal(erased, session.erasedAt !== undefined);
      if (erased) assert.deepEqual(replies, []);
    }));

  it('dates what is said about consent by when it was said: never after now, nor before there were clocks', () =>
    always((_, { changes }) => {
      for (const change of changes) if ('at' in change) assert.ok(change.at >= 0 && change.at <= MONDAY_NOON);
    }));

  it('is silent only for a reason', () =>
    always(({ inputs, openCase, session, more, isSpeakable }, { replies, session: after }) => {
      const fresh = inputs.filter(({ at }) => MONDAY_NOON - at < 23 * 3_600_000);
      const hasWords = fresh.some(({ content }) => content.type === 'text' && hear(content).kind !== 'nothing');
      const firstWords =
        session === undefined &&
        isSpeakable &&
        after.erasedAt === undefined &&
        hasWords &&
        openCase === undefined &&
        (more.repliesPerHour ?? 60) > 1 &&
        (more.repliesPerDay ?? 200) > 1;
      const repeated = (after.flood.lastText?.times.length ?? 0) >= 3 || inputs.length > 3;
      if (firstWords && !repeated) assert.equal(replies.length, 1);
    }));

  it('never lets a call for a human go by', () =>
    always(({ inputs, openCase }, { changes }) => {
      const last = inputs.map(({ content }) => hear(content)).filter(({ kind }) => kind === 'human').length;
      const menu = inputs.some(({ content }) => ['menu', 'tap'].includes(hear(content).kind));
      if (last > 0 && !menu && !openCase) assert.ok(changes.some(({ kind }) => kind === 'case.open'));
    }));

  it('leaves at most one case, and closes only one there is', () =>
    always(({ openCase }, { changes }) => {
      let current = openCase?.id;
      for (const change of changes.filter((one) => 'caseId' in one)) {
        if (change.kind === 'case.close') assert.equal(change.caseId, current);
        else assert.equal(current, undefined);
        current = change.kind === 'case.open' ? change.caseId : undefined;
      }
    }));

  it('orders a call-back only on a yes, for a time that is offered, one at a time', () =>
    always(({ callback, inputs, isOpen }, { changes }) => {
      let standing = callback?.id;
      for (const change of changes) {
        if (!('callbackId' in change)) continue;
        if (change.kind === 'callback.order') assert.equal(standing, undefined);
        else assert.equal(change.callbackId, standing);
        standing = change.kind === 'callback.cancel' ? undefined : change.callbackId;
        if (change.kind === 'callback.cancel') continue;
        const said = inputs.map(({ content }) => JSON.stringify(content)).join();
        assert.match(said, /call:confirm:|"да"|"ok"/);
        assert.ok(isOpen && callbacks.slots('Europe/Moscow').some(({ startsAt }) => startsAt === change.startsAt));
      }
    }));

  it('leaves a session that survives a store, and does not grow', () =>
    always(({ more }, turn) => {
      assert.deepEqual(JSON.parse(JSON.stringify(turn.session)), turn.session);
      const { replyTimes, lastText } = turn.session.flood;
      assert.ok(replyTimes.length <= Math.max(more.repliesPerDay ?? 200, 1));
      assert.ok((lastText?.times.length ?? 0) <= 3 && turn.session.misses <= 9);
      const withoutHash = { ...turn.session, flood: { ...turn.session.flood, lastText: undefined } };
      assert.ok(JSON.stringify(withoutHash).length < 4000);
    }));

  it('counts at most one tap of an ask, and does and says the same whatever was chosen', () =>
    always((setting, turn) => {
      const asks = turn.changes.flatMap((change) => (change.kind === 'rating.tap' ? change.ask.id : []));
      assert.equal(new Set(asks).size, asks.length);
      const chosenOtherwise = (id: string) =>
        id.replace(/^(star:.*)\.[AB]{39}$/, (_, rest: string) => `${rest}.${'D'.repeat(39)}`);
      const inputs = setting.inputs.map((input): Input => {
        const { content } = input;
        return content.type === 'listReply'
          ? { ...input, content: { ...content, id: chosenOtherwise(content.id) } }
          : input;
      });
      const other = turnOf({ ...setting, inputs });
      assert.deepEqual([other.replies, other.session], [turn.replies, turn.session]);
    }));

  it('keeps an open question only masked, and only of somebody who was told so', () =>
    always((_, { changes, replies }) => {
      for (const change of changes) {
        if (change.kind !== 'question.unanswered') continue;
        assert.equal(replies.length, 1);
        assert.ok(change.text.length > 0 && change.text.length <= 200);
        assert.doesNotMatch(change.text, /[\p{N}\p{Cs}@]|:\/\//u);
      }
    }));

  it('comes out the same when it is made again', () =>
    always((setting, turn) => assert.deepEqual(turnOf(setting), turn)));
});

describe('any conversation', () => {
  it('keeps to the limits on replies, turn after turn', () => {
    const steps = fc.array(
      fc.tuple(fc.array(anyContent, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 120_000 })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(steps, (script) => {
        let session: Session | undefined;
        let openCase: OpenCase | undefined;
        let now = MONDAY_NOON;
        const said: number[] = [];
        for (const [contents, waitMs] of script) {
          now += waitMs;
          const inputs = contents.map((content, n): Input => ({
            id: String(n),
            at: now,
            content,
            textHash: JSON.stringify(content),
          }));
          const limits = { quotes, callbacks: offersAt(now, calendar), repliesPerHour: 10, repliesPerDay: 20 };
          const turn = advance(
            session,
            inputs,
            { ...factsFor(texts, now, limits), ...(openCase && { openCase }) },
            now,
          );
          session = turn.session;
          for (const change of turn.changes.filter((one) => 'caseId' in one))
            openCase =
              change.kind === 'case.close'
                ? undefined
                : { id: change.caseId, state: 'waiting', openedAt: change.at, promisedAt: change.promisedAt };
          if (turn.replies.length > 0) said.push(now);
          assert.ok(said.filter((time) => now - time < 3_600_000).length <= 10);
        }
        assert.ok(said.length <= 20);
      }),
      { numRuns: 200 },
    );
  });

  it('of taps on what was just offered, and of any words between, always leads on', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.nat({ max: 9 }).map((row) => ({ row })) },
      anyContent.map((content) => ({ content })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), anyRank, (script, rank) => {
        let session: Session | undefined;
        let openCase: OpenCase | undefined;
        let callback: StandingCallback | undefined;
        let consent: ConsentView | undefined;
        let offered: readonly string[] = [];
        let now = MONDAY_NOON;
        for (const one of script) {
          now += 61_000;
          const tapped = 'row' in one ? offered[one.row % Math.max(offered.length, 1)] : undefined;
          const content: Content =
            'content' in one ? one.content : { type: 'listReply', id: tapped ?? 'menu:open', title: 'x' };
          const facts: Facts = {
            ...factsFor(texts, now, { quotes, ratings, entryOf, works, callbacks: offersAt(now, calendar) }),
            answers: knowing('Vestnik', rank),
            phone: '79161234567',
            ...(openCase && { openCase }),
            ...(callback && { callback }),
            ...(consent && { consent }),
          };
          const turn = advance(session, [{ id: 'i', at: now, content }], facts, now);
          assert.ok(turn.replies.length <= 1);
          for (const reply of turn.replies) assertFits(reply.content);
          assertWaysOn(turn, openCase);
          const [reply] = turn.replies;
          if (tapped !== undefined && reply && 'body' in reply.content) {
            const stale = texts.say(turn.session.language, 'menu.stale');
            assert.ok(!reply.content.body.includes(stale), `${tapped} was offered and is not known`);
          }
          for (const change of turn.changes) {
            if (change.kind === 'case.close') openCase = undefined;
            else if (change.kind === 'case.open')
              openCase = { id: change.caseId, state: 'waiting', openedAt: change.at, promisedAt: change.promisedAt };
            else if (change.kind === 'callback.cancel') callback = undefined;
            else if ('callbackId' in change) callback = { ...change, id: change.callbackId };
            else if (change.kind.startsWith('consent.'))
              consent = afterChange(consent ?? NOTHING_AGREED, change as ConsentChange);
          }
          if (reply) offered = offersOf(reply.content);
          session = turn.session.erasedAt === undefined ? turn.session : undefined;
        }
      }),
      { numRuns: 300 },
    );
  });
});

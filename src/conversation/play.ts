import type { Content } from '../inbox/update.js';
import type { CallbackOffers } from '../callbacks/callback-offers.js';
import { KNOWS_NOTHING } from '../knowledge/answers.js';
import type { OutboundContent } from '../messages/outbound.js';
import type { Quotes } from '../quotes/quote.js';
import { advance } from './advance.js';
import { afterChange, NOTHING_AGREED } from './consent-view.js';
import { comparableText } from './hear.js';
import type { Facts, Input, OpenCase, RatingFacts, Session, StandingCallback } from './session.js';
import { starTapId } from './star-tap.js';
import type { Texts } from './texts.js';
import type { Turn } from './turn.js';

/* Plays a conversation as a script, for tests: it stands where the shell stands, keeps the session (through JSON, as a store does) and
 * the case, and moves a set clock. */

/** A text, a content, or what is made of the turns so far: a tap on what was offered. */
type They = string | Content | ((turns: readonly Turn[]) => Content);

/** One exchange of a script. */
export type Line = {
  /** What the person does in one turn: texts, or contents of any type. Absent: only time passes and the agent acts. */
  readonly they?: They | readonly They[];
  /** How long after the line before, ms; half a minute unless told. */
  readonly after?: number;
  /** How long the message lay before it came to us, ms. */
  readonly late?: number;
  /** What the agent does before the person writes. */
  readonly agent?: 'replies' | 'closes';
  /** What the operator does with the call-back before the person writes. */
  readonly operator?: 'calls';
  /** What the reply says: a part of it, or null for no reply. */
  readonly bot?: RegExp | null;
  /** Ids of all the reply's buttons or rows, in order. */
  readonly offers?: readonly string[];
  /** Kinds of the changes. */
  readonly changes?: readonly string[];
  readonly language?: Session['language'];
};

export type Played = {
  readonly turns: readonly Turn[];
  readonly session: Session | undefined;
  readonly openCase: OpenCase | undefined;
  readonly callback: StandingCallback | undefined;
};

const WINDOW_MS = (24 * 60 - 5) * 60_000;

/** Monday noon in Moscow. */
export const MONDAY_NOON = Date.UTC(2026, 10, 2, 9);

/** Scripts about prices bring the real calculator along; this folder may not import it. */
const NO_PRICES: Quotes = {
  measureText: ({ length }) => ({ encoding: 'UCS-2', characters: length, segments: 1 }),
  measureLength: (_, characters) => ({ encoding: 'UCS-2', characters, segments: 1 }),
  quoteFor: () => undefined,
};

/** The same goes for scripts about call-backs. */
const NO_CALLS: CallbackOffers = {
  slots: () => [],
  readNumber: () => ({ kind: 'refused', why: 'notANumber' }),
  shownNumber: (digits) => `+${digits}`,
  zoneOf: () => undefined,
};

export const factsFor = (texts: Texts, now: number, more: Partial<Facts> = {}): Facts => {
  let ids = 0;
  return {
    nextId: () => `id-${now}-${++ids}`,
    texts,
    companyName: 'Vestnik',
    companyLanguage: 'ru',
    country: 'RU',
    windowUntil: now + WINDOW_MS,
    humanBy: now + 15 * 60_000,
    repliesPerHour: 60,
    repliesPerDay: 200,
    quotes: NO_PRICES,
    answers: KNOWS_NOTHING,
    works: () => ({ now: null, next: null, isAhead: () => false }),
    callbacks: NO_CALLS,
    timeZone: 'Europe/Moscow',
    ...more,
  };
};

/** A rating key that is gone; all others are there. */
export const LOST_KEY = '2026-W01-lost';

/** A tap on the row of stars, or of reasons, under the last message that asked: what was chosen is sealed, as it always is. */
export function rating(turns: readonly Turn[], sealed = 'A'.repeat(39), key = '2026-W45-here'): Content {
  const asks = turns.flatMap(({ replies }) =>
    replies.map(({ content }) => ('ask' in content ? content.ask : undefined)),
  );
  const ask = asks.findLast((one) => one !== undefined);
  if (!ask) throw new Error('nobody was asked for stars');
  return { type: 'listReply', id: starTapId({ ask, key, sealed }), title: '' };
}

export const tap = (id: string): Content => ({ type: 'listReply', id, title: 'x' });

/** Ids of everything that can be tapped in a message. */
export function offersOf(content: OutboundContent): readonly string[] {
  if (content.type === 'buttons') return content.buttons.map(({ id }) => id);
  return content.type === 'list' ? content.sections.flatMap(({ rows }) => rows.map(({ id }) => id)) : [];
}

/** @throws Error at the first line that goes otherwise than written */
export function play(
  texts: Texts,
  script: readonly Line[],
  more: Partial<Facts> | ((now: number) => Partial<Facts>) = {},
  startAt = MONDAY_NOON,
): Played {
  const factsAt = typeof more === 'function' ? more : () => more;
  let now = startAt;
  let session: Session | undefined;
  let openCase: OpenCase | undefined;
  let callback = factsAt(startAt).callback;
  let consent = factsAt(startAt).consent ?? NOTHING_AGREED;
  let lastAt = -Infinity;
  const rated = new Set<string>();
  const ratings: RatingFacts = {
    standingOf: (rate) => (rated.has(rate.ask.id) ? 'rated' : rate.key === LOST_KEY ? 'tooLate' : 'counts'),
  };
  const turns: Turn[] = [];
  script.forEach((line, index) => {
    now += line.after ?? (index === 0 ? 0 : 30_000);
    if (line.agent === 'replies' && openCase) openCase = { ...openCase, state: 'open' };
    if (line.agent === 'closes') openCase = undefined;
    if (line.operator === 'calls') callback = undefined;
    if (line.they === undefined) return;
    const inputs = contents(line.they, turns).map((content, n) =>
      inputOf(content, `${index}.${n}`, now - (line.late ?? 0)),
    );
    lastAt = Math.max(lastAt, now - (line.late ?? 0));
    const facts = {
      ...factsFor(texts, now, { ratings, ...withoutCallback(factsAt(now)) }),
      windowUntil: lastAt + WINDOW_MS,
      consent,
      ...(openCase && { openCase }),
      ...(callback && { callback }),
    };
    const turn = advance(session, inputs, facts, now);
    check(line, index, turn);
    for (const change of turn.changes) {
      if (change.kind === 'case.close') openCase = undefined;
      else if (change.kind === 'case.open')
        openCase = { id: change.caseId, state: 'waiting', openedAt: change.at, promisedAt: change.promisedAt };
      else if (change.kind === 'rating.tap') rated.add(change.ask.id);
      else if (change.kind === 'callback.cancel') callback = undefined;
      else if ('callbackId' in change) {
        const { phone, startsAt, endsAt, timeZone } = change;
        callback = { id: change.callbackId, phone, startsAt, endsAt, timeZone };
      } else if (change.kind !== 'question.unanswered' && change.kind !== 'data.erase' && change.kind !== 'entry.came')
        consent = afterChange(consent, change);
    }
    session = JSON.parse(JSON.stringify(turn.session)) as Session;
    turns.push(turn);
  });
  return { turns, session, openCase, callback };
}

function withoutCallback({ callback: _theScripts, ...facts }: Partial<Facts>): Partial<Facts> {
  return facts;
}

const contents = (they: NonNullable<Line['they']>, turns: readonly Turn[]): readonly Content[] =>
  (Array.isArray(they) ? (they as readonly They[]) : [they as They]).map((one) =>
    typeof one === 'string' ? { type: 'text', body: one } : typeof one === 'function' ? one(turns) : one,
  );

function inputOf(content: Content, id: string, at: number): Input {
  const text = comparableText(content);
  return { id, at, content, ...(text !== undefined && { textHash: text }) };
}

function check(line: Line, index: number, turn: Turn): void {
  const reply = turn.replies[0]?.content;
  const said = reply && 'body' in reply ? reply.body : null;
  const fail = (wanted: unknown, got: unknown) => {
    const show = (value: unknown) => (value instanceof RegExp ? String(value) : JSON.stringify(value));
    throw new Error(`Line ${index + 1}, ${JSON.stringify(line.they)}: expected ${show(wanted)}, got ${show(got)}`);
  };
  if (line.bot === null && said !== null) fail(null, said);
  if (line.bot && !(said !== null && line.bot.test(said))) fail(line.bot, said);
  const offers = reply ? offersOf(reply) : [];
  if (line.offers && line.offers.join() !== offers.join()) fail(line.offers, offers);
  const changes = turn.changes.map(({ kind }) => kind);
  if (line.changes && line.changes.join() !== changes.join()) fail(line.changes, changes);
  if (line.language && line.language !== turn.session.language) fail(line.language, turn.session.language);
}

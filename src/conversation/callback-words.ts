import type { Appointment } from '../callbacks/callback-change.js';
import type { Slot } from '../callbacks/slots.js';
import { questionBefore, type CallbackAt, type Unordered } from './callback-dialog.js';
import type { SaidRow, Saying, Scene } from './scene.js';
import type { Language } from './session.js';
import { shorten } from './shorten.js';
import { humanButton, waysOn } from './small-answers.js';
import type { Tap } from './taps.js';
import type { Texts } from './texts.js';
import { momentIn } from './when.js';
import { LIMITS, type PlainTextKey } from './wording.js';

const DAY_MS = 86_400_000;
/** Back, the menu and a human have a row each. */
const MOST_TIMES = LIMITS.rows - 3;
const LAST_DIGITS = 4;

/** The zone that times are told in: the person's own, that of their country if it has but one, else the company's. */
export function zoneOf({ facts }: Scene): string {
  const byCountry = facts.country === undefined ? undefined : facts.callbacks.zoneOf(facts.country);
  return facts.ownTimeZone ?? byCountry ?? facts.timeZone;
}

export const slotsOf = (scene: Scene): readonly Slot[] => scene.facts.callbacks.slots(zoneOf(scene));

/** The number we know, if it is one that may be called. */
export function knownNumber({ facts: { phone, country, callbacks } }: Scene): string | undefined {
  const read = phone === undefined ? undefined : callbacks.readNumber(`+${phone}`, country);
  return read?.kind === 'number' ? read.digits : undefined;
}

/** The question the dialog stands at, with a way back, out of it and to a human.
 *  @param lead what is said in front of it @param humanFirst the person was not understood twice: the human leads */
export function sayQuestion(scene: Scene, dialog: Unordered, lead?: string, humanFirst = false): Saying {
  const withLead = (body: string) => [...(lead === undefined ? [] : [lead]), body].join('\n\n');
  const say = plainSayer(scene);
  const asked = questionOf(scene, dialog);
  if (asked.form === 'contactRequest' && !humanFirst) return { form: 'contactRequest', body: withLead(asked.body) };
  const before = questionBefore(dialog);
  const back: readonly SaidRow[] =
    before === undefined || dialog.step === 'confirm'
      ? []
      : [{ tap: { to: 'callback', act: 'ask', question: before }, title: say('button.back') }];
  const leave: SaidRow = { tap: { to: 'menu' }, title: say('callback.leave') };
  const rows = [...asked.choices, ...back, leave, humanButton(scene)];
  const ordered = humanFirst
    ? rows.toSorted((a, b) => Number(b.tap.to === 'human') - Number(a.tap.to === 'human'))
    : rows;
  const body = withLead(asked.form === 'contactRequest' ? say('callback.number.typed') : asked.body);
  return rows.length <= LIMITS.buttons
    ? { form: 'buttons', body, buttons: ordered }
    : { form: 'list', body, button: say('callback.choose'), rows: ordered };
}

type Asked = {
  readonly form: 'contactRequest' | 'choices';
  readonly body: string;
  readonly choices: readonly SaidRow[];
};

function questionOf(scene: Scene, dialog: Unordered): Asked {
  const { session, facts } = scene;
  const { language } = session;
  const { texts, callbacks } = facts;
  const choices = (body: string, rows: readonly SaidRow[]): Asked => ({ form: 'choices', body, choices: rows });
  switch (dialog.step) {
    case 'number': {
      const known = knownNumber(scene);
      if (known !== undefined)
        return choices(texts.say(language, 'callback.number.known', { number: callbacks.shownNumber(known) }), [
          { tap: { to: 'callback', act: 'known' }, title: texts.say(language, 'callback.number.this') },
        ]);
      // Whoever has a number that cannot be called would only share that one.
      if (facts.phone !== undefined) return choices(texts.say(language, 'callback.number.typed'), []);
      return { form: 'contactRequest', body: texts.say(language, 'callback.number.request'), choices: [] };
    }
    case 'day': {
      const days = dayRows(scene);
      if (days.length === 0) return choices(texts.say(language, 'callback.noSlots'), []);
      return choices(texts.say(language, 'callback.day', { number: callbacks.shownNumber(dialog.phone) }), days);
    }
    case 'time': {
      const [first, ...rest] = timeRows(scene, dialog);
      if (!first) return choices(texts.say(language, 'callback.noSlots'), []);
      const { zone, day } = momentIn(first.slot.startsAt, language, zoneOf(scene));
      const rows = [first, ...rest].map(({ row }) => row);
      return choices(texts.say(language, 'callback.time', { day: capital(day), zone }), rows);
    }
    case 'confirm':
      return choices(confirmBody(scene, dialog), confirmRows(scene, dialog));
  }
}

function dayRows(scene: Scene): readonly SaidRow[] {
  const { session, now, facts } = scene;
  const { language } = session;
  const timeZone = zoneOf(scene);
  const today = momentIn(now, language, timeZone).date;
  const tomorrow = momentIn(now + DAY_MS, language, timeZone).date;
  const days = new Map<string, { readonly first: Slot; readonly last: Slot }>();
  for (const slot of slotsOf(scene)) days.set(slot.day, { first: days.get(slot.day)?.first ?? slot, last: slot });
  return [...days].map(([day, { first, last }]) => {
    const from = momentIn(first.startsAt, language, timeZone);
    const to = momentIn(last.endsAt, language, timeZone);
    const name =
      day === today
        ? facts.texts.say(language, 'callback.today', { day: from.short })
        : day === tomorrow
          ? facts.texts.say(language, 'callback.tomorrow', { day: from.short })
          : from.day;
    return {
      tap: { to: 'callback', act: 'day', day },
      title: shorten(capital(name), LIMITS.rowTitle),
      description: `${from.time}–${to.time} (${from.zone})`,
    };
  });
}

/** The times of a day, as many as fit, and a row for the later ones. */
function timeRows(scene: Scene, { day, from }: CallbackAt<'time'>): readonly { slot: Slot; row: SaidRow }[] {
  const { language } = scene.session;
  const timeZone = zoneOf(scene);
  const slots = slotsOf(scene).filter((slot) => slot.day === day && slot.startsAt >= (from ?? 0));
  const shown = slots.length > MOST_TIMES ? slots.slice(0, MOST_TIMES - 1) : slots;
  const rows = shown.map((slot) => ({
    slot,
    row: {
      tap: { to: 'callback', act: 'at', startsAt: slot.startsAt } as const,
      title: shorten(spanOf(slot.startsAt, slot.endsAt, language, timeZone), LIMITS.rowTitle),
    },
  }));
  const next = slots[shown.length];
  if (!next) return rows;
  const title = scene.facts.texts.say(language, 'callback.later');
  return [...rows, { slot: next, row: { tap: { to: 'callback', act: 'day', day, from: next.startsAt }, title } }];
}

/** "10:00–11:00"; where clocks change in between, with the zone on both sides. */
function spanOf(startsAt: number, endsAt: number, language: Language, timeZone: string): string {
  const from = momentIn(startsAt, language, timeZone);
  const to = momentIn(endsAt, language, timeZone);
  return from.zone === to.zone ? `${from.time}–${to.time}` : `${from.time} ${from.zone}–${to.time} ${to.zone}`;
}

function confirmBody(scene: Scene, { phone, startsAt }: CallbackAt<'confirm'>): string {
  const { session, facts } = scene;
  const endsAt = slotsOf(scene).find((slot) => slot.startsAt === startsAt)?.endsAt ?? startsAt;
  return facts.texts.say(session.language, 'callback.confirm', {
    number: facts.callbacks.shownNumber(phone),
    slot: slotWords(facts.texts, session.language, { startsAt, endsAt, timeZone: zoneOf(scene) }),
  });
}

function confirmRows(scene: Scene, { phone, startsAt }: CallbackAt<'confirm'>): readonly SaidRow[] {
  const say = plainSayer(scene);
  const lastDigits = lastDigitsOf(phone);
  return [
    { tap: { to: 'callback', act: 'confirm', startsAt, lastDigits }, title: say('callback.yes') },
    { tap: { to: 'callback', act: 'ask', question: 'time' }, title: say('callback.otherTime') },
    { tap: { to: 'callback', act: 'ask', question: 'number' }, title: say('callback.otherNumber') },
  ];
}

/** Enough to tell one number from another in the id of a button. */
export const lastDigitsOf = (phone: string): string => phone.slice(-LAST_DIGITS);

/** What is ordered, to be changed or cancelled. */
export function sayOrdered(
  scene: Scene,
  { id, ...appointment }: Appointment & { readonly id: string },
  body: string,
): Saying {
  if (scene.openCase?.state === 'open') return { form: 'text', body };
  const say = plainSayer(scene);
  return {
    form: 'list',
    body,
    button: say('callback.choose'),
    rows: [
      {
        tap: { to: 'callback', act: 'change', id },
        title: say('callback.change'),
        description: spanOf(appointment.startsAt, appointment.endsAt, scene.session.language, appointment.timeZone),
      },
      { tap: { to: 'callback', act: 'cancel', id }, title: say('callback.cancel') },
      ...waysOn(scene),
    ],
  };
}

/** A sentence about an order that is not there, or not any more, with a button for a new one. */
export function sayOver(scene: Scene, body: string): Saying {
  if (scene.openCase?.state === 'open') return { form: 'text', body };
  const again: { tap: Tap; title: string } = {
    tap: { to: 'callback', act: 'start' },
    title: plainSayer(scene)('callback.order'),
  };
  return { form: 'buttons', body, buttons: [again, ...waysOn(scene)] };
}

/** "Monday 23 November, 10:00–11:00 (GMT+3)" */
export function slotWords(
  texts: Texts,
  language: Language,
  { startsAt, endsAt, timeZone }: Pick<Appointment, 'startsAt' | 'endsAt' | 'timeZone'>,
): string {
  const { day, zone } = momentIn(startsAt, language, timeZone);
  return texts.say(language, 'callback.slot', { day, span: spanOf(startsAt, endsAt, language, timeZone), zone });
}

const plainSayer =
  ({ session, facts }: Scene) =>
  (key: PlainTextKey): string =>
    facts.texts.say(session.language, key);

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

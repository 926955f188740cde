import type { Facts, FloodState, Input } from './session.js';

/* Limits against floods and talking machines (DESIGN §4.13).
 *
 * A person gets at most so many replies an hour and a day. A tenth of each is kept back for what must always work, a stop and a call
 * for a human; the ordinary reply that would begin on it is the last word instead, and the person is muted for an hour. The day's
 * limit mutes in the same way; after it nothing is said until old replies drop out of the day.
 *
 * The fourth equal text within a minute gets no reply. A machine is told by what no human keeps up: eight texts in a row within
 * seconds of our replies, or the same text eight times in a row, however slowly (an auto-responder that answers each answer of ours).
 * It is muted too, with one last word. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MUTE_MS = HOUR_MS;

const EQUAL_TEXTS_ANSWERED = 3;
const EQUAL_WITHIN_MS = MINUTE_MS;
/** Equal texts further apart are a person who comes back to something. */
const IN_A_ROW_WITHIN_MS = 15 * MINUTE_MS;
const QUICK_MS = 3 * SECOND_MS;
const MACHINE_TEXTS = 8;
const COUNT_NO_FURTHER = 1000;

export const NO_FLOOD: FloodState = { replyTimes: [], quickTexts: 0 };

type Limits = Pick<Facts, 'repliesPerHour' | 'repliesPerDay'>;

/** Notes one text of the person.
 *  @returns `repeated`: it is the fourth equal one within a minute, or a later one, and gets no reply. */
export function noteText(flood: FloodState, input: Input, at: number): { flood: FloodState; repeated: boolean } {
  // The platform's times are whole seconds, so a text may seem to come before the reply that it follows.
  const lastReply = flood.replyTimes.at(-1);
  const quick = lastReply !== undefined && at - lastReply < QUICK_MS && at - lastReply > -SECOND_MS;
  const quickTexts = quick ? Math.min(flood.quickTexts + 1, COUNT_NO_FURTHER) : 0;
  const hash = input.textHash;
  if (hash === undefined) return { flood: { ...without(flood, 'lastText'), quickTexts }, repeated: false };
  const last = flood.lastText?.hash === hash ? flood.lastText : { times: [], inARow: 0 };
  const previous = last.times.at(-1);
  const goesOn = previous !== undefined && Math.abs(at - previous) <= IN_A_ROW_WITHIN_MS;
  const recent = last.times.filter((time) => Math.abs(at - time) < EQUAL_WITHIN_MS);
  return {
    flood: {
      ...flood,
      quickTexts,
      lastText: {
        hash,
        times: [...recent, at].slice(-EQUAL_TEXTS_ANSWERED),
        inARow: goesOn ? Math.min(last.inARow + 1, COUNT_NO_FURTHER) : 1,
      },
    },
    repeated: recent.length >= EQUAL_TEXTS_ANSWERED,
  };
}

/** Anything else than a text ends a row of texts. */
export const noteOther = (flood: FloodState): FloodState => ({ ...without(flood, 'lastText'), quickTexts: 0 });

/** Drops what no longer counts: replies older than a day, a mute that is over. */
export function settle(flood: FloodState, limits: Limits, now: number): FloodState {
  const replyTimes = flood.replyTimes.filter((time) => now - time < DAY_MS).slice(-Math.max(1, limits.repliesPerDay));
  if (flood.mutedUntil === undefined || flood.mutedUntil > now) return { ...flood, replyTimes };
  return { ...without(without(flood, 'mutedUntil'), 'lastText'), quickTexts: 0, replyTimes };
}

export const isMuted = (flood: FloodState, now: number): boolean =>
  flood.mutedUntil !== undefined && flood.mutedUntil > now;

/** What the limits make of a reply that is ready: say it, say the last word in its place, or say nothing. */
export function permit(
  flood: FloodState,
  priority: 'ordinary' | 'reserved',
  limits: Limits,
  now: number,
): 'say' | 'lastWord' | 'silence' {
  const hour = flood.replyTimes.filter((time) => now - time < HOUR_MS).length;
  const day = flood.replyTimes.length;
  const { repliesPerHour, repliesPerDay } = limits;
  if (hour >= repliesPerHour || day >= repliesPerDay) return 'silence';
  if (priority === 'reserved') return 'say';
  if (isMuted(flood, now)) return 'silence';
  const leftInHour = repliesPerHour - keptBack(repliesPerHour) - hour;
  const leftInDay = repliesPerDay - keptBack(repliesPerDay) - day;
  if (leftInHour <= 0 || leftInDay <= 0) return 'silence';
  const machine = flood.quickTexts >= MACHINE_TEXTS || (flood.lastText?.inARow ?? 0) >= MACHINE_TEXTS;
  return machine || leftInHour === 1 || leftInDay === 1 ? 'lastWord' : 'say';
}

const keptBack = (limit: number): number => (limit < 3 ? 0 : Math.ceil(limit / 10));

export function noteReply(flood: FloodState, limits: Limits, now: number): FloodState {
  return { ...flood, replyTimes: [...flood.replyTimes, now].slice(-Math.max(1, limits.repliesPerDay)) };
}

export const mute = (flood: FloodState, now: number): FloodState => ({ ...flood, mutedUntil: now + MUTE_MS });

function without<K extends keyof FloodState>(flood: FloodState, key: K): Omit<FloodState, K> {
  const { [key]: _dropped, ...rest } = flood;
  return rest;
}

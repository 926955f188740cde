import type { Evidence, Said, Send } from './evidence.js';
import type { Person } from './person.js';

/** What must hold of everybody in a storm, whatever they did (DESIGN §4): held by the platform's journal and threads against what the
 *  server shows. */

export type Figures = {
  readonly people: number;
  /** Messages of people. */
  readonly written: number;
  /** Messages of ours that the platform took, each counted once. */
  readonly sent: number;
  /** Of them those that it took twice: the one counted resend. */
  readonly resent: number;
  /** Shown as unknown. */
  readonly unknown: number;
  readonly gaveUp: number;
};

export type Account = { readonly wrong: readonly string[]; readonly figures: Figures };

export const NOTHING: Figures = { people: 0, written: 0, sent: 0, resent: 0, unknown: 0, gaveUp: 0 };

export const sumOf = (one: Figures, other: Figures): Figures => ({
  people: one.people + other.people,
  written: one.written + other.written,
  sent: one.sent + other.sent,
  resent: one.resent + other.resent,
  unknown: one.unknown + other.unknown,
  gaveUp: one.gaveUp + other.gaveUp,
});

export async function accountForEverybody(people: readonly Person[], evidence: Evidence): Promise<Account> {
  const each = await Promise.all(people.map((person) => accountFor(person, evidence)));
  return {
    wrong: each.flatMap(({ wrong }) => wrong),
    figures: each.map(({ figures }) => figures).reduce(sumOf, NOTHING),
  };
}

async function accountFor(person: Person, evidence: Evidence): Promise<Account> {
  const wrong: string[] = [];
  const note = (what: string) => wrong.push(`${person.id}: ${what}`);
  const written = evidence.writtenBy(person);
  for (const { wamid } of written)
    if (!evidence.acknowledged.has(wamid ?? '')) note('a message was never acknowledged (§4.1)');

  const taken = takenByRow(evidence.sendsTo(person));
  for (const [row, sends] of taken)
    if (!isOnceOrResent(sends)) note(`row ${row} was taken ${sends.length} times (§4.7)`);
  const sent = [...taken.values()].filter((sends) => sends.length > 0);
  const figures = {
    people: 1,
    written: written.length,
    sent: sent.length,
    resent: sent.filter((sends) => sends.length > 1).length,
    unknown: 0,
    gaveUp: person.gaveUp === undefined ? 0 : 1,
  };
  // Nothing is known of them any more, and their journey sees to that.
  if (person.erased) return { wrong, figures };

  const thread = await evidence.threadOf(person);
  const heard = thread.filter(({ direction }) => direction === 'inbound');
  if (heard.length !== written.length) note(`wrote ${written.length} messages, and ${heard.length} are known (§4.2)`);
  const ours = thread.filter(({ direction }) => direction === 'outbound');
  for (const [row] of taken)
    if (!ours.some(({ id }) => id === row)) note(`row ${row} was sent, and nobody knows of it (§4.2)`);
  const answers = ours.filter(({ by }) => by === 'bot').length;
  if (answers > written.length) note(`${answers} answers to ${written.length} messages (§4.14)`);
  const atPlatform = new Map((await evidence.bubblesOf(person)).map(({ id, state }) => [id, state]));
  for (const message of ours) {
    const left = (evidence.sends.get(message.id) ?? []).filter(({ accepted }) => accepted === true);
    const fault = faultOf(message, left, atPlatform);
    if (fault) note(`row ${message.id} ${fault}`);
  }
  return { wrong, figures: { ...figures, unknown: ours.filter(({ state }) => state === 'unknown').length } };
}

/** Of every row that was tried, the sends that the platform took. */
function takenByRow(sends: readonly Send[]): ReadonlyMap<string, readonly Send[]> {
  const rows = new Map<string, Send[]>();
  for (const send of sends)
    rows.set(send.row, [...(rows.get(send.row) ?? []), ...(send.accepted === true ? [send] : [])]);
  return rows;
}

/** The second time is the counted resend of a reply whose fate was unknown: the same row, another attempt. */
const isOnceOrResent = (sends: readonly Send[]): boolean =>
  sends.length < 2 || (sends.length === 2 && sends[0]?.attempt !== sends[1]?.attempt);

/** From the least that is proved to the most. */
const PROVED = ['accepted', 'failed', 'sent', 'delivered', 'read'];

/** Why what is shown of a message cannot be, seeing what the platform has done with it. */
function faultOf(message: Said, taken: readonly Send[], atPlatform: ReadonlyMap<string, string>): string | undefined {
  const { state, by } = message;
  if (by === 'notice' && taken.length > 1) return 'is a notice, and was sent twice (§4.7)';
  if (state === 'queued' || state === 'attempted') return `is still ${state}`;
  if (state === 'rejected') return taken.length > 0 ? 'is shown as rejected, and was taken' : undefined;
  if (state === 'unknown') return undefined;
  if (taken.length === 0) return `is shown as ${state}, and was never taken`;
  // One to an identity that was given up reaches nobody.
  const states = taken.map(({ wamid, person }) =>
    person === null ? 'failed' : (atPlatform.get(wamid ?? '') ?? 'accepted'),
  );
  const most = states.reduce((one, other) => (PROVED.indexOf(other) > PROVED.indexOf(one) ? other : one));
  return state === most ? undefined : `is shown as ${state}, and is ${most} (§4.9)`;
}

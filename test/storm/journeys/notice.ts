import { act, agree, draft, HOUR, shown, window, type Notice } from '../../journeys/announcing.js';
import { check, deliveriesOf } from '../../journeys/notice-outcome.js';
import { eventually } from '../../journeys/eventually.js';
import type { Evidence } from '../evidence.js';
import type { Journey } from '../journey.js';
import type { Person } from '../person.js';
import { untilTaken, type Sky } from '../sky.js';

/* A notice: a window is announced to people of whom all but one agreed, then it moves. One stops by the button under the announcement, one
 * by the word while it goes out. Afterwards the counts are those of the people behind them, everybody who agreed has heard or is listed
 * with the reason why not, nobody got an announcement twice, whoever never agreed got none, and nothing left to somebody a second after
 * their stop was confirmed. */

/** A call that was under way when the stop was committed may still arrive. */
const UNDER_WAY_MS = 1_000;
const STOPPED = /больше не будет|no more|no newsletters/;

const neverAgreed = ({ place }: Person): boolean => place === 0;
const stopsByButton = ({ place }: Person): boolean => place === 1;
const stopsByWord = ({ place }: Person): boolean => place === 2;

export const notice: Journey = {
  name: 'notice',
  people: 8,
  async begin(people, sky) {
    const tag = `storm-${people[0]?.id}`;
    const willing = people.filter((person) => !neverAgreed(person));
    for (const person of people)
      await agree(sky.server, [person.customer], {
        ...{ tags: [tag], language: person.language },
        topics: neverAgreed(person) ? [] : ['maintenance'],
      });
    let made: Notice | undefined;
    return {
      async live(person) {
        if (neverAgreed(person)) return;
        if (stopsByWord(person)) return person.say(person.language === 'ru' ? 'стоп' : 'stop');
        const word = await person.answer();
        if (word && stopsByButton(person)) await person.tap(word, 0);
      },
      async beside() {
        const draftOf = () => draft(sky.server, 2 * HOUR, { audience: { tags: [tag] } });
        const drawn = await untilTaken(draftOf);
        made = await untilTaken(() => act(sky.server, drawn, 'approve', { evenIfLate: true }));
        await through(sky, drawn);
        const moved = window(3 * HOUR);
        await untilTaken(() => act(sky.server, drawn, 'change', moved));
        await through(sky, drawn);
      },
      account: async (evidence) => (made ? faultsOf(made, people, willing, evidence) : ['no notice was made']),
    };
  },
};

/** Waits until it has begun and nothing of it is on its way. */
async function through({ server }: Sky, { id }: Notice): Promise<void> {
  await eventually(
    async () => {
      const { announcements } = await shown(server, { id });
      const began = announcements.some(({ deliveries }) => deliveries.planned > 0);
      const on = announcements.filter(
        ({ state, deliveries }) => state === 'running' || deliveries['queued'] || deliveries['attempted'],
      );
      return began && on.length === 0;
    },
    60_000,
    'that the notice is through',
  );
}

async function faultsOf(
  made: Notice,
  people: readonly Person[],
  willing: readonly Person[],
  evidence: Evidence,
): Promise<string[]> {
  const { server } = evidence.sky;
  const wrong: string[] = [];
  if (!evidence.isLate)
    await check(evidence.sky, made).catch((error: unknown) => wrong.push(`the counts do not add up: ${String(error)}`));
  const { announcements } = await shown(server, made);
  const told = (await Promise.all(announcements.map((word) => deliveriesOf(server, made, word)))).flat();
  if (!announcements.some(({ kind }) => kind === 'changed'))
    wrong.push('the window moved, and nobody was to hear of it');
  for (const person of people) {
    const note = (what: string) => wrong.push(`${person.id}: ${what}`);
    const sends = evidence.sendsTo(person).filter(({ type, accepted }) => type === 'template' && accepted);
    const contact = await evidence.contactOf(person);
    const own = told.filter(({ contactId }) => contactId === contact?.id);
    if (own.length === 0) note('is in no audience');
    if (!willing.includes(person) && sends.length > 0) note('never agreed, and got an announcement (§4.4)');
    // Of an announcement that may have left its state is told by the row; the rest have none.
    const left = own.filter(({ state }) => !['skipped', 'unknown'].includes(state)).length;
    const unknown = own.filter(({ state }) => state === 'unknown').length;
    if (sends.length > left + unknown) note(`${sends.length} announcements left, and ${left} are counted (§4.7)`);
    const confirmed = evidence
      .sendsTo(person)
      .find(({ text, type }) => type !== 'template' && STOPPED.test(text ?? ''));
    if (!confirmed) continue;
    const late = sends.filter(({ at }) => Date.parse(at) > Date.parse(confirmed.at) + UNDER_WAY_MS);
    if (late.length > 0) note('stopped, and got an announcement afterwards (§4.4)');
  }
  return wrong;
}

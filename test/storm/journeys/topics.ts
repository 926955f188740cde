import type { Evidence } from '../evidence.js';
import type { Journey } from '../journey.js';
import type { Person } from '../person.js';

/* Topics: people turn two of them on and one off again, every second then stops everything, and every fourth takes that back. Afterwards
 * each topic stands as the last act about it says, and the ledger holds as many opt-ins as were made, each once. The ledger as a whole is
 * verified when the storms of a store are over. */

type Entry = { topic: string; act: string };
type Topic = 'maintenance' | 'news' | 'offers';
type Standing = Readonly<Record<Topic, 'in' | 'out' | 'none'>>;

const UNDONE = /^(Вернули|Back on|Готово, запрет снят|Done, that stop is lifted)/;
const ANOTHER = /это была другая отмена|another stop/;

export const topics: Journey = {
  name: 'topics',
  people: 8,
  begin: (people) => ({
    async live(person) {
      const ru = person.language === 'ru';
      const list = await person.talk({ say: ru ? 'подписки' : 'subscriptions' }, [{ sees: 'in:news:', does: 'end' }]);
      const one = await person.talkOn(list, { tap: 'in:maintenance:' }, [{ sees: 'out:maintenance', does: 'end' }]);
      const two = await person.talkOn(one, { tap: 'in:news:' }, [{ sees: 'out:news', does: 'end' }]);
      await person.talkOn(two, { tap: 'out:news' }, [{ sees: 'in:news:', does: 'end' }]);
      if (person.place % 2 === 0) return;
      const stopped = await person.talk({ say: ru ? 'стоп' : 'stop' }, [{ sees: 'undo:all:', does: 'end' }]);
      if (person.place % 4 === 1)
        await person.talkOn(stopped, { tap: 'undo:all:' }, [
          { sees: UNDONE, does: 'end' },
          // They had to say it twice: another moment of it is to be taken back.
          { sees: 'undo:all:', does: { tap: 'undo:all:' } },
          { sees: ANOTHER, does: 'end' },
        ]);
    },
    account: async (evidence) => (await Promise.all(people.map((person) => faultsOf(person, evidence)))).flat(),
  }),
};

async function faultsOf(person: Person, evidence: Evidence): Promise<string[]> {
  const contact = await evidence.contactOf(person);
  if (!contact) return [`${person.id}: nobody knows them`];
  const standing = Object.fromEntries(Object.entries(contact.topics).map(([topic, { state }]) => [topic, state]));
  const possible = [...new Set(endingsOf(person, evidence).map((ending) => JSON.stringify(ending)))];
  const { maintenance, news, offers } = standing;
  const wrong: string[] = [];
  if (!possible.includes(JSON.stringify({ maintenance, news, offers })))
    wrong.push(`${person.id}: ${JSON.stringify(standing)} and not ${possible.join(' or ')} (§4.4)`);
  const { items } = (await evidence.sky.get(`/contacts/${contact.id}/consent?limit=200`)) as { items: Entry[] };
  for (const topic of ['maintenance', 'news']) {
    const taps = new Set(person.acts.filter(({ what }) => what.startsWith(`in:${topic}:`)).map(({ wamid }) => wamid));
    const entries = items.filter((entry) => entry.topic === topic && entry.act === 'optIn').length;
    if (entries > taps.size + undosOf(person))
      wrong.push(`${person.id}: ${entries} opt-ins by ${taps.size} taps (§4.2)`);
  }
  return wrong;
}

const undosOf = (person: Person): number => person.acts.filter(({ what }) => what.startsWith('undo:')).length;

/** `again`: nobody had answered the same act before. */
type Act = { readonly what: string; readonly second: number; readonly again: boolean };

/** How the topics may stand after all that the person did. The platform tells times in whole seconds, so what was said again may come in
 *  after what was done next within its second; and a button of a stop that came twice takes nothing back, so an undo may count or not. */
function endingsOf(person: Person, evidence: Evidence): Standing[] {
  const written = new Map(evidence.writtenBy(person).map(({ wamid, at }) => [wamid, Date.parse(at)] as const));
  const acts = person.acts.map(({ what, wamid, at }, place) => ({
    what,
    second: Math.floor((written.get(wamid) ?? at) / 1000),
    again: person.acts[place - 1]?.what === what,
  }));
  return ordersOf(acts).flatMap(endingsAfter);
}

/** All orders in which the acts may have come in. */
function ordersOf([first, ...others]: readonly Act[]): readonly (readonly Act[])[] {
  if (!first) return [[]];
  const beside = first.again ? others.filter(({ second }) => second === first.second).length : 0;
  return ordersOf(others).flatMap((order) =>
    Array.from({ length: beside + 1 }, (_, place) => [...order.slice(0, place), first, ...order.slice(place)]),
  );
}

function endingsAfter(acts: readonly Act[]): Standing[] {
  let standing: Standing = { maintenance: 'none', news: 'none', offers: 'none' };
  let before = standing;
  let undone = false;
  for (const { what } of acts) {
    const [act, topic] = what.split(':');
    if (act === 'in') standing = { ...standing, [topic ?? '']: 'in' };
    else if (act === 'out') standing = { ...standing, [topic ?? '']: 'out' };
    else if (/^(стоп|stop)$/.test(what)) {
      if (standing.maintenance === 'in') before = standing;
      standing = { maintenance: 'out', news: 'out', offers: 'out' };
    } else if (act === 'undo') undone = true;
  }
  return undone ? [before, standing] : [standing];
}

import type { Journey } from '../journey.js';
import type { Person } from '../person.js';

/* Talk: people greet, tap a row of the menu, greet and then stop, or stop with their first word. Nobody repeats anything, so that each
 * message has a turn of its own: afterwards each has exactly one answer, sent or shown as not sent, and whoever stopped is stopped. */

const MANNERS: readonly ((person: Person) => Promise<void>)[] = [
  async (person) => {
    await person.say('привет');
    await person.answer();
  },
  async (person) => {
    await person.say('hello');
    const menu = await person.answer();
    if (!menu) return;
    await person.tap(menu, 0);
    await person.answer();
  },
  async (person) => {
    await person.say('привет');
    if (!(await person.answer())) return;
    await person.say('стоп');
    await person.answer();
  },
  async (person) => {
    await person.say('stop');
    await person.answer();
  },
];

export const talk: Journey = {
  name: 'talk',
  people: 12,
  begin: (people) => ({
    live: (person) => MANNERS[person.place % MANNERS.length]?.(person) ?? Promise.resolve(),
    async account(evidence) {
      const wrong: string[] = [];
      for (const person of people) {
        const thread = await evidence.threadOf(person);
        const answers = thread.filter(({ by }) => by === 'bot').length;
        if (answers !== person.acts.length)
          wrong.push(`${person.id}: ${answers} answers to ${person.acts.length} messages`);
        if (!person.acts.some(({ what }) => /^(стоп|stop)$/.test(what))) continue;
        const topics = Object.entries((await evidence.contactOf(person))?.topics ?? { everything: { state: 'in' } });
        for (const [topic, { state }] of topics)
          if (state === 'in') wrong.push(`${person.id}: said stop, and still has ${topic} (§4.4)`);
      }
      return wrong;
    },
  }),
};

import { found, type Canary } from '../../invariants/canaries.js';
import { everything, rowsOf } from '../../journeys/whole-store.js';
import type { Evidence } from '../evidence.js';
import type { Journey } from '../journey.js';
import type { Person } from '../person.js';
import { wordOf } from '../sky.js';

/* My data: people ask what is known of them, then have everything deleted; of some an old list comes in that has them, and the platform
 * tells late of messages that they have read. Every third changes their mind and keeps everything. Afterwards nothing of the others stands
 * in the store, however often and late their messages arrived, and nobody else is touched. */

const TOLD = /всё, что мы о вас храним|all that we keep about you/;
const GONE = /^(Готово: всё|Done: everything)/;

export const myData: Journey = {
  name: 'my-data',
  people: 6,
  begin: (people, sky) => ({
    async live(person) {
      const [secret, show, erase] =
        person.language === 'ru'
          ? [`привет ${wordOf(`${person.id} said`)}`, 'что вы обо мне знаете', 'удалите все мои данные']
          : [`hello ${wordOf(`${person.id} said`)}`, 'what do you know about me', 'delete everything'];
      await person.talk({ say: secret }, [{ sees: /./, does: 'end' }]);
      await person.talk({ say: show }, [{ sees: TOLD, does: 'end' }]);
      const asked = await person.talk({ say: erase }, [{ sees: 'erase:', does: 'end' }]);
      if (person.place % 3 === 2) return;
      person.erased = true;
      const last = await person.talkOn(asked, { tap: 'erase:' }, [{ sees: GONE, does: 'end' }]);
      await sky.platform.status(last.id, 'read', { times: 3 });
      const { phone, userId } = person.customer;
      const row = { ...(phone ? { phone: `+${phone}` } : { userId }), name: person.name, topics: ['news'] };
      await sky.post('/contacts/import', { rows: [{ ...row, source: 'an old list', consentedAt: '2026-01-01' }] });
    },
    account: (evidence) => faultsOf(people, evidence),
  }),
};

async function faultsOf(people: readonly Person[], evidence: Evidence): Promise<string[]> {
  const wrong: string[] = [];
  const gone = people.filter((person) => person.erased && !cameLater(person, evidence));
  for (const person of gone) {
    if ((await evidence.contactsOf(person)).length > 0) wrong.push(`${person.id}: was erased, and is known again`);
  }
  for (const person of people) {
    if (person.erased || person.gaveUp !== undefined) continue;
    if (!(await evidence.contactOf(person)))
      wrong.push(`${person.id}: did not have anything deleted, and is not known`);
  }
  if (wrong.length > 0 || gone.length === 0) return wrong;
  // Until it is known whether the last word has reached them, it is kept where it went, and nothing else.
  const awaited = JSON.stringify(await rowsOf(evidence.sky, 'erasures'));
  const forgotten = gone.map(canariesOf).filter((canaries) => found(awaited, canaries).length === 0);
  const left = found(await everything(evidence.sky), forgotten.flat());
  return left.slice(0, 5).map((where) => `something of those erased is left: ${where}`);
}

/** Something that they had said twice, for want of an answer, came in only after they were erased: then we have met anew. */
function cameLater(person: Person, { journal }: Evidence): boolean {
  const heardAt = (wamid: string) =>
    journal.findIndex(({ event, answered, ids }) => event === 'webhook' && answered === 200 && ids?.includes(wamid));
  const erased = person.acts.filter(({ what }) => what.startsWith('erase:')).map(({ wamid }) => heardAt(wamid));
  const others = person.acts.filter(({ what }) => !what.startsWith('erase:')).map(({ wamid }) => heardAt(wamid));
  return Math.max(...others) > Math.min(...erased);
}

const canariesOf = (person: Person): Canary[] => {
  const { phone, userId } = person.customer;
  return [
    { what: `the name of ${person.id}`, text: person.name },
    { what: `a word of ${person.id}`, text: wordOf(`${person.id} said`) },
    ...(phone === null ? [] : [{ what: `the number of ${person.id}`, text: phone }]),
    ...(userId === null ? [] : [{ what: `the BSUID of ${person.id}`, text: userId.slice(3) }]),
  ];
};

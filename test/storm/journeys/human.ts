import { eventually } from '../../journeys/eventually.js';
import type { Evidence, Said } from '../evidence.js';
import type { Journey } from '../journey.js';
import { GaveUp, type Person } from '../person.js';
import type { Sky } from '../sky.js';
import { wordOf } from '../sky.js';

/* A human: people call for one, an agent answers over the API, the person writes back and every third sends a file, the agent closes with
 * a last word, and the bot is there again. Afterwards the case is closed, each word of the agent left once or is shown as one that may not
 * have, the file is kept as it was sent, and from the person's answer to the agent's last word the bot said nothing. */

type Case = {
  id: string;
  contactId: string;
  state: string;
  messages: { direction: string; type: string; media?: { id: string; state: string; bytes: number | null } }[];
};

const IN_NEED: readonly [string, string] = ['не могу войти в кабинет', 'I cannot log in'];
const fileOf = (person: Person): Buffer => Buffer.from(`a file of ${wordOf(`${person.id} file`)}`);
const sendsFile = ({ place }: Person): boolean => place % 3 === 1;

export const human: Journey = {
  name: 'human',
  people: 6,
  begin(people, sky) {
    const cases = new Map<Person, string>();
    return {
      async live(person) {
        const ru = person.language === 'ru';
        const hello = wordOf(`${person.id} agent`);
        await person.talk({ say: ru ? 'оператор' : 'operator' }, [{ sees: /сотрудник|someone/i, does: 'end' }]);
        const id = await caseOf(person, sky);
        cases.set(person, id);
        await sky.post(`/cases/${id}/reply`, {
          text: `${ru ? 'Здравствуйте, это Мария' : 'Hello, this is Mary'} ${hello}`,
        });
        await hears(person, hello);
        await person.say(ru ? IN_NEED[0] : IN_NEED[1]);
        if (sendsFile(person)) {
          const document = { dataBase64: fileOf(person).toString('base64'), mime_type: 'application/pdf' };
          await person.say({ type: 'document', document: { ...document, filename: 'screen.pdf' } });
        }
        await heard(person, sky);
        const close = () => sky.post(`/cases/${id}/close`, { text: `${ru ? 'До свидания' : 'Good-bye'} ${hello}` });
        await close();
        await hears(person, hello);
        await person.talk({ say: ru ? 'привет' : 'hello' }, [{ sees: 'quote:start', does: 'end' }]);
      },
      account: async (evidence) =>
        (await Promise.all(people.map((person) => faultsOf(person, cases.get(person), evidence)))).flat(),
    };
  },
};

/** The case that the person's call has opened: somebody who was answered has one. */
async function caseOf(person: Person, sky: Sky): Promise<string> {
  return eventually(async () => {
    const { items: known } = (await sky.get(`/contacts?${person.query}`)) as { items: { id: string }[] };
    let after = '';
    for (;;) {
      const page = (await sky.get(`/cases?state=waiting&limit=200${after}`)) as { items: Case[]; next?: string };
      const found = page.items.find(({ contactId }) => contactId === known[0]?.id);
      if (found || page.next === undefined) return found?.id;
      after = `&after=${page.next}`;
    }
  });
}

/** The agent's words come; in some storms they may not, and the agent goes on all the same. */
async function hears(person: Person, word: string): Promise<void> {
  for (;;) {
    const bubble = await person.answer();
    if (!bubble || JSON.stringify(bubble.payload).includes(word)) return;
  }
}

/** What the person wrote has come in: the agent reads it before closing. */
async function heard(person: Person, sky: Sky): Promise<void> {
  const [contact] = ((await sky.get(`/contacts?${person.query}`)) as { items: { id: string }[] }).items;
  if (!contact) throw new GaveUp('nobody knows them');
  await eventually(async () => {
    const { items } = (await sky.get(`/messages?contactId=${contact.id}&limit=200`)) as { items: Said[] };
    return items.filter(({ direction }) => direction === 'inbound').length >= person.acts.length;
  }, 30_000);
}

async function faultsOf(person: Person, id: string | undefined, evidence: Evidence): Promise<string[]> {
  if (id === undefined) return [];
  const wrong: string[] = [];
  const note = (what: string) => wrong.push(`${person.id}: ${what}`);
  const found = (await evidence.sky.get(`/cases/${id}`)) as Case;
  if (found.state !== 'closed') note(`the case is ${found.state}`);
  const thread = await evidence.threadOf(person);
  const agents = thread.flatMap((message, place) => (message.by === 'operator' ? [place] : []));
  if (agents.length !== 2) note(`the agent said two things, and there are ${agents.length}`);
  // What was written before the agent's words came may have been answered at that very moment; what was written after may not.
  const from = person.acts.find(({ what }) => IN_NEED.includes(what))?.at ?? Infinity;
  const between = thread.slice(0, agents[1] ?? 0).filter(({ by, at }) => by === 'bot' && Date.parse(at) > from);
  if (between[0]) note(`the bot spoke while a human did (§4.15): ${JSON.stringify(between[0].text?.slice(0, 60))}`);
  if (!sendsFile(person)) return wrong;
  const file = found.messages.find(({ type }) => type === 'document')?.media;
  if (file?.state !== 'stored') note(`the file is ${file?.state ?? 'not there'}`);
  else if (file.bytes !== fileOf(person).length) note(`the file has ${file.bytes} bytes`);
  return wrong;
}

import type { Evidence } from '../evidence.js';
import type { Journey } from '../journey.js';
import type { Person } from '../person.js';
import type { Sky } from '../sky.js';

/* A change of number: people choose a language that is not their number's, then their number changes (of those who show none, the BSUID),
 * and they write on at once: the platform's word of the change comes before or after that, or in between. Afterwards each is one contact
 * under the new identities, the old number is nobody's, all they wrote is one thread, and the language is the one they chose. */

export const number: Journey = {
  name: 'number',
  people: 6,
  begin(people, sky) {
    const before = new Map<Person, { phone: string | null }>();
    return {
      async live(person) {
        const menu = await person.talk({ say: 'привет' }, [{ sees: 'lang:en', does: 'end' }]);
        await person.talkOn(menu, { tap: 'lang:en' }, [{ sees: 'lang:ru', does: 'end' }]);
        before.set(person, { phone: person.customer.phone });
        await change(person, sky);
        await person.talk({ say: '?' }, [{ sees: /./, does: 'end' }]);
      },
      account: async (evidence) =>
        (await Promise.all([...before].map(([person, { phone }]) => faultsOf(person, phone, evidence)))).flat(),
    };
  },
};

async function change(person: Person, sky: Sky): Promise<void> {
  const { platform } = sky;
  if (person.customer.phone === null) await platform.post(`/people/${person.id}/change-user-id`, {});
  else await platform.post(`/people/${person.id}/change-number`, { phone: sky.newPhone() });
  person.customer = await platform.person(person.customer);
}

async function faultsOf(person: Person, oldPhone: string | null, evidence: Evidence): Promise<string[]> {
  const wrong: string[] = [];
  const note = (what: string) => wrong.push(`${person.id}: ${what}`);
  const found = await evidence.contactsOf(person);
  if (found.length !== 1) note(`${found.length} contacts have the new identity`);
  const { phone, userId } = person.customer;
  const values = found[0]?.identities.map(({ value }) => value).sort();
  const wanted = [phone, userId].filter((value) => value !== null).sort();
  if (JSON.stringify(values) !== JSON.stringify(wanted)) note('the contact has other identities than the person');
  if (found[0] && found[0].language !== 'en') note(`chose English, and the language is ${found[0].language}`);
  if (oldPhone === null) return wrong;
  const { items } = (await evidence.sky.get(`/contacts?phone=${oldPhone}`)) as { items: unknown[] };
  if (items.length > 0) note('the old number is still somebody’s');
  return wrong;
}

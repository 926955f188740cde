import type { Evidence } from '../evidence.js';
import type { Journey } from '../journey.js';
import type { Manner, Person } from '../person.js';

/* A call-back: everybody orders one, whoever shows no number shares it when asked; every third moves it to another time, every third
 * cancels it. Afterwards nobody has more than one call that stands, and the list of calls says what the last message to the person said:
 * the number, the time that was confirmed, or that nobody will call. */

type Callback = { id: string; phone: string; startsAt: string; state: string };

const SHARED = '77010000009';
const toTheEnd = (end: RegExp, firstOrLast: 'first' | 'last'): readonly Manner[] => [
  { sees: end, does: 'end' },
  { sees: 'call:confirm:', does: { tap: 'call:confirm:' } },
  { sees: 'call:at:', does: { tap: 'call:at:' } },
  { sees: 'call:day:', does: firstOrLast === 'first' ? { tap: 'call:day:' } : { tapLast: 'call:day:' } },
  { sees: 'call:known', does: { tap: 'call:known' } },
  { sees: /Which number should we call|На какой номер/, does: { share: 'number' } },
];
const ORDERED = /^(Записали|It is arranged)/;
const MOVED = /^(Перенесли|Moved)/;
const CANCELLED = /^(Отменили|Cancelled)/;

type Story = 'ordered' | 'moved' | 'cancelled';

export const callBack: Journey = {
  name: 'call-back',
  people: 6,
  begin(people) {
    /** How far each of them got, as they were told. */
    const told = new Map<Person, Story>();
    return {
      async live(person) {
        const ask = { say: person.language === 'ru' ? 'перезвоните мне' : 'please call me back' };
        const ordered = await person.talk(ask, toTheEnd(ORDERED, 'first'));
        told.set(person, 'ordered');
        if (person.place % 3 === 1) {
          await person.talkOn(ordered, { tap: 'call:change:' }, toTheEnd(MOVED, 'last'));
          told.set(person, 'moved');
        } else if (person.place % 3 === 2) {
          await person.talkOn(ordered, { tap: 'call:cancel:' }, [{ sees: CANCELLED, does: 'end' }]);
          told.set(person, 'cancelled');
        }
      },
      account: async (evidence) =>
        (await Promise.all(people.map((person) => faultsOf(person, told.get(person), evidence)))).flat(),
    };
  },
};

async function faultsOf(person: Person, told: Story | undefined, evidence: Evidence): Promise<string[]> {
  const contact = await evidence.contactOf(person);
  if (!contact) return [`${person.id}: nobody knows them`];
  const { items } = (await evidence.sky.get(`/callbacks?contactId=${contact.id}`)) as { items: Callback[] };
  const standing = items.filter(({ state }) => state === 'new');
  const wrong: string[] = [];
  const note = (what: string) => wrong.push(`${person.id}: ${what}`);
  if (standing.length > 1) note(`${standing.length} calls stand`);
  if (items.length > 1) note(`${items.length} calls were ordered, and the person wanted one`);
  const [call] = items;
  if (call && call.phone !== (person.customer.phone ?? SHARED)) note('the call goes to another number');
  // What the last yes was for: an earlier one may have been for another time.
  const yes = person.acts.findLast(({ what }) => what.startsWith('call:confirm:'))?.what.split(':')[2] ?? '';
  const cancels = person.acts.some(({ what }) => what.startsWith('call:cancel:'));
  if (told === undefined) return wrong;
  if (!call) note(`was told "${told}", and no call is there`);
  else if (told === 'cancelled' || cancels) {
    if (call.state !== 'cancelled') note(`cancelled, and the call is ${call.state}`);
  } else if (call.state !== 'new') note(`was told "${told}", and the call is ${call.state}`);
  else if (Date.parse(call.startsAt) !== parseInt(yes, 36)) note('the call is at another time than was confirmed');
  if (told === 'ordered' && contact.topics['service']?.state !== 'in') note('ordered a call, and did not opt in by it');
  return wrong;
}

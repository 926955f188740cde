import { idsOf } from '../../journeys/chat.js';
import { rowsOf } from '../../journeys/whole-store.js';
import type { Journey } from '../journey.js';

/* Stars: people ask something, rate the answer, and then, thinking better of it, tap other stars of the same list. Afterwards exactly
 * one tap of each waits to be counted, however often it arrived, and nothing that the API shows tells who chose what. */

type Summary = { groups: { count: number }[] };
type Tap = { contactId: string; about: string };

const STARS = 'star:';
const AGAIN = /уже оценили|rated this already/;
/** A tap that was not answered is made again. */
const RATED = /оценка принята|rating is noted|уже оценили|rated this already/;

export const stars: Journey = {
  name: 'stars',
  people: 6,
  async begin(people, sky) {
    const published = async () => {
      const { groups } = (await sky.get('/ratings/summary')) as Summary;
      return groups.reduce((sum, { count }) => sum + count, 0);
    };
    const before = await published();
    return {
      async live(person) {
        const ask = person.language === 'ru' ? 'как отписаться от рассылки' : 'how do I unsubscribe from a newsletter';
        const answer = await person.talk({ say: ask }, [{ sees: STARS, does: 'end' }]);
        const rows = idsOf(answer).filter((id) => id.startsWith(STARS));
        const choose = (n: number) => ({ tap: rows[n % rows.length] ?? STARS });
        await person.talkOn(answer, choose(person.place), [{ sees: RATED, does: 'end' }]);
        await person.talkOn(answer, choose(person.place + 1), [{ sees: AGAIN, does: 'end' }]);
      },
      async account(evidence) {
        const raters = people.filter(({ acts }) => acts.some(({ what }) => what.startsWith(STARS)));
        const waiting = (await rowsOf(sky, 'waitingTaps')) as Tap[];
        // A week that closes meanwhile takes them out of the waiting ones, unless they are too few.
        let closed = (await published()) - before;
        const wrong: string[] = [];
        for (const person of raters) {
          const contact = await evidence.contactOf(person);
          const own = waiting.filter(({ contactId, about }) => contactId === contact?.id && about === 'stars').length;
          if (own === 0 && closed > 0) closed -= 1;
          else if (own !== 1) wrong.push(`${person.id}: rated once, and ${own} ratings of theirs wait (§4.2)`);
          const heard = (await evidence.threadOf(person)).filter(({ direction }) => direction === 'inbound');
          if (heard.some(({ text }) => /[★☆]/.test(text ?? '')))
            wrong.push(`${person.id}: the thread tells the stars (§4.8)`);
        }
        return wrong;
      },
    };
  },
};

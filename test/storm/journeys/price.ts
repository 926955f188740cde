import { wordsOf } from '../../journeys/platform.js';
import type { Evidence } from '../evidence.js';
import type { Journey } from '../journey.js';
import type { Person } from '../person.js';

/* The price of a mailing: people answer what they are asked, question by question, whether a question came late or their answer was taken
 * for that to another. Afterwards every price that was told is the one that the API works out for the numbers that stand in it. */

const MANNERS = [
  { sees: /в месяц\*|a month\*/, does: 'end' },
  { sees: 'quote:alphabet:', does: { tap: 'quote:alphabet:cyrillic' } },
  { sees: /Сколько у вас подписчиков|How many subscribers/, does: { say: '10 000' } },
  { sees: /Сколько рассылок|How many mailings/, does: { say: '4' } },
  { sees: /Сколько символов|How many characters/, does: { say: '120' } },
  { sees: /транзакционный|transactional/, does: { say: '30' } },
  { sees: /сервисный трафик|service traffic/, does: { say: '20' } },
] as const;

export const price: Journey = {
  name: 'price',
  people: 6,
  begin: (people) => ({
    async live(person) {
      const ask = person.language === 'ru' ? 'сколько стоит рассылка' : 'how much does a mailing cost';
      await person.talk({ say: ask }, [...MANNERS, { sees: 'quote:start', does: { tap: 'quote:start' } }]);
    },
    account: async (evidence) => (await Promise.all(people.map((person) => faultsOf(person, evidence)))).flat(),
  }),
};

async function faultsOf(person: Person, { sky }: Evidence): Promise<string[]> {
  const wrong: string[] = [];
  for (const words of person.seen.map(wordsOf)) {
    if (!/^\*.*(в месяц|a month)\*/.test(words)) continue;
    const body = askedIn(words);
    const quote = (await sky.post('/quotes', body)) as { totalKopecks: number; benefitKopecks: number };
    for (const kopecks of [quote.totalKopecks, quote.benefitKopecks])
      if (!digitsOf(words).includes(String(kopecks / 100)))
        wrong.push(`${person.id}: ${kopecks} kopecks for ${JSON.stringify(body)}, and was told ${words.slice(0, 60)}`);
  }
  return wrong;
}

/** What the price is of, as the message itself says. */
function askedIn(words: string) {
  const number = (after: RegExp) => Number((after.exec(words)?.[1] ?? '0').replace(/\D/g, ''));
  const segments = number(/(?:SMS в сообщении|SMS per message): (\d+)/);
  return {
    subscribers: number(/(?:Подписчиков|Subscribers): ([\d\s,]+?),? (?:рассылок|mailings)/),
    mailingsPerMonth: number(/(?:рассылок в месяц|mailings a month): ([\d\s,]+?), SMS/),
    alphabet: 'cyrillic',
    // So many fit into so many messages, whichever they were: 70 into one, 67 into each of several.
    characters: segments === 1 ? 70 : segments * 67,
    servicePercent: number(/• (?:сервисный трафик|service traffic), (\d+)\s?%/),
    transactionalPercent: number(/• (?:транзакционный трафик|transactional traffic), (\d+)\s?%/),
  };
}

/** Sums of money as plain digits, whatever stands between thousands. */
const digitsOf = (words: string): string => words.replace(/(\d)[\s\u00a0\u202f,](?=\d{3})/g, '$1');

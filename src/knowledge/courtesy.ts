import { folded } from './fold.js';

/* What people say around a question. It says nothing of what they ask, and two words of greeting outweigh three of question. */

const PHRASES = `
  здравствуйте, здравствуй, здрасте, добрый день, доброе утро, добрый вечер, доброго дня, доброго времени суток, привет, приветствую,
  пожалуйста, пожалуста, плиз, пж, спасибо, заранее спасибо, благодарю, извините, простите, будьте добры, будьте любезны, уважаемые,
  подскажите, подскажи, скажите, скажи, ответьте, объясните, поясните, расскажите, напишите, посоветуйте,
  можете подсказать, не могли бы вы подсказать, могли бы вы подсказать, не подскажете, хотел бы узнать, хотела бы узнать, хочу узнать,
  хотелось бы узнать, можно узнать, хочу спросить, хотел спросить, хотела спросить, можно спросить, у меня вопрос, есть вопрос,
  такой вопрос, вопрос такой, меня интересует, интересует, интересно, слушайте, слушай, кстати, а вот, ну,
  hello, hi, hi there, hello there, hey, good morning, good afternoon, good evening, good day, please, pls, plz, kindly, thanks,
  thanks in advance, thank you, thank you in advance, sorry, excuse me, sorry to bother you, well, so, ok, okay, by the way, btw,
  could you tell me, can you tell me, could you please tell me, can you please tell me, please tell me, could you explain, can you explain,
  i would like to know, id like to know, i want to know, i wanted to know, i was wondering, i wonder, just wondering, wondering,
  i would like to ask, id like to ask, i wanted to ask, can i ask, may i ask, i have a question, quick question, question,
  do you know, any idea, dear team, dear support
`;

const phrases = PHRASES.split(',')
  .map((phrase) => folded(phrase).join(' '))
  .sort((a, b) => b.length - a.length);
const ANYWHERE = new RegExp(`(?<= )(?:${phrases.join('|')})(?= )`, 'g');

/** The words without courtesies, unless they are nothing else. @param words as `folded` makes them */
export function withoutCourtesy(words: readonly string[]): readonly string[] {
  const rest = ` ${words.join(' ')} `.replace(ANYWHERE, '').split(' ').filter(Boolean);
  return rest.length > 0 ? rest : words;
}

import type { Appointment } from '../callbacks/callback-change.js';
import type { OutboundContent } from '../messages/outbound.js';
import { slotWords } from './callback-words.js';
import type { Language } from './session.js';
import { tapId } from './taps.js';
import type { Texts } from './texts.js';

export type CallbackOutcome = 'missed' | 'done' | 'cancelled';

/** What the person is told of their call-back, first thing and not as an answer: each with a way to the menu and to a human, and to
 *  another call where there was none. @param number as one writes it */
export function outcomeContent(
  texts: Texts,
  language: Language,
  outcome: CallbackOutcome,
  appointment: Appointment,
  number: string,
): OutboundContent {
  const menu = { id: tapId({ to: 'menu' }), title: texts.say(language, 'button.menu') };
  const human = { id: tapId({ to: 'human' }), title: texts.say(language, 'button.human') };
  const again = {
    id: tapId({ to: 'callback', act: 'start' }),
    title: texts.say(language, 'callback.anotherTime'),
  };
  switch (outcome) {
    case 'missed':
      return {
        type: 'buttons',
        body: texts.say(language, 'callback.missed', { number }),
        buttons: [again, menu, human],
      };
    case 'done':
      return { type: 'buttons', body: texts.say(language, 'callback.done'), buttons: [menu, human] };
    case 'cancelled': {
      const body = texts.say(language, 'callback.calledOff', { slot: slotWords(texts, language, appointment) });
      return { type: 'buttons', body, buttons: [again, menu, human] };
    }
  }
}

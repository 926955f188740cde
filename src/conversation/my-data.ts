import type { OutboundContent } from '../messages/outbound.js';
import { sayOnly, understood, WEIGHT, type Answer, type Saying, type Scene, type Step } from './scene.js';
import { saidNow } from './consent-view.js';
import type { Facts, Language } from './session.js';
import { waysOn } from './small-answers.js';
import { tapId } from './taps.js';

/* What we know of the person, and that all of it goes.
 *
 * Whoever asks what we know of them gets one message: a summary in words under the whole of it as a file. Neither is made here, nor
 * waits anywhere: both are made of the store at the moment of sending, and the message only says that they belong there.
 *
 * Whoever asks that everything be deleted is asked once, with one button. It is good for a day: old buttons stay tappable, and a thumb
 * that slips on last year's must not cost anybody a year. From the tap on nothing more is heard under this session: what the person
 * writes next is a stranger's. The turn itself says nothing; the last word is said when all is gone (contacts/erasures.ts). Both are
 * heard in any state, muted or while an agent talks. */

export const ERASE_WITHIN_MS = 24 * 3_600_000;
/** Clocks of the platform differ from ours. */
const AHEAD_MS = 60_000;

const always = {
  priority: 'reserved',
  weight: WEIGHT.command,
  evenIf: { muted: true, agentTalks: true },
  lateNeedsHuman: true,
  said: understood,
} as const;

const agentTalks = ({ openCase }: Scene): boolean => openCase?.state === 'open';

const shown: Answer = {
  ...always,
  name: 'myData',
  say: (scene): Saying => {
    const { session, facts } = scene;
    const remove = { tap: { to: 'deleteData' }, title: facts.texts.say(session.language, 'data.delete') } as const;
    return {
      form: 'buttons',
      body: facts.texts.say(session.language, 'data.shown'),
      buttons: [remove, ...(agentTalks(scene) ? [] : waysOn(scene))],
      document: { of: 'personalData' },
    };
  },
};

export const showMyData = (scene: Scene): Step => sayOnly(scene, shown);

const asked: Answer = {
  ...always,
  name: 'erase.ask',
  say: (scene): Saying => {
    const { session, facts, now } = scene;
    const yes = { tap: { to: 'erase', at: now }, title: facts.texts.say(session.language, 'erase.yes') } as const;
    return {
      form: 'buttons',
      body: facts.texts.say(session.language, 'erase.ask'),
      buttons: [yes, ...(agentTalks(scene) ? [] : waysOn(scene))],
    };
  },
};

export const askWhetherToErase = (scene: Scene): Step => sayOnly(scene, asked);

/** @param askedAt when the question was asked that the button belongs to */
export function eraseEverything(scene: Scene, askedAt: number): Step {
  const { at } = saidNow(scene);
  if (at - askedAt > ERASE_WITHIN_MS || askedAt - at > AHEAD_MS) return askWhetherToErase(scene);
  return {
    scene: { ...scene, session: { ...scene.session, dialog: { name: 'menu' }, erasedAt: scene.now } },
    changes: [{ kind: 'data.erase', at: scene.now }],
  };
}

/** The last word to somebody whom we do not know any more: it is no turn's, and stands alone. */
export function lastWord(
  language: Language,
  { texts, companyName }: Pick<Facts, 'texts' | 'companyName'>,
): OutboundContent {
  return {
    type: 'buttons',
    body: texts.say(language, 'erase.done', { company: companyName }),
    buttons: [
      { id: tapId({ to: 'menu' }), title: texts.say(language, 'button.menu') },
      { id: tapId({ to: 'human' }), title: texts.say(language, 'button.human') },
    ],
  };
}

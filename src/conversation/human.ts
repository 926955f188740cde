import type { CaseChange } from '../cases/case-change.js';
import type { OutboundContent } from '../messages/outbound.js';
import { saidNow } from './consent-view.js';
import { isMuted } from './flood.js';
import { askForText, saidLately, wayBack } from './small-answers.js';
import { understood, WEIGHT, type Answer, type Scene, type Step } from './scene.js';
import type { Language, OpenCase } from './session.js';
import { tapId } from './taps.js';
import type { Texts } from './texts.js';
import { whenIs } from './when.js';

/* A human.
 *
 * Whoever asks for one, in words, with a button or from the menu, in any state, gets a case: somebody of the company will answer in
 * this chat, and the reply says by when. Until the agent's first reply the bot goes on answering; asking again opens no second case
 * but tells the time again, or, once it has passed, owns up to that. From the agent's first reply on the bot is silent. "Menu" takes
 * the case back at any moment; the agent closes it too, and the bot returns with the person's next message. A case that an agent
 * answered is closed as well when the person has been silent for 20 hours (src/cases/quiet.ts), and they are told so.
 *
 * A file that is sent while a case waits is for the human, and the bot says that they will see it. */

const promised: Answer = {
  name: 'human',
  weight: WEIGHT.command,
  priority: 'reserved',
  evenIf: { muted: true },
  lateNeedsHuman: true,
  say: (scene) => ({ form: 'buttons', body: bodyOf(scene), buttons: [wayBack(scene)] }),
  lead: leadOf,
  said: understood,
};

/** Opens a case unless one is open, and says when a human will be there. */
export function callHuman(scene: Scene): Step {
  const { session, now, openCase } = scene;
  if (openCase) return { scene, changes: [], answer: promised };
  const opened = newCase(scene);
  const dialog = { name: 'human', caseId: opened.id, since: now } as const;
  return {
    scene: { ...scene, openCase: opened, session: { ...session, dialog } },
    changes: [opening(opened, 'asked')],
    answer: promised,
  };
}

const gotFile: Answer = {
  name: 'file',
  weight: WEIGHT.unreadable,
  priority: 'ordinary',
  lateNeedsHuman: true,
  say: (scene) => ({ form: 'buttons', body: fileBody(scene), buttons: [wayBack(scene)] }),
  said: (session, now) => ({ ...session, askedForTextAt: now }),
};

function fileBody({ session: { language }, facts, now, openCase }: Scene): string {
  if (!openCase || openCase.promisedAt <= now) return facts.texts.say(language, 'human.gotFile');
  const when = whenIs(openCase.promisedAt, language, facts, now);
  return facts.texts.say(language, 'human.gotFileBy', { when });
}

/** A picture, a recording, a document: for the human if one was called, else we ask for words. */
export function takeFile(scene: Scene): Step {
  if (!scene.openCase) return askForText(scene);
  return saidLately(scene) ? { scene, changes: [] } : { scene, changes: [], answer: gotFile };
}

/** A message too old to be answered in free words: nobody but a human may follow it up. */
export function leaveToHuman(scene: Scene): Step {
  if (scene.openCase) return { scene, changes: [] };
  const opened = newCase(scene);
  return {
    scene: { ...scene, openCase: opened },
    changes: [opening(opened, 'lateBacklog')],
  };
}

/** Opened at the platform's time of what asked for it, as a stop is: one that follows within the second must not seem older than the
 *  consent that a case is by itself. */
const newCase = (scene: Scene): OpenCase => ({
  id: scene.facts.nextId(),
  state: 'waiting',
  openedAt: saidNow(scene).at,
  promisedAt: scene.facts.humanBy,
});

const opening = (
  { id, openedAt, promisedAt }: OpenCase,
  reason: Extract<CaseChange, { kind: 'case.open' }>['reason'],
): CaseChange => ({ kind: 'case.open', caseId: id, reason, at: openedAt, promisedAt });

function bodyOf(scene: Scene): string {
  const { session, facts, now, openCase } = scene;
  const { language } = session;
  const { texts } = facts;
  const promisedAt = openCase?.promisedAt ?? facts.humanBy;
  const when = whenIs(promisedAt, language, facts, now);
  const isNew = openCase?.id !== facts.openCase?.id;
  // That the bot answers meanwhile is not true of somebody who is muted.
  if (isNew && isMuted(session.flood, now)) return texts.say(language, 'human.lead', { when });
  if (isNew) return texts.say(language, 'human.called', { when, company: facts.companyName });
  return promisedAt > now ? texts.say(language, 'human.again', { when }) : texts.say(language, 'human.overdue');
}

function leadOf({ session: { language }, facts, now, openCase }: Scene): string | undefined {
  if (!openCase) return undefined; // taken back within the same turn
  if (openCase.promisedAt <= now) return facts.texts.say(language, 'human.leadOverdue');
  return facts.texts.say(language, 'human.lead', { when: whenIs(openCase.promisedAt, language, facts, now) });
}

/** What the bot says when a case is closed because the person fell silent: it is over, and how to come back. @param answered the last word
 *  was the agent's; else nobody wrote after the person did, and we own up to that */
export function closingWord(texts: Texts, language: Language, answered: boolean): OutboundContent {
  const button = (to: 'human' | 'menu') => ({ id: tapId({ to }), title: texts.say(language, `button.${to}`) });
  return {
    type: 'buttons',
    body: texts.say(language, answered ? 'human.closedQuiet' : 'human.closedUnanswered'),
    buttons: [button('human'), button('menu')],
  };
}

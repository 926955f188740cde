import {
  repeatCallbackQuestion,
  takeCallbackCard,
  takeCallbackCourtesy,
  takeCallbackTap,
  takeCallbackText,
  takeCallbackWish,
} from './callback.js';
import { isCancel, takeCancel } from './cancel.js';
import { chooseLanguage } from './language-choice.js';
import { hear, ownWords, type Heard } from './hear.js';
import { callHuman, leaveToHuman, takeFile } from './human.js';
import { guessByCountry, languageAfter } from './language.js';
import { backToMenu, greet, showMenu, showMenuForOldButton } from './menu.js';
import { isMuted, NO_FLOOD, noteOther, noteText, settle } from './flood.js';
import { takeRating, takeTypedStars } from './rating.js';
import { showQuestions, takeArticle, takeQuestion } from './question.js';
import { awaitsForeignText, repeatQuestion, startQuote, takeQuoteTap, takeQuoteText } from './quote.js';
import { replyWith } from './reply.js';
import type { Answer, Scene, Step } from './scene.js';
import type { Dialog, Facts, Input, Session } from './session.js';
import { askForText, takeCourtesy, tellAbout } from './small-answers.js';
import { askWhetherToStop, stopAll, stopTopic, takeBackInWords, takeReason, undoStop } from './stop.js';
import { NOTHING_AGREED } from './consent-view.js';
import { askWhetherToErase, eraseEverything, showMyData } from './my-data.js';
import { enterBy, optIn, optOut, showTopics } from './topics.js';
import type { Tap } from './taps.js';
import { takeCalendar } from './works.js';
import type { ConversationChange, Turn } from './turn.js';

/* One turn of a conversation.
 *
 * Every input takes effect, in order: a call for a human opens its case even if an "ok" follows, each of two taps does what it stands
 * for. But there is one reply: the weightiest answer is said, the last of equal ones, and what else must be told (a stop was
 * heard, a human is coming) stands in front of it. A reply to something older than an hour says how old. Outside the customer
 * service window nothing may be said, so there a human gets a case instead.
 *
 * Where everything about the person is to go, the turn says nothing: the last word is said when all is gone.
 *
 * Silent are: what asks for nothing (a reaction), a person who is muted, a person whom an agent is talking to. A stop is confirmed
 * all the same; "menu" takes the conversation back from the agent. */

type HeardInput = { readonly input: Input; readonly heard: Heard; readonly at: number };

const HOUR_MS = 3_600_000;
/** After so long a silence nobody remembers which question was asked last. */
const FORGET_DIALOG_MS = 24 * HOUR_MS;

/** What a turn comes to. Pure and total: the same arguments give the same turn, and no input makes it throw.
 *  @param session undefined for somebody who has never written
 *  @param inputs what waited, in order, at most 20 @param now ms since 1970 */
export function advance(session: Session | undefined, inputs: readonly Input[], facts: Facts, now: number): Turn {
  const heardInputs = inputs.map((input) => ({ input, heard: hear(input.content), at: timeOf(input, now) }));
  let scene = begin(session ?? newSession(facts), heardInputs, facts, now);
  const changes: ConversationChange[] = [];
  const answers: { readonly answer: Answer; readonly at: number }[] = [];
  for (const one of heardInputs) {
    const noted = note(scene, one);
    const { dialog } = scene.session;
    const step = take({ ...noted.scene, input: { id: one.input.id, at: one.at } }, one.heard);
    scene = step.scene;
    changes.push(...step.changes);
    // What took effect is told, however often the words were said.
    const tookEffect = () => step.changes.some(isEffect) || !isSame(dialog, scene.session.dialog);
    if (step.answer && (!noted.repeated || tookEffect())) answers.push({ answer: step.answer, at: one.at });
  }
  // The last word is said when all is gone, and not by this turn.
  if (scene.session.erasedAt !== undefined) return { session: scene.session, changes: net(changes), replies: [] };
  if (!scene.windowOpen) {
    const left = answers.some(({ answer }) => answer.lateNeedsHuman) ? leaveToHuman(scene) : { scene, changes: [] };
    return { session: left.scene.session, changes: net([...changes, ...left.changes]), replies: [] };
  }
  const muted = isMuted(scene.session.flood, now);
  const agentTalks = scene.openCase?.state === 'open';
  const sayable = answers.filter(
    ({ answer: { evenIf } }) => (!muted || evenIf?.muted) && (!agentTalks || evenIf?.agentTalks),
  );
  const { session: after, reply } = replyWith(scene, sayable);
  const open = reply ? sayable.flatMap(({ answer: { leavesOpen } }) => leavesOpen ?? []) : [];
  return { session: after, changes: [...net(changes), ...open], replies: reply ? [reply] : [] };
}

/** The session of somebody who has never written. */
export const newSession = ({ country, companyLanguage }: Facts): Session => ({
  ...guessByCountry(country, companyLanguage),
  dialog: { name: 'menu' },
  misses: 0,
  flood: NO_FLOOD,
});

/** To come by the same link once more is no news to anybody. */
const isEffect = ({ kind }: ConversationChange): boolean => kind !== 'entry.came';

/** Dialogs are plain JSON; each is written in one place only, so equal ones have their members in one order. */
const isSame = (a: Dialog, b: Dialog): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A case opened and taken back within one turn has never been. */
function net(changes: readonly ConversationChange[]): readonly ConversationChange[] {
  const of = (kind: 'case.open' | 'case.close') =>
    new Set(changes.flatMap((one) => (one.kind === kind ? one.caseId : [])));
  const opened = of('case.open');
  const closed = of('case.close');
  return changes.filter((one) => !('caseId' in one && opened.has(one.caseId) && closed.has(one.caseId)));
}

/** Clocks differ: nothing was written after now, nor before there was a clock (ids of ours spell the time in few characters). */
const timeOf = ({ at }: Input, now: number): number =>
  Number.isFinite(at) ? Math.max(0, Math.floor(Math.min(at, now))) : now;

/** The scene as the inputs find it: an old dialog is forgotten, and so is a case that others have closed. */
function begin(given: Session, inputs: readonly HeardInput[], facts: Facts, now: number): Scene {
  const times = inputs.filter(({ heard }) => heard.kind !== 'nothing').map(({ at }) => at);
  // An erasure that is not done after so long (the store was out) is done some day; until then the person is heard.
  const { erasedAt: _before, ...session } = given;
  const { dialog, lastInputAt } = session;
  const silentMs = lastInputAt === undefined ? 0 : Math.min(...times, now) - lastInputAt;
  const gone = dialog.name === 'human' && facts.openCase?.id !== dialog.caseId;
  const current =
    silentMs > FORGET_DIALOG_MS
      ? backToMenu(session)
      : gone
        ? { ...session, dialog: { name: 'menu' } as const }
        : session;
  const latest = Math.max(...times, lastInputAt ?? -Infinity);
  return {
    session: {
      ...current,
      flood: settle(current.flood, facts, now),
      ...(Number.isFinite(latest) && { lastInputAt: latest }),
    },
    facts,
    now,
    rated: [],
    ...(facts.openCase && { openCase: facts.openCase }),
    ...(facts.callback && { callback: facts.callback }),
    consent: facts.consent ?? NOTHING_AGREED,
    windowOpen: now < facts.windowUntil,
  };
}

/** What an input tells about the person whatever it asks for: their language, and whether they flood us. */
function note(scene: Scene, { input, heard, at }: HeardInput): { scene: Scene; repeated: boolean } {
  if (heard.kind === 'nothing') return { scene, repeated: false };
  const { session } = scene;
  const words = awaitsForeignText(session) ? undefined : ownWords(input.content);
  const language = words === undefined ? undefined : languageAfter(session, words);
  const { flood, repeated } =
    input.content.type === 'text'
      ? noteText(session.flood, input, at)
      : { flood: noteOther(session.flood), repeated: false };
  return { scene: { ...scene, session: { ...session, ...language, flood } }, repeated };
}

function take(scene: Scene, heard: Heard): Step {
  switch (heard.kind) {
    case 'stop':
      return stopAll(leaveDialog(scene));
    case 'maybeStop':
      // The words of a mailing that is to be priced are not the person's own.
      return awaitsForeignText(scene.session) ? takeText(scene, heard.text) : askWhetherToStop(leaveDialog(scene));
    case 'takeBack':
      return takeBackInWords(scene) ?? takeText(scene, heard.text);
    case 'typedStars':
      return awaitsForeignText(scene.session) ? takeText(scene, heard.text) : takeTypedStars(scene);
    case 'topics':
      return showTopics(leaveDialog(scene));
    case 'myData':
      return showMyData(leaveDialog(scene));
    case 'deleteData':
      return askWhetherToErase(leaveDialog(scene));
    case 'human':
      return callHuman(scene);
    case 'menu':
      return showMenu(scene);
    case 'about':
      return tellAbout(scene);
    case 'language':
      return inNewLanguage(chooseLanguage(scene, heard.language));
    case 'quote':
      return startQuote(scene);
    case 'callback':
      return takeCallbackWish(scene, heard.wish, heard.text);
    case 'card':
      return takeCallbackCard(scene, heard.phones, heard.asked) ?? askForText(scene);
    case 'greeting':
      return greet(scene);
    case 'courtesy':
      return (
        takeCallbackCourtesy(scene, heard.text) ??
        repeatQuestion(scene) ??
        (scene.session.greetedAt === undefined ? greet(scene) : takeCourtesy(scene))
      );
    case 'tap':
      return takeTap(scene, heard.tap);
    case 'staleTap':
      return showMenuForOldButton(scene);
    case 'text': {
      const entry = scene.facts.entryOf?.(heard.text);
      return entry ? enterBy(leaveDialog(scene), entry) : takeText(scene, heard.text);
    }
    case 'file':
      return takeFile(scene);
    case 'unreadable':
      return askForText(scene);
    case 'nothing':
      return { scene, changes: [] };
  }
}

function takeTap(scene: Scene, tap: Tap): Step {
  switch (tap.to) {
    case 'menu':
      return showMenu(scene);
    case 'about':
      return tellAbout(scene);
    case 'human':
      return callHuman(scene);
    case 'language':
      return inNewLanguage(chooseLanguage(scene, tap.language));
    case 'questions':
      return showQuestions(scene);
    case 'article':
      return takeArticle(scene, tap.id);
    case 'calendar':
      return takeCalendar(scene, tap.noticeId);
    case 'rate':
      return takeRating(scene, tap);
    case 'quote':
      return takeQuoteTap(scene, tap);
    case 'callback':
      return takeCallbackTap(scene, tap);
    case 'topics':
      return showTopics(scene);
    case 'myData':
      return showMyData(scene);
    case 'deleteData':
      return askWhetherToErase(scene);
    case 'erase':
      return eraseEverything(scene, tap.at);
    case 'optIn':
      return optIn(scene, tap.topic, tap.wording);
    case 'optOut':
      return optOut(scene, tap.topic);
    case 'stop':
      return tap.topic === null ? stopAll(scene) : stopTopic(scene, tap.topic);
    case 'reason':
      return takeReason(scene, tap.topic, tap.reason);
    case 'undo':
      return undoStop(scene, tap.topic, tap.at);
  }
}

/** A question that was being asked is asked again, in the language just chosen. */
const inNewLanguage = (step: Step): Step => repeatCallbackQuestion(step.scene) ?? repeatQuestion(step.scene) ?? step;

/** The scene of somebody who goes elsewhere. */
const leaveDialog = (scene: Scene): Scene =>
  scene.session.dialog.name === 'quote' || scene.session.dialog.name === 'callback'
    ? { ...scene, session: { ...scene.session, dialog: { name: 'menu' } } }
    : scene;

/** A free text belongs to the dialog that the person is in. */
function takeText(scene: Scene, text: string): Step {
  const { dialog } = scene.session;
  switch (dialog.name) {
    case 'quote':
      return takeQuoteText(scene, dialog, text) ?? takeOwnText(leaveDialog(scene), text);
    case 'callback':
      return takeCallbackText(scene, dialog, text) ?? takeOwnText(leaveDialog(scene), text);
    case 'menu':
    case 'human':
      return takeOwnText(scene, text);
  }
}

/** A free text that is no dialog's. */
const takeOwnText = (scene: Scene, text: string): Step =>
  (isCancel(text) ? takeCancel(scene) : undefined) ?? takeQuestion(scene, text);

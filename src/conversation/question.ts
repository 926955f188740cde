import type { Told } from '../knowledge/answers.js';
import type { ArticleId } from '../knowledge/article.js';
import { decide, type Decision } from '../knowledge/decide.js';
import { startCallback } from './callback.js';
import { callHuman } from './human.js';
import { showMenuForOldButton } from './menu.js';
import { askWhetherToErase, showMyData } from './my-data.js';
import { startQuote } from './quote.js';
import { mayAskForStars } from './rating.js';
import { sayOnly, understood, WEIGHT, type Answer, type SaidRow, type Scene, type Step } from './scene.js';
import type { Facts } from './session.js';
import { shorten } from './shorten.js';
import { admitUnknown, humanButton, waysOn } from './small-answers.js';
import { LIMITS } from './wording.js';
import { calendarRows, worksBody } from './works.js';

/* Questions and their answers.
 *
 * A free text that belongs to no dialog is a question. One that an article clearly answers gets the article: title and text, with
 * stars to rate it, the articles to read next, the menu and a human as rows of the same message: ten together. How to stop has a row that
 * does it, and each maintenance window one for the calendar. Where it is less clear, the person is asked which of two or three they meant. Else the bot says that it does not know, and keeps the question, without the person, for
 * the report of unanswered questions. The same is said while nothing has been learnt yet.
 *
 * A question that is a request begins its dialog: the price of a mailing, a call-back, a human, what we know of the person, that it be deleted. Where the dialog does not exist, the article says
 * that a human does it, and leads with one.
 *
 * A row with an article works for as long as there is the article, whatever dialog the person is in; of one that is gone the person is
 * told that the button is old. While an agent has the conversation nothing is looked up. */

/** More would leave no room for five stars within the ten rows. */
const MOST_CHIPS = 3;
/** Beside the menu and the human. */
const MOST_COMMON = LIMITS.rows - 2;

/** What a question comes to; articles that there are not any more are passed over. */
export function lookUp(text: string, { answers }: Facts): Decision {
  return decide(answers.rank(text).filter(({ id }) => answers.article(id, 'en')));
}

/** A free text that belongs to no dialog. */
export function takeQuestion(scene: Scene, text: string): Step {
  if (scene.openCase?.state === 'open') return admitUnknown(scene);
  const found = lookUp(text, scene.facts);
  switch (found.kind) {
    case 'answer':
      return tell(scene, found.articles[0].id, WEIGHT.text, text);
    case 'askBack':
      return sayOnly(scene, meant(found.articles.map(({ id }) => id)));
    case 'unknown':
      return admitUnknown(scene, text);
  }
}

/** A row with an article. */
export const takeArticle = (scene: Scene, id: ArticleId): Step => tell(scene, id, WEIGHT.command);

/** The commonest questions, from the menu. */
export const showQuestions = (scene: Scene): Step => sayOnly(scene, common);

function tell(scene: Scene, id: ArticleId, weight: Answer['weight'], text?: string): Step {
  const article = scene.facts.answers.article(id, scene.session.language);
  if (!article) return showMenuForOldButton(scene);
  if (article.starts === 'human') return callHuman(scene);
  if (article.starts === 'quote') return startQuote(scene);
  if (article.starts === 'callback') return startCallback(scene, text);
  if (article.starts === 'my-data') return showMyData(scene);
  if (article.starts === 'delete-data') return askWhetherToErase(scene);
  return sayOnly(scene, told(id, weight));
}

const ordinary = { priority: 'ordinary', lateNeedsHuman: true } as const;

const told = (id: ArticleId, weight: Answer['weight']): Answer => ({
  ...ordinary,
  name: `article:${id}`,
  weight,
  say: (scene) => {
    const { session, facts } = scene;
    const article = facts.answers.article(id, session.language);
    const acts = actsUnder(scene, id, article);
    const chips = article?.chips.slice(0, MOST_CHIPS - acts.length) ?? [];
    // A human does for now what there is no dialog for, and stands first there.
    const ways = waysOn(scene);
    const rows = [...acts, ...articleRows(scene, chips)];
    const asks = isRatable(scene, article);
    return {
      form: 'list',
      body: article ? bodyOf(scene, article) : facts.texts.say(session.language, 'menu.stale'),
      button: facts.texts.say(session.language, asks ? 'stars.open' : 'answer.more'),
      rows: isHumans(article) ? [...ways.toReversed(), ...rows] : [...rows, ...ways],
      ...(asks && { asks: { about: 'stars', topic: id } as const }),
    };
  },
  said: (session) => ({ ...understood(session), ratingTopic: id }),
});

/** An answer is rated in the message that gives it; that a human will have to do it is none. */
const isRatable = (scene: Scene, article: Told | undefined): boolean =>
  article !== undefined && !isHumans(article) && mayAskForStars(scene);

function bodyOf(scene: Scene, { title, short, long, starts }: Told): string {
  const { session, facts } = scene;
  if (starts === 'maintenance') return worksBody(scene, `*${title}*`, long);
  const text = starts === undefined ? long : `${short}\n\n${facts.texts.say(session.language, 'answer.byHuman')}`;
  return `*${title}*\n\n${text}`;
}

/** Nobody but a human can do it for now. */
const isHumans = (article: Told | undefined): boolean =>
  article?.starts !== undefined && article.starts !== 'maintenance';

/** Which of these was meant? Neither understood nor a miss. */
const meant = (ids: readonly ArticleId[]): Answer => ({
  ...ordinary,
  name: 'askBack',
  weight: WEIGHT.text,
  say: (scene) => {
    const { session, facts } = scene;
    const rows = articleRows(scene, ids);
    const titles = rows.map(({ title }) => `• ${title}`).join('\n');
    return {
      form: 'list',
      body: facts.texts.say(session.language, 'askBack', { titles }),
      button: facts.texts.say(session.language, 'answer.choose'),
      rows: [...rows, ...waysOn(scene)],
    };
  },
});

const common: Answer = {
  ...ordinary,
  name: 'questions',
  weight: WEIGHT.command,
  say: (scene) => {
    const { session, facts } = scene;
    const { texts, answers } = facts;
    const rows = articleRows(scene, answers.common).slice(0, MOST_COMMON);
    return {
      form: 'list',
      body: texts.say(session.language, 'questions.body'),
      button: texts.say(session.language, 'answer.choose'),
      rows: [...rows, ...waysOn(scene)],
    };
  },
  said: understood,
};

/** What can be done about it with one tap. */
function actsUnder(scene: Scene, id: ArticleId, article: Told | undefined): readonly SaidRow[] {
  if (id === 'opt-out') return [stopRow(scene)];
  return article?.starts === 'maintenance' ? calendarRows(scene) : [];
}

const stopRow = ({ session, facts }: Scene): SaidRow => ({
  tap: { to: 'stop', topic: null },
  title: facts.texts.say(session.language, 'topics.stopAll'),
});

/** Rows of articles; none that would only repeat the human's own. */
function articleRows(scene: Scene, ids: readonly ArticleId[]): readonly SaidRow[] {
  const { session, facts } = scene;
  const human = humanButton(scene);
  return ids.flatMap((id): SaidRow[] => {
    const article = facts.answers.article(id, session.language);
    if (!article) return [];
    if (article.starts === 'human') return [];
    const title = shorten(article.title, LIMITS.rowTitle);
    if (title === human.title) return [];
    return [{ tap: { to: 'article', id }, title, description: shorten(article.short, LIMITS.rowDescription) }];
  });
}

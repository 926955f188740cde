import { sayOnly, WEIGHT, type Answer, type Scene, type Step } from './scene.js';
import { waysOn } from './small-answers.js';
import type { RateTap } from './star-tap.js';

/* Stars.
 *
 * An answer from an article is itself the list to rate it with. The first tap of an ask counts; what is said and offered then is the same
 * whatever was chosen: thanks, the choice of what it was about, the menu, a human. What it was about is asked once, counted in the same
 * way, and thanked for. A later tap of the same ask is told that the first one counts; one that comes when its week is long over, that it
 * comes too late. Stars in words get the list, since words stay in the chat and are nobody's secret.
 *
 * Nothing is asked while a human has the conversation or is to have it. While one is talking a tap still counts, in silence. */

const ordinary = { priority: 'ordinary', lateNeedsHuman: false } as const;

/** A tap on a row of stars, or of what they were about. */
export function takeRating(scene: Scene, tap: RateTap): Step {
  const { ask } = tap;
  const standing = scene.rated.includes(ask.id) ? 'rated' : (scene.facts.ratings?.standingOf(tap) ?? 'tooLate');
  switch (standing) {
    case 'rated':
      return sayOnly(scene, told('rated.again'));
    case 'tooLate':
      return sayOnly(scene, told('rated.tooLate'));
    case 'counts':
      return {
        scene: { ...scene, rated: [...scene.rated, ask.id] },
        changes: [{ kind: 'rating.tap', ask, key: tap.key, sealed: tap.sealed }],
        answer: ask.about === 'stars' ? thanked(ask.topic) : { ...told('rated.reason'), lead: ratedLead },
      };
  }
}

/** "5 звёзд", "⭐⭐⭐": the list, about what the person was asked to rate last. */
export const takeTypedStars = (scene: Scene): Step => sayOnly(scene, typed);

/** Whether a message may ask for stars. */
export const mayAskForStars = ({ facts, openCase }: Scene): boolean =>
  facts.ratings !== undefined && openCase === undefined;

const ratedLead = ({ session, facts }: Scene): string => facts.texts.say(session.language, 'rated.lead');

const told = (key: 'rated.again' | 'rated.tooLate' | 'rated.reason'): Answer => ({
  ...ordinary,
  name: key,
  weight: WEIGHT.courtesy,
  say: (scene) => ({
    form: 'buttons',
    body: scene.facts.texts.say(scene.session.language, key),
    buttons: waysOn(scene),
  }),
});

const thanked = (topic: string): Answer => ({
  ...ordinary,
  name: 'rated.thanks',
  // Of a question in the same turn the answer is said, with a word of thanks before it.
  weight: WEIGHT.greeting,
  say: (scene) => {
    const { session, facts } = scene;
    const body = facts.texts.say(session.language, 'rated.thanks');
    if (!mayAskForStars(scene)) return { form: 'buttons', body: ratedLead(scene), buttons: waysOn(scene) };
    const button = facts.texts.say(session.language, 'answer.choose');
    return { form: 'list', body, button, rows: waysOn(scene), asks: { about: 'reasons', topic } };
  },
  lead: ratedLead,
});

const typed: Answer = {
  ...ordinary,
  name: 'stars.typed',
  weight: WEIGHT.command,
  say: (scene) => {
    const { session, facts } = scene;
    const { ratingTopic = SERVICE } = session;
    if (!mayAskForStars(scene))
      return { form: 'buttons', body: facts.texts.say(session.language, 'courtesy'), buttons: waysOn(scene) };
    return {
      form: 'list',
      body: facts.texts.say(session.language, 'stars.typed'),
      button: facts.texts.say(session.language, 'stars.open'),
      rows: waysOn(scene),
      asks: { about: 'stars', topic: ratingTopic },
    };
  },
};

/** What people did, not an article. */
const SERVICE = 'service';

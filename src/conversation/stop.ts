import { waysOn } from './small-answers.js';
import { understood, WEIGHT, type Answer, type Scene, type Step } from './scene.js';

/* Stop.
 *
 * In any state, muted or with an agent, a stop is confirmed in one sentence. Nothing unsolicited is sent to anybody yet, so there is
 * nothing to take away from the person and no change follows; once there are topics to opt in to, the withdrawal is a change that
 * `stop` returns here, in the same commit as the confirmation. */

const stopped: Answer = {
  name: 'stop',
  weight: WEIGHT.command,
  priority: 'reserved',
  evenIf: { muted: true, agentTalks: true },
  lateNeedsHuman: false,
  // A menu button would take the conversation from the agent by a slip of the finger.
  say: (scene) =>
    scene.openCase?.state === 'open'
      ? { form: 'text', body: sentence(scene) }
      : { form: 'buttons', body: sentence(scene), buttons: waysOn(scene) },
  lead: sentence,
  said: understood,
};

function sentence({ session, facts }: Scene): string {
  return facts.texts.say(session.language, 'stop');
}

export const stop = (scene: Scene): Step => ({ scene, changes: [], answer: stopped });

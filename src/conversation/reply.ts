import type { OutboundContent } from '../messages/outbound.js';
import { mute, noteReply, permit } from './flood.js';
import { menuContent } from './menu.js';
import type { Answer, Saying, Scene } from './scene.js';
import type { Session } from './session.js';
import { shorten } from './shorten.js';
import { humanButton } from './small-answers.js';
import { tapId } from './taps.js';
import type { Reply } from './turn.js';
import { LIMITS } from './wording.js';

const HOUR_MS = 3_600_000;
const FILE_NAMES = { personalData: 'my-data.json', window: 'maintenance.ics' } as const;

/** Makes one reply of what a turn has to say, if the limits allow one, and the session that remembers it. */
export function replyWith(
  scene: Scene,
  answers: readonly { readonly answer: Answer; readonly at: number }[],
): { session: Session; reply?: Reply } {
  const { session, facts, now } = scene;
  const best = answers.reduce<(typeof answers)[number] | undefined>(
    (before, one) => (before && before.answer.weight > one.answer.weight ? before : one),
    undefined,
  );
  if (!best) return { session };
  const { answer } = best;
  const others = answers.map((one) => one.answer).filter((other) => other.name !== answer.name);
  const reserved = [answer, ...others].some((one) => one.priority === 'reserved' && (one === answer || one.lead));
  const priority = reserved ? 'reserved' : 'ordinary';
  switch (permit(session.flood, priority, facts, now)) {
    case 'silence':
      return { session };
    case 'lastWord': {
      const body = facts.texts.say(session.language, 'muted');
      const flood = mute(noteReply(session.flood, facts, now), now);
      return {
        session: { ...session, flood },
        reply: { content: contentOf(scene, { form: 'buttons', body, buttons: [humanButton(scene)] }), priority },
      };
    }
    case 'say': {
      const saying = answer.say(scene);
      const body = [...leadsOf(scene, best, others), saying.body].join('\n\n');
      const said = answer.said?.(session, now) ?? session;
      const flood = noteReply(session.flood, facts, now);
      return {
        session: { ...said, greetedAt: said.greetedAt ?? now, flood },
        reply: { content: contentOf(scene, { ...saying, body }), priority },
      };
    }
  }
}

/** What stands in front of an answer: how late it is, who speaks, what else took effect. */
function leadsOf(scene: Scene, { answer, at }: { answer: Answer; at: number }, others: readonly Answer[]): string[] {
  const { session, facts, now } = scene;
  const { language } = session;
  const leads: string[] = [];
  if (session.greetedAt === undefined && answer.name !== 'greeting')
    leads.push(facts.texts.say(language, 'hello', { company: facts.companyName }));
  const hours = Math.floor((now - at) / HOUR_MS);
  if (hours >= 1) leads.push(facts.texts.say(language, 'late', { hours }));
  const byName = new Map(others.map((other) => [other.name, other.lead?.(scene)]));
  for (const lead of byName.values()) if (lead !== undefined) leads.push(lead);
  return leads;
}

function contentOf(scene: Scene, saying: Saying): OutboundContent {
  const body = shorten(saying.body, LIMITS.interactiveBody);
  if (saying.form === 'text') return { type: 'text', body };
  if (saying.form === 'contactRequest') return { type: 'contactRequest', body };
  if (saying.form === 'menu') return menuContent(scene, body);
  if (saying.form === 'list') return listOf(scene, saying, body);
  if (saying.form === 'sections') {
    const sections = saying.sections.map(({ rows, ...title }) => ({
      ...title,
      rows: rows.map(({ tap, ...row }) => ({ id: tapId(tap), ...row })),
    }));
    return { type: 'list', body, button: saying.button, sections };
  }
  const buttons = saying.buttons.slice(0, LIMITS.buttons).map(({ tap, title }) => ({ id: tapId(tap), title }));
  if (saying.document === undefined) return { type: 'buttons', body, buttons };
  const fileName = FILE_NAMES[saying.document.of];
  const document = { ...saying.document, language: scene.session.language, fileName };
  return { type: 'buttons', body, buttons, document };
}

function listOf(
  { session, facts }: Scene,
  { asks, button, rows }: Saying & { form: 'list' },
  body: string,
): OutboundContent {
  const room = LIMITS.rows - (asks ? LIMITS.askRows : 0);
  const shown = rows.slice(0, room).map(({ tap, ...row }) => ({ id: tapId(tap), ...row }));
  if (!asks) return { type: 'list', body, button, sections: [{ rows: shown }] };
  const { language } = session;
  return {
    type: 'list',
    body,
    button,
    sections: [{ title: facts.texts.say(language, 'stars.else'), rows: shown }],
    ask: { id: facts.nextId(), ...asks, language },
  };
}

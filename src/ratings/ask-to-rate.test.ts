import assert from 'node:assert/strict';
import { newSession } from '../conversation/advance.js';
import { factsFor, MONDAY_NOON, offersOf } from '../conversation/play.js';
import type { Session } from '../conversation/session.js';
import { loadTexts } from '../load-texts.js';
import { validateOutbound } from '../platform/outbound-limits.js';
import { ASK_AGAIN_MS, askToRate, type Closed } from './ask-to-rate.js';

const HOUR = 3_600_000;
const NOW = MONDAY_NOON;
const texts = loadTexts();
let ids = 0;
const deps = { texts, newId: () => `id${(ids += 1)}` } as const;

const talk = (session: Partial<Session> = {}, lastInboundAt = NOW - HOUR) => ({
  session: { ...newSession(factsFor(texts, NOW)), ...session },
  lastInboundAt,
});
const ask = (more: Partial<Closed> = {}, now = NOW) =>
  askToRate(deps, { what: 'case', conversation: talk(), humanTalks: false, ...more }, now);
const contentOf = (more: Partial<Closed> = {}) => {
  const content = ask(more)?.content;
  assert.ok(content?.type === 'list');
  return content;
};

describe('the question for stars after a case or a call-back', () => {
  it('is a list of stars, the menu and a human, about the service, in the person’s language', () => {
    const content = contentOf();
    assert.match(content.body, /^Ваше обращение закрыто/);
    assert.deepEqual(offersOf(content), ['menu:open', 'menu:human']);
    assert.deepEqual({ ...content.ask, id: '' }, { id: '', about: 'stars', topic: 'service', language: 'ru' });
    assert.deepEqual(validateOutbound(content), []);
    const english = { conversation: talk({ language: 'en', languageFrom: 'words' }) } as const;
    assert.match(contentOf(english).body, /^Your request is closed/);
    assert.match(contentOf({ ...english, what: 'callback' }).body, /^How was the call/);
  });

  it('stands in one message with what became of the thing; words that leave it no room go without it', () => {
    assert.match(contentOf({ lead: 'Мы всё починили.' }).body, /^Мы всё починили\.\n\nКак мы справились\?/);
    assert.equal(ask({ lead: 'Мы всё починили. '.repeat(60) }), undefined);
  });

  it('is not asked again for 7 days', () => {
    const session = ask()?.session;
    const later = (afterMs: number) => ask({ conversation: talk(session, NOW + afterMs - HOUR) }, NOW + afterMs);
    assert.equal(later(ASK_AGAIN_MS - 1), undefined);
    assert.ok(later(ASK_AGAIN_MS));
    assert.equal(session?.ratingTopic, 'service');
  });

  it('is never asked outside the window, nor while a human talks, nor of somebody who never wrote', () => {
    assert.equal(ask({ conversation: talk({}, NOW - 24 * HOUR) }), undefined);
    assert.equal(ask({ humanTalks: true }), undefined);
    assert.equal(ask({ conversation: undefined }), undefined);
    assert.equal(ask({ conversation: { session: null, lastInboundAt: NOW } }), undefined);
  });
});

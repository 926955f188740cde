import assert from 'node:assert/strict';
import type { ContactRow } from '../contacts/contact-tables.js';
import { newSession } from '../conversation/advance.js';
import { factsFor, MONDAY_NOON, offersOf } from '../conversation/play.js';
import type { Session } from '../conversation/session.js';
import type { OutboxRow } from '../delivery/outbox-table.js';
import { loadTexts } from '../load-texts.js';
import type { ConversationRow } from '../messages/message-tables.js';
import { validateOutbound } from '../platform/outbound-limits.js';
import { ASK_AGAIN_MS, closingWord, type Closed } from './ask-to-rate.js';

const HOUR = 3_600_000;
const texts = loadTexts();
const NOW = MONDAY_NOON;
let ids = 0;
const deps = { texts, companyLanguage: 'ru', newId: () => `id${(ids += 1)}` } as const;

const contact = { id: 'c1', personKey: 'k1', language: 'en' } as unknown as ContactRow;
const conversation = (session: Partial<Session> | null, lastInboundAt = NOW - HOUR): ConversationRow => ({
  id: '1:k1',
  phoneNumberId: '1',
  personKey: contact.personKey,
  contactId: contact.id,
  session: session && { ...newSession(factsFor(texts, NOW)), ...session },
  lastInboundAt,
  version: 7,
});
const closed = (more: Partial<Closed> = {}): Closed => ({
  contact,
  conversation: conversation({}),
  what: 'case',
  humanTalks: false,
  ...more,
});
const rowOf = (word: ReturnType<typeof closingWord>): OutboxRow => {
  const op = word.ops.find((one) => one.op === 'insert');
  assert.ok(op?.op === 'insert');
  return op.row as OutboxRow;
};
const NOTHING = { ops: [], asks: false };

describe('the question for stars after a case or a call-back', () => {
  it('is a list of stars, the menu and a human, about the service, in the person’s language, inside the window only', () => {
    const word = closingWord(deps, closed(), NOW);
    const { content, purpose, topic, uselessAfter, id } = rowOf(word);
    assert.ok(word.asks && word.outboxId === id);
    assert.deepEqual([purpose, topic], ['operator', 'service']);
    assert.equal(uselessAfter, NOW + 22 * HOUR + 55 * 60_000);
    assert.ok(content?.type === 'list');
    assert.match(content.body, /^Ваше обращение закрыто/);
    assert.deepEqual(offersOf(content), ['menu:open', 'menu:human']);
    assert.deepEqual({ ...content.ask, id: '' }, { id: '', about: 'stars', topic: 'service', language: 'ru' });
    assert.deepEqual(validateOutbound(content), []);
    const english = closed({ conversation: conversation({ language: 'en' }), what: 'callback' });
    const asked = rowOf(closingWord(deps, english, NOW)).content;
    assert.ok(asked?.type === 'list' && asked.ask?.language === 'en');
    assert.match(asked.body, /^How was the call/);
  });

  it('stands in one message with what became of the thing, which is shortened where both would not fit', () => {
    const lead = 'Мы починили. '.repeat(200);
    const content = rowOf(closingWord(deps, closed({ lead }), NOW)).content;
    assert.ok(content?.type === 'list');
    assert.match(content.body, /^Мы починили\. /);
    assert.match(content.body, /\n\nВаше обращение закрыто/);
    assert.deepEqual(validateOutbound(content), []);
  });

  it('is not asked again for 7 days, which the same commit notes: then only what became of it is said', () => {
    const op = closingWord(deps, closed(), NOW).ops.find((one) => one.op === 'set');
    assert.ok(op?.op === 'set');
    assert.deepEqual([op.when, op.set['version']], [{ version: 7 }, 8]);
    const asked = conversation(op.set['session'] as Session, NOW + ASK_AGAIN_MS - HOUR);
    const again = closed({ conversation: asked });
    assert.deepEqual(closingWord(deps, again, NOW + ASK_AGAIN_MS - 1), NOTHING);
    const told = closingWord(deps, { ...again, lead: 'Готово.' }, NOW + ASK_AGAIN_MS - 1);
    assert.equal(told.asks, false);
    const { content } = rowOf(told);
    assert.ok(content?.type === 'buttons' && content.body === 'Готово.');
    assert.ok(closingWord(deps, again, NOW + ASK_AGAIN_MS).asks);
  });

  it('is never asked outside the window, nor while a human talks, nor of somebody we have no conversation with', () => {
    const lead = 'Готово.';
    const late = conversation({}, NOW - 24 * HOUR);
    assert.deepEqual(closingWord(deps, closed({ conversation: late, lead }), NOW), NOTHING);
    assert.deepEqual(closingWord(deps, closed({ humanTalks: true }), NOW), NOTHING);
    assert.deepEqual(rowOf(closingWord(deps, closed({ humanTalks: true, lead }), NOW)).content, {
      type: 'text',
      body: lead,
    });
    assert.deepEqual(closingWord(deps, closed({ conversation: conversation(null) }), NOW), NOTHING);
  });
});

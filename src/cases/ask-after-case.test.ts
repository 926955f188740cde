import assert from 'node:assert/strict';
import { testLedger } from '../consent/ledger.fixture.js';
import { newSession } from '../conversation/advance.js';
import { factsFor, MONDAY_NOON } from '../conversation/play.js';
import type { OutboxRow } from '../delivery/outbox-table.js';
import { loadTexts } from '../load-texts.js';
import { aContact } from '../messages/thread.fixture.js';
import { conversations } from '../messages/message-tables.js';
import { closeOps, operatorRow, withQuestion, type Closing } from './act-on-case.js';
import { askAfterCase } from './ask-after-case.js';
import type { CaseScene } from './case-scene.js';

const HOUR = 3_600_000;
const NOW = MONDAY_NOON;
const texts = loadTexts();
let ids = 0;
const newId = () => `id${(ids += 1)}`;
const deps = { ledger: testLedger, newId, askToRate: askAfterCase({ texts, newId }) } as const;

const contact = aContact('p');
const scene = (state: 'waiting' | 'open', wroteAgoMs = HOUR): CaseScene => ({
  row: {
    ...{ id: 'c', phoneNumberId: '1000', contactId: contact.id, state, reason: 'asked', version: 3, owner: null },
    ...{ openedAt: NOW - 2 * HOUR, promisedAt: NOW, repliedAt: NOW - HOUR, closedAt: null, closedBy: null },
  },
  contact,
  conversation: {
    ...{ id: '1000:key', phoneNumberId: '1000', personKey: contact.personKey, contactId: contact.id, version: 5 },
    session: newSession(factsFor(texts, NOW)),
    lastInboundAt: NOW - wroteAgoMs,
  },
  guard: undefined,
  otherCases: 0,
  last: undefined,
});
const say = (of: CaseScene, body: string): OutboxRow => operatorRow(of, newId(), { type: 'text', body }, NOW);
const asked = ({ words }: Closing) => (words?.content?.type === 'list' ? words.content : undefined);

describe('a case that closes', () => {
  it('asks for stars where a human has answered, in the last words if there are some', () => {
    const open = scene('open');
    assert.match(asked(withQuestion(open, { by: 'agent', now: NOW }, deps))?.body ?? '', /^Ваше обращение закрыто/);
    const words = say(open, 'Всё работает.');
    const closing = withQuestion(open, { by: 'agent', now: NOW, words }, deps);
    assert.match(asked(closing)?.body ?? '', /^Всё работает\.\n\nКак мы справились/);
    assert.deepEqual([closing.words?.id, closing.words?.topic], [words.id, 'service']);
  });

  it('does not where nobody came, nor outside the window, nor while another case is open: the last words go by themselves', () => {
    for (const of of [scene('waiting'), scene('open', 24 * HOUR), { ...scene('open'), otherCases: 1 }]) {
      const words = say(of, 'Всё работает.');
      assert.deepEqual(withQuestion(of, { by: 'agent', now: NOW, words }, deps).words, words);
      assert.equal(withQuestion(of, { by: 'silence', now: NOW }, deps).words, undefined);
    }
  });

  it('is not followed by the question for 7 days after another one, which the same commit notes', () => {
    const open = scene('open');
    const ops = closeOps(open, withQuestion(open, { by: 'agent', now: NOW }, deps), deps);
    const [op] = ops.filter((one) => one.op === 'set' && one.table === conversations);
    assert.ok(op?.op === 'set' && open.conversation);
    assert.deepEqual([op.when, op.set['version']], [{ version: 5 }, 6]);
    const session = op.set['session'] as NonNullable<typeof open.conversation.session>;
    const next = { ...open, conversation: { ...open.conversation, session } };
    assert.equal(withQuestion(next, { by: 'agent', now: NOW }, deps).words, undefined);
  });
});

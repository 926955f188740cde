import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Update } from '../src/inbox/update.js';
import { MAX_UPDATES, readUpdates } from './read-updates.js';

const BIG = '@big@'; // stands for an integer beyond 2^53, which `JSON.stringify` cannot write
const json = (value: unknown): Buffer =>
  Buffer.from(JSON.stringify(value).replaceAll(`"${BIG}"`, '12345678901234567890'));
const bytes = (value: unknown): Buffer => (typeof value === 'string' ? Buffer.from(value) : json(value));

function read(body: Uint8Array): Update[] {
  const result = readUpdates(body);
  assert(result.kind === 'ok');
  return result.updates;
}

const withoutRaw = (updates: readonly Update[]) => updates.map(({ raw: _raw, ...update }) => update);

/** What is kept of every update says that update and nothing else. */
function assertKeptApart(updates: readonly Update[]): void {
  for (const update of updates) {
    if (update.raw.length === 0) assert.equal(update.kind, 'status');
    else assert.deepEqual(withoutRaw(read(update.raw)), withoutRaw([update]));
  }
}

const realPayloads = readdirSync('test/payloads')
  .filter((name) => name.endsWith('.json') && !name.endsWith('.expected.json'))
  .map((name) => JSON.parse(readFileSync(`test/payloads/${name}`, 'utf8')) as unknown);

const metadata = { display_phone_number: '15550100001', phone_number_id: 'PN_1' };
const envelope = (...values: readonly unknown[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: 'WABA_1', changes: values.map((value) => ({ field: 'messages', value })) }],
});
const textMessage = (id: string, more: object = {}) => ({
  id,
  from: '77010000001',
  timestamp: '1790000001',
  type: 'text',
  text: { body: 'hi' },
  ...more,
});

const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(BIG), fc.constant('star:x'));

/** A real payload with some of its parts replaced, removed or doubled. */
const mutated: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(...realPayloads), fc.array(fc.tuple(fc.nat(), anyJson), { maxLength: 4 }))
  .map(([payload, changes]) => {
    const copy = structuredClone(payload);
    for (const [pick, replacement] of changes) {
      const places: [Record<string, unknown>, string][] = [];
      const visit = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return;
        for (const name of Object.keys(node)) {
          places.push([node as Record<string, unknown>, name]);
          visit((node as Record<string, unknown>)[name]);
        }
      };
      visit(copy);
      const place = places[pick % Math.max(places.length, 1)];
      if (!place) continue;
      const [node, name] = place;
      if (pick % 7 === 0) delete node[name];
      else if (Array.isArray(node) && pick % 3 === 0) node.push(structuredClone(node[Number(name)]));
      else node[name] = replacement;
    }
    return copy;
  });

describe('readUpdates', () => {
  it('says what is not JSON, and nothing else is refused', () => {
    for (const text of ['', '{', 'hello', '{"a":1}}', '[1,]', '1234567890123456789x']) {
      assert.deepEqual(readUpdates(bytes(text)), { kind: 'notJson' }, text);
    }
    for (const text of ['null', '1', '"x"', '[]', '{}', '\ufeff{}', '12345678901234567890']) {
      assert.equal(read(bytes(text)).length, 1, text);
    }
  });

  it('never throws, finds something in every JSON and keeps each thing apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const updates = read(json(value));
        assert(updates.length > 0);
        assertKeptApart(updates);
      }),
      { numRuns: 200 },
    );
  });

  it('reads payloads of Meta with anything in them changed, without throwing, each thing kept apart', () => {
    fc.assert(
      fc.property(mutated, (payload) => {
        const updates = read(json(payload));
        assert(updates.length > 0);
        assertKeptApart(updates);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same keys to the same POST sent again, whatever is in it', () => {
    fc.assert(
      fc.property(mutated, (payload) => {
        assert.deepEqual(read(json(payload)), read(json(payload)));
      }),
      { numRuns: 100 },
    );
  });

  it('lets the neighbours of a bad item live', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (bad, worse) => {
        const value = {
          metadata,
          messages: [bad, textMessage('wamid.1'), worse, textMessage('wamid.2')],
          statuses: [worse, { id: 'wamid.3', status: 'sent' }, bad],
        };
        const updates = read(bytes({ ...envelope(value), more: bad }));
        const wamids = updates.flatMap((update) => ('wamid' in update ? [update.wamid as string] : []));
        assert(['wamid.1', 'wamid.2', 'wamid.3'].every((wamid) => wamids.includes(wamid)));
        assertKeptApart(updates);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the bytes of a lone item as they came', () => {
    const body = bytes('\n {"object":"whatsapp_business_account", "entry":[{"changes":[{"field":"x","value":1.0}]}]} ');
    assert.equal(read(body)[0]?.raw, body);
  });

  it('survives a payload nested as deep as it is long, its neighbours too', () => {
    const deep = '['.repeat(400_000) + ']'.repeat(400_000);
    assert.equal(read(bytes(deep)).length, 1);
    const message = JSON.stringify(textMessage('wamid.1'));
    const value = `{"metadata":{"phone_number_id":"PN_1"},"messages":[{"x":${deep}},${message}],"y":12345678901234567890}`;
    const updates = read(bytes(`{"entry":[{"changes":[{"field":"messages","value":${value}}]}]}`));
    assert.deepEqual(
      updates.map(({ kind }) => kind),
      ['unknown', 'message', 'unknown'],
    );
    assertKeptApart(updates);
    const star = `{"entry":[{"changes":[{"field":"z","value":{"id":"star:x","title":"Five","deep":${deep}}}]}]}`;
    const [kept] = read(bytes(star));
    assert.doesNotMatch(Buffer.from(kept?.raw ?? []).toString(), /Five/);
  });

  it('is bounded: a POST too large to be Meta’s is cut, its rest kept as one thing', () => {
    const post = (count: number) =>
      bytes(
        envelope(
          { metadata, statuses: [{ id: 'wamid.0', status: 'read' }] },
          { metadata, messages: Array(count).fill(7) },
        ),
      );
    const updates = read(post(200_000));
    assert.equal(updates.length, 2);
    assertKeptApart(updates);
    assert.equal(read(bytes({ entry: Array(1_500_000).fill(0) })).length, MAX_UPDATES + 1);
    assert.equal(read(post(1_000)).length, 1_001);
  });

  it('finds the contact by identity and never by position, and keeps no other with a message', () => {
    const contacts = [
      { profile: { name: 'Other' }, wa_id: '77010000009', user_id: 'KZ.other' },
      { profile: { name: 'Own' }, wa_id: '77010000001', user_id: 'KZ.own' },
    ];
    const messages = [textMessage('wamid.1', { from_user_id: 'KZ.own' }), textMessage('wamid.2')];
    const updates = read(bytes(envelope({ metadata, contacts, messages })));
    for (const update of updates) {
      assert(update.kind === 'message');
      assert.equal(update.sender.name, 'Own');
      assert.equal(update.sender.userId, 'KZ.own');
      assert.doesNotMatch(Buffer.from(update.raw).toString(), /other|77010000009/i);
    }
  });

  it('tells the statuses of one message apart by participant, not by time', () => {
    const group = { id: 'wamid.1', status: 'read', recipient_id: 'G', recipient_type: 'group' };
    const key = (more: object) => read(bytes(envelope({ metadata, statuses: [{ ...group, ...more }] })))[0]?.dedupeKey;
    assert.notEqual(key({ recipient_participant_id: '77010000001' }), key({ recipient_participant_id: '77010000002' }));
    assert.equal(key({ timestamp: '1' }), key({ timestamp: '2' }));
    assert.notEqual(key({}), key({ status: 'delivered' }));
  });

  it('blanks a star tap nested in texts of JSON, and lets every other tap be', () => {
    const inner = JSON.stringify({ answer: JSON.stringify({ id: 'star:abc', title: 'Five' }), title: 'kept' });
    const reply = { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: inner } };
    const message = textMessage('wamid.1', { type: 'interactive', interactive: reply });
    const [update] = read(bytes(envelope({ metadata, messages: [message] })));
    assert.doesNotMatch(JSON.stringify(update) + Buffer.from(update?.raw ?? []).toString(), /Five/);
    const menu = { type: 'list_reply', list_reply: { id: 'menu:star', title: 'Star menu' } };
    const [tap] = read(
      bytes(envelope({ metadata, messages: [textMessage('wamid.2', { type: 'interactive', interactive: menu })] })),
    );
    assert(tap?.kind === 'message');
    assert.deepEqual(tap.content, { type: 'listReply', id: 'menu:star', title: 'Star menu' });
  });
});

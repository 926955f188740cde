import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Rig } from '../testing/rig.js';
import { calm, drawn, fateOf, sendFaultOf } from './chaos.js';

const AIGUL = { to: '+77010000001' };

describe('misbehaviour by chance', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
  });
  afterEach(() => rig.close());

  const chaos = (chaos: object) => rig.control('POST', '/settings', { chaos });
  const write = (text: string, more: object = {}) => rig.control('POST', '/people/aigul/messages', { text, ...more });
  const words = () => rig.messages().map((each) => (each['text'] as { body: string }).body);

  it('draws evenly, and always the same for the same seed and label', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (seed, label) => {
        const value = drawn(seed, label);
        return value >= 0 && value < 1 && value === drawn(seed, label);
      }),
    );
    const draws = Array.from({ length: 10_000 }, (_, n) => drawn('7', `aigul in ${n}`));
    for (const tenth of Array.from({ length: 10 }, (_, n) => n / 10)) {
      const share = draws.filter((draw) => draw >= tenth && draw < tenth + 0.1).length / draws.length;
      assert.ok(share > 0.085 && share < 0.115, `${tenth}: ${share}`);
    }
  });

  it('has nothing happen to anybody at first', () => {
    fc.assert(fc.property(fc.string(), (label) => fateOf(calm(), label).copies === 1 && !sendFaultOf(calm(), label)));
  });

  it('posts an update two or three times', async () => {
    await chaos({ duplicate: 1 });
    await write('twice');
    await rig.until(() => rig.messages().length >= 2);
    assert.ok(rig.messages().length <= 3);
    assert.equal(new Set(rig.messages().map((each) => each['id'])).size, 1);
  });

  it('loses the first POST on its way, and comes again', async () => {
    await chaos({ drop: 1 });
    await write('lost');
    await rig.until(() => rig.messages().length === 1);
    const posts = (await rig.control('GET', '/log?event=webhook')).body.items;
    assert.deepEqual(
      posts.map((each: { answered: number | null }) => each.answered),
      [null, 200],
    );
  });

  it('does not hear the 200, and posts the very same again', async () => {
    await chaos({ deaf: 1 });
    await write('heard');
    await rig.until(() => rig.received.length === 2);
    assert.equal(new Set(rig.received.map((each) => each.raw)).size, 1);
  });

  it('lets later updates overtake earlier ones, and sends even the last', async () => {
    await chaos({ reorder: 0.5, seed: '3' });
    const sent = Array.from({ length: 20 }, (_, n) => `m${n}`);
    for (const text of sent) await write(text);
    await rig.until(() => rig.messages().length === 20);
    assert.notDeepEqual(words(), sent);
    assert.deepEqual(words().sort(), [...sent].sort());
  });

  it('sends late', async () => {
    await chaos({ delay: 1, delayMs: 200 });
    const startedAt = performance.now();
    for (let n = 0; n < 5; n++) await write(`m${n}`);
    await rig.until(() => rig.messages().length === 5);
    assert.ok(performance.now() - startedAt > 50);
  });

  it('batches oddly: several entries, changes and people in one POST, and loses nothing', async () => {
    await chaos({ oddBatches: 1, seed: '5' });
    await rig.control('POST', '/settings', { webhooks: false });
    for (let n = 0; n < 40; n++)
      await rig.control('POST', `/people/${n % 2 ? 'aigul' : 'dana'}/messages`, { text: `m${n}` });
    await rig.control('POST', '/account/act', { act: 'tell', field: 'security', value: {} });
    await rig.control('POST', '/settings', { webhooks: true });
    const all = () => rig.changes('messages').flatMap((each) => each.value['messages'] as { text: { body: string } }[]);
    await rig.until(() => all().length === 40 && rig.changes('security').length === 1);
    assert.equal(new Set(all().map((each) => each.text.body)).size, 40);
    assert.ok(rig.received.length < 40);
    const entries = rig.received.map(
      (each) => JSON.parse(each.raw).entry as { changes: { value: { messages?: unknown[] } }[] }[],
    );
    assert.ok(
      entries.some((each) => each.length > 1),
      'several entries',
    );
    assert.ok(
      entries.flat().some((each) => each.changes.length > 1),
      'several changes',
    );
    assert.ok(
      entries
        .flat()
        .flatMap((each) => each.changes)
        .some((each) => (each.value.messages?.length ?? 0) > 1),
      'several messages',
    );
  });

  it('makes sends go wrong by chance, and answers Graph slowly', async () => {
    await rig.hear('aigul');
    await chaos({ sends: [{ chance: 0.5, fault: { kind: 'error', code: 130429, httpStatus: 429 } }], seed: '2' });
    const answers: number[] = [];
    for (let n = 0; n < 20; n++) answers.push((await rig.text(AIGUL)).status);
    assert.deepEqual([...new Set(answers)].sort(), [200, 429]);
    await chaos({ sends: [], slow: 1, slowMs: 100 });
    const startedAt = performance.now();
    for (let n = 0; n < 5; n++) await rig.graph('GET', '/1001');
    assert.ok(performance.now() - startedAt > 25);
  });

  it('does the same again with the same seed, and something else with another', async () => {
    const run = async (seed: string) => {
      await rig.control('POST', '/reset', {});
      Object.assign(rig.running.emulator.settings.statuses, { sentMs: 0, deliveredMs: 0 });
      await chaos({ seed, duplicate: 0.3, drop: 0.2, sends: [{ chance: 0.3, fault: { kind: 'reset' } }] });
      rig.running.emulator.settings.retryScheduleMs = [5];
      rig.received.length = 0;
      const told: string[] = [];
      for (let n = 0; n < 15; n++) {
        await write(`m${n}`);
        told.push(
          await rig.text(AIGUL).then(
            (answer) => String(answer.status),
            () => 'reset',
          ),
        );
      }
      while ((await rig.control('GET', '/state')).body.webhooksWaiting > 0);
      const copies = Array.from({ length: 15 }, (_, n) => words().filter((each) => each === `m${n}`).length);
      return JSON.stringify([told, copies]);
    };
    const [first, second, other] = [await run('one'), await run('one'), await run('two')];
    assert.equal(first, second);
    assert.notEqual(first, other);
  });

  it('records what goes out, and plays it again signed anew', async () => {
    await rig.control('POST', '/recording', { on: true });
    for (const text of ['one', 'two']) await write(text);
    await rig.until(() => rig.messages().length === 2);
    assert.equal((await rig.control('POST', '/recording', { on: false })).body.posts, 2);
    const { items } = (await rig.control('GET', '/recording')).body;
    rig.received.length = 0;
    const replayed = (await rig.control('POST', '/replay', { items, speed: 10 })).body;
    assert.deepEqual(replayed, { posted: 2, answers: [200, 200] });
    assert.deepEqual(words(), ['one', 'two']);
  });
});

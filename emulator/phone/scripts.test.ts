import assert from 'node:assert/strict';
import { Rig } from '../testing/rig.js';

const AIGUL = { to: '+77010000001' };
const buttons = {
  type: 'interactive',
  interactive: {
    type: 'button',
    body: { text: 'Придёте?' },
    action: { buttons: ['yes', 'no'].map((id) => ({ type: 'reply', reply: { id, title: id } })) },
  },
};

describe('people who act by a script', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
    await rig.hear('aigul');
  });
  afterEach(() => rig.close());

  const script = (rules: unknown[], people: unknown = ['aigul']) =>
    rig.control('POST', '/scripts/s', { rules, people });

  it('answer a text and tap a button', async () => {
    await script([
      { when: { type: 'text', text: 'имя' }, do: 'answer', text: 'Айгуль' },
      { when: { type: 'button' }, do: 'tap', option: 'yes' },
    ]);
    await rig.text(AIGUL, 'Как ваше имя?');
    await rig.until(() => rig.messages().length === 1);
    assert.deepEqual(rig.messages()[0]?.['text'], { body: 'Айгуль' });
    await rig.send({ ...AIGUL, ...buttons });
    await rig.until(() => rig.messages().length === 2);
    assert.equal((rig.messages()[1]?.['interactive'] as { button_reply: { id: string } }).button_reply.id, 'yes');
  });

  it('follow the first rule that fits, and ignore what none fits', async () => {
    await script([
      { when: { from: 2 }, do: 'ignore' },
      { do: 'answer', text: 'once' },
    ]);
    for (const text of ['a', 'b', 'c']) await rig.text(AIGUL, text);
    await rig.until(() => rig.statuses().filter((each) => each['status'] === 'delivered').length === 3);
    await rig.hear('john');
    assert.equal((await rig.control('GET', '/log?event=inbound&person=aigul')).body.items.length, 2);
  });

  it('stop marketing, block with a reason and rate, each by chance', async () => {
    await rig.declare('offer', 'MARKETING');
    const run = async (seed: string, idPrefix: string, firstPhone: string) => {
      await rig.control('POST', '/settings', {
        chaos: { seed },
        numberRate: false,
        quality: { pausesTemplates: false, spamFrom: 1000 },
      });
      await rig.control('POST', '/people/bulk', { count: 60, firstPhone, idPrefix });
      await script(
        [
          { when: { category: 'MARKETING' }, chance: 0.3, do: 'stopMarketing' },
          { chance: 0.2, do: 'block', reason: 'didNotSignUp' },
          { do: 'rate' },
        ],
        { idPrefix },
      );
      const before = (await rig.control('GET', '/state')).body.stars.reduce(
        (sum: number, each: number) => sum + each,
        0,
      );
      for (let n = 0; n < 60; n++) await rig.template({ to: `+${Number(firstPhone) + n}` }, 'offer');
      const people = async () =>
        (await rig.control('GET', '/people?limit=1000')).body.items as {
          id: string;
          marketingStopped: boolean;
          blocks: string | null;
        }[];
      const done = async () => {
        const stars =
          (await rig.control('GET', '/state')).body.stars.reduce((sum: number, each: number) => sum + each, 0) - before;
        const mine = (await people()).filter((each) => each.id.startsWith(idPrefix));
        return {
          stars,
          stopped: mine.filter((each) => each.marketingStopped).length,
          blocked: mine.filter((each) => each.blocks === 'didNotSignUp').length,
        };
      };
      let now = await done();
      for (const deadline = Date.now() + 5_000; now.stars + now.stopped + now.blocked < 60 && Date.now() < deadline;)
        now = await done();
      return now;
    };
    const { stars, stopped, blocked } = await run('1', 'a', '77050000000');
    assert.equal(stars + stopped + blocked, 60);
    assert.ok(stopped > 5 && blocked > 2 && stars > 10, JSON.stringify({ stars, stopped, blocked }));
  });

  it('refuses a script that cannot be', async () => {
    assert.equal((await script([{ do: 'dance' }])).status, 422);
    assert.equal((await script([{ do: 'answer', text: 'x', when: { text: '(' } }])).status, 422);
    assert.equal((await rig.control('DELETE', '/scripts/none')).status, 404);
  });
});

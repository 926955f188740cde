import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import { onBothStores, settled } from './stand.js';

const PEOPLE = 150;
const ENDS_WITHIN_MS = 20_000;

onBothStores('A server told to end in the middle of its work', (stand) => {
  it('ends with 0 within 20 s, and after the next start everybody is answered, and once', async () => {
    const { platform, server } = stand();
    const people = await platform.crowd(PEOPLE);
    const writing = Promise.all(people.map((person) => platform.write(person, 'привет')));
    await eventually(async () => (await platform.log('event=send')).length >= 20);
    const since = performance.now();
    const ending = await server.program.stop();
    assert.deepEqual(ending, { code: 0, signal: null });
    assert.ok(performance.now() - since < ENDS_WITHIN_MS);
    await writing;
    const before = (await platform.log('event=send')).length;
    assert.ok(before < PEOPLE, `${before} were answered before it ended: that was not the middle`);
    await server.program.restart();
    for (const person of people) await platform.answered(person, 1, 40_000);
    await settled(server);
    const counts = await Promise.all(people.map(async (person) => (await platform.sends(person)).length));
    assert.deepEqual(new Set(counts), new Set([1]));
  });
});

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually.js';
import { act, agree, approved, HOUR } from './announcing.js';
import { check, sendsTo, through, triesTo, word } from './notice-outcome.js';
import { wordsOf, type Bubble, type Customer, type LogEntry } from './platform.js';
import { api, contactsOf, type Stand } from './stand.js';

/* Trouble in the middle of a running notice: each does what docs/platform-limits.md says, and then the notice comes to its end. */

type Health = { paused: { what: string; why: string }[]; templates: Record<string, number> };

/** More than leave within two seconds at the stand's rate. */
const MANY = 40;
/** Of a notice that leaves eighteen a second: then it is held. */
const STILL_MS = 800;

export function noticeTroubles(stand: () => Stand): void {
  const health = () => api(stand().server, '/health/account') as Promise<Health>;

  const begin = async (people: readonly Customer[], tag: string, more: object = {}) => {
    await agree(stand().server, people, { tags: [tag], language: 'ru', ...more });
    return approved(stand().server, 2 * HOUR, { audience: { tags: [tag] } });
  };
  /** Waits until the notice is under way. @returns how many have it */
  const inTheMiddle = (people: readonly Customer[], atLeast = 5) =>
    eventually(async () => {
      const { length } = await sendsTo(stand().platform, people);
      return length >= atLeast && length;
    });
  /** Waits until nothing more leaves to them. @returns everything that was tried until then */
  const untilStill = async (people: readonly Customer[]): Promise<readonly LogEntry[]> => {
    let before = await triesTo(stand().platform, people);
    return eventually(async () => {
      await sleep(STILL_MS);
      const now = await triesTo(stand().platform, people);
      const isStill = now.length === before.length;
      before = now;
      return isStill && now;
    });
  };
  const refused = async (people: readonly Customer[]) =>
    (await triesTo(stand().platform, people)).filter(({ accepted }) => !accepted);
  const onceEach = async (people: readonly Customer[]) => {
    const sent = await sendsTo(stand().platform, people);
    assert.deepEqual(sent.map(({ person }) => person).toSorted(), people.map(({ id }) => id).toSorted());
  };
  const contactOf = async ({ phone }: Customer) =>
    (await contactsOf(stand().server, `phone=${phone}`))[0] ?? assert.fail('nobody');

  it('131056: too much goes to one person, who waits; nobody else does', async () => {
    const { platform, server } = stand();
    const people = await platform.crowd(6);
    const [one, ...others] = people;
    assert.ok(one);
    await platform.fault({ kind: 'error', code: 131056 }, one);
    const notice = await begin(people, 'pair');
    await through(server, notice);
    await onceEach(people);
    const tries = await triesTo(platform, [one]);
    assert.deepEqual(
      tries.map(({ accepted, code }) => (accepted ? 'accepted' : code)),
      [131056, 'accepted'],
    );
    assert.ok(between(tries[0], tries[1]) >= 900, 'they wait a second');
    assert.equal((await triesTo(platform, others)).length, others.length);
    await check(stand(), notice);
  });

  it('130429: the number is too fast, holds back longer each time, and everybody has it in the end', async () => {
    const { platform, server } = stand();
    const people = await platform.crowd(MANY);
    const notice = await begin(people, 'number');
    await inTheMiddle(people);
    await platform.fault({ kind: 'error', code: 130429, times: 2 });
    await through(server, notice);
    await onceEach(people);
    assert.deepEqual(
      (await refused(people)).map(({ code }) => code),
      [130429, 130429],
    );
    const tries = await triesTo(platform, people);
    const pauses = tries.slice(1).map((each, index) => between(tries[index], each));
    assert.ok(Math.max(...pauses) >= 900, `it fell silent: ${Math.max(...pauses)} ms`);
    await check(stand(), notice);
  });

  it('131049 and 131050: Meta withholds it, at once or later: final, and whoever stopped at Meta is written to no more', async () => {
    const { platform, server } = stand();
    const people = await platform.crowd(8);
    const [withheld, withheldLater, stopped, stoppedLater, ...others] = people;
    assert.ok(withheld && withheldLater && stopped && stoppedLater);
    await platform.fault({ kind: 'error', code: 131049 }, withheld);
    await platform.fault({ kind: 'failedLater', code: 131049 }, withheldLater);
    await platform.fault({ kind: 'error', code: 131050 }, stopped);
    await platform.fault({ kind: 'failedLater', code: 131050 }, stoppedLater);
    const notice = await begin(people, 'withheld');
    await through(server, notice);
    await eventually(async () => (await word(server, notice)).deliveries['failed'] === 4);
    for (const person of [withheld, withheldLater, stopped, stoppedLater])
      assert.equal((await triesTo(platform, [person])).length, 1, 'it is not tried again');
    for (const person of [stopped, stoppedLater])
      await eventually(async () => {
        const { topics } = (await contactOf(person)) as unknown as { topics: Record<string, { state: string }> };
        return topics['maintenance']?.state === 'out' && topics['offers']?.state === 'out';
      });
    await check(stand(), notice);
    // Only those who heard of it hear that it is off; and of another one hears whoever has not stopped.
    await act(server, notice, 'cancel');
    const next = await approved(server, 2 * HOUR, { audience: { tags: ['withheld'] } });
    for (const each of [notice, next]) await through(server, each);
    assert.equal((await word(server, notice)).deliveries.planned, others.length);
    const { deliveries } = await word(server, next);
    assert.deepEqual([deliveries.planned, deliveries.skipped], [people.length, { stopped: 2 }]);
    for (const each of [notice, next]) await check(stand(), each);
  });

  it('a template is paused, by webhook and by 132015: the rest waits for Meta’s approval, but for whoever may be written to freely', async () => {
    const { platform, server } = stand();
    const writer = await platform.customer();
    await platform.write(writer, 'привет');
    await platform.answered(writer);
    const people = await platform.crowd(1.5 * MANY);
    // Their turn comes while the template is paused.
    await platform.fault({ kind: 'error', code: 131056 }, writer);
    const notice = await begin([...people, writer], 'paused-template');
    await inTheMiddle(people);
    const template = 'maintenance_before_soon:ru';
    await platform.post(`/templates/${template}/act`, { act: 'pause' });
    await eventually(async () => (await health()).templates['PAUSED'] === 1);
    const [, freely] = await platform.answered(writer, 2);
    const before = (await untilStill(people)).filter(({ accepted }) => accepted).length;
    const { deliveries: held } = await word(server, notice);
    assert.ok((held['queued'] ?? 0) > 5 && held['failed'] === (await refused(people)).length, 'it was in the middle');

    await platform.post(`/templates/${template}/act`, { act: 'resume' });
    await inTheMiddle(people, before + 3);
    await platform.fault({ kind: 'error', code: 132015 });
    await eventually(async () => (await health()).templates['PAUSED'] === 1);
    await sleep(1_000); // the platform counts in seconds: this was before what follows
    await platform.post(`/templates/${template}/act`, { act: 'status', event: 'APPROVED', status: 'APPROVED' });
    await through(server, notice);
    const lost = await refused(people);
    assert.ok(lost.length > 0 && lost.every(({ code }) => code === 132015));
    const { deliveries } = await word(server, notice);
    assert.deepEqual([deliveries.planned, deliveries['failed']], [people.length + 1, lost.length]);
    assert.equal((await sendsTo(platform, people)).length, people.length - lost.length);
    await check(stand(), notice);

    assert.equal(freely?.type, 'interactive');
    assert.match(wordsOf(freely), /Скоро начнутся работы/);
    await stops(writer, freely);
  });

  /** The button under a message stops what the button under a template stops. */
  async function stops(person: Customer, message: Bubble | undefined): Promise<void> {
    const { platform } = stand();
    assert.ok(message);
    await platform.tap(person, message, 0);
    await platform.answered(person, 3);
    const { topics } = (await contactOf(person)) as unknown as { topics: Record<string, { state: string }> };
    assert.equal(topics['maintenance']?.state, 'out');
  }

  it('190: the token expires; the notice waits, loses nothing, and goes on with a token that is good', async () => {
    const { platform, server } = stand();
    const people = await platform.crowd(MANY);
    const notice = await begin(people, 'token');
    await inTheMiddle(people);
    await platform.settings({ tokenExpired: true });
    await eventually(async () => (await health()).paused.some(({ what, why }) => what === 'number' && why === 'token'));
    await untilStill(people); // it is not tried over and over
    const { deliveries } = await word(server, notice);
    assert.ok((deliveries['queued'] ?? 0) > 0 && deliveries['failed'] === 0, JSON.stringify(deliveries));
    await platform.settings({ tokenExpired: false });
    await api(server, '/health/account/resume', { method: 'POST', body: '{}' });
    await through(server, notice);
    await onceEach(people);
    assert.deepEqual(new Set((await refused(people)).map(({ code }) => code)), new Set([190]));
    assert.deepEqual((await health()).paused, []);
    await check(stand(), notice);
  });

  it('130403: whom the company has blocked is refused once and passed over then, until they write again', async () => {
    const { platform, server, emulator } = stand();
    const person = await platform.customer();
    await platform.write(person, 'привет');
    await platform.answered(person);
    const block = async (method: string) => {
      const { url, account } = emulator;
      const response = await fetch(`${url}/v25.0/${account.phoneNumberId}/block_users`, {
        method,
        headers: { authorization: `Bearer ${account.accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ messaging_product: 'whatsapp', block_users: [{ user: `+${person.phone}` }] }),
      });
      assert.equal(response.status, 200, await response.text());
    };
    await block('POST');
    const first = await begin([person], 'blocked');
    await through(server, first);
    assert.equal((await word(server, first)).deliveries['failed'], 1);
    const second = await approved(server, 2 * HOUR, { audience: { tags: ['blocked'] } });
    await through(server, second);
    assert.deepEqual((await word(server, second)).deliveries.skipped, { blocked: 1 });
    await block('DELETE');
    await sleep(1_000); // the platform counts in seconds: their word comes after the block
    await platform.write(person, 'меню');
    await platform.answered(person, 2);
    const third = await approved(server, 2 * HOUR, { audience: { tags: ['blocked'] } });
    await platform.answered(person, 3);
    await through(server, third);
    for (const notice of [first, second, third]) await check(stand(), notice);
  });
}

const between = (one: LogEntry | undefined, other: LogEntry | undefined): number =>
  Date.parse(other?.at ?? '') - Date.parse(one?.at ?? '');

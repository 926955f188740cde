import assert from 'node:assert/strict';
import { inDatabase } from '../means/mongod.js';
import { startServer, type RunningServer } from '../means/server.js';
import { eventually } from './eventually.js';
import { agree, approved, HOUR } from './announcing.js';
import { check, sendsTo, through, word } from './notice-outcome.js';
import { metric, type Stand } from './stand.js';

/* Two processes on one MongoDB, and one notice. */

const PEOPLE = 200;
/** So many have it when one of the processes dies. */
const IN_THE_MIDDLE = 60;
/** The one that goes on may be quicker: nobody has to wait for it. */
const QUICKER = { WHATSAPP_MESSAGES_PER_SECOND: '60' };
const SENT = 'vestnik_sends_total{class="accepted"}';

/** @param env as the stand's own server has it */
export function noticeProcesses(stand: () => Stand, env: Readonly<Record<string, string>>): void {
  it('of two processes one sends; it dies in the middle, the other goes on where it was: nobody twice, nobody forgotten', async function () {
    this.timeout(120_000);
    const { server: first, platform, emulator, mongoUri = '' } = stand();
    const second = await startServer({ mongoUri, emulator, env: { ...env, ...QUICKER } });
    try {
      const people = await platform.crowd(PEOPLE);
      await agree(first, people, { tags: ['two'] });
      // Whoever is asked, both know of it.
      const notice = await approved(second, 2 * HOUR, { audience: { tags: ['two'] } });
      const before = await sentBy(first);
      await eventually(async () => (await sendsTo(platform, people)).length >= IN_THE_MIDDLE, 60_000);
      assert.equal(await metric(second, SENT), 0, 'one sends, the other does not');
      assert.ok((await sentBy(first)) > before);
      const dead = await holderOf(mongoUri);
      await first.program.kill();
      assert.ok((await sendsTo(platform, people)).length < PEOPLE, 'it was in the middle');
      await endLeasesOf(mongoUri, dead);
      await through(second, notice, 60_000);
      assert.ok((await metric(second, SENT)) > 0);
      // What the platform said to the dead one's door comes again.
      await first.program.restart();
      const sent = await eventually(async () => {
        const sends = await sendsTo(platform, people);
        const { deliveries } = await word(second, notice);
        assert.equal(deliveries['unknown'], PEOPLE - sends.length, 'whoever has not got it is shown as doubtful');
        return sends;
      }, 30_000);
      assert.equal(new Set(sent.map(({ person }) => person)).size, sent.length, 'nobody twice');
      assert.equal((await word(second, notice)).deliveries.planned, PEOPLE, 'nobody forgotten');
      await check(stand(), notice);
    } finally {
      await second.program.stop();
    }
  });
}

const sentBy = (server: RunningServer): Promise<number> => metric(server, SENT);

/** Who may send. */
const holderOf = (uri: string): Promise<unknown> =>
  inDatabase(
    uri,
    async (database) => (await database.collection('leases').findOne({ _id: /^sender:/ as never }))?.['holder'],
  );

/** What was leased to a process that is dead runs out at once: fifteen seconds that nobody has to wait for. */
const endLeasesOf = (uri: string, holder: unknown): Promise<void> =>
  inDatabase(uri, async (database) => {
    await database.collection('leases').updateMany({ holder }, { $set: { expiresAt: new Date(0) } });
    await database.collection('workers').deleteOne({ _id: holder as never });
  });

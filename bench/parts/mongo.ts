import type { Row } from '../figures.js';
import { ON_MONGO, runScenario } from './scenarios.js';
import type { Part } from './context.js';

/** The same loop on a MongoDB replica set of one, which stands on this machine too: one process, then two. */
export const mongo: Part = {
  name: 'mongo',
  about: `${ON_MONGO.title}, each message answered once, on MongoDB, one process and two`,
  async run(context) {
    // mongoose takes its time to import, and nobody else here needs it.
    const { dropMongo, freshMongoUri, leaveMongo, mongodAvailability } = await import('../../test/means/mongod.js');
    const availability = await mongodAvailability(context.say);
    if (availability.kind === 'missing') {
      context.say(`DID NOT RUN: ${availability.reason}`);
      return [{ what: 'MongoDB', ours: `did not run: ${availability.reason}` }];
    }
    const rows: Row[] = [];
    for (const processes of [1, 2]) {
      const mongoUri = await freshMongoUri('bench');
      const title = `MongoDB, ${processes === 1 ? 'one process' : 'two processes'}: ${ON_MONGO.title}`;
      rows.push(...(await runScenario(context, { ...ON_MONGO, title }, { goalMs: 100, mongoUri, processes })));
      await dropMongo(mongoUri);
    }
    await leaveMongo();
    return rows;
  },
};

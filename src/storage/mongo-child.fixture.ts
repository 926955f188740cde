import { accounts, contractMigrations, laterMigration, thing, things } from './engine.contract.js';
import { insert, set } from './engine.js';
import { openMongo } from './mongo-engine.js';

// A process that tests start and that kills itself: opens the MongoDB store at its first argument, and dies as its second says.

const [uri = '', task = ''] = process.argv.slice(2);
const wanted = task.replace('die-', '');
const engine = await openMongo({
  uri,
  onPoint: (point) => {
    if (point === wanted) process.kill(process.pid, 'SIGKILL');
  },
});
if (task === 'die-in-migration') await engine.migrate([...contractMigrations, laterMigration]);
else await engine.commit([set(accounts, 'held', { balance: 9 }, { version: 1 }), insert(things, thing('dead'))]);

import { account, accounts, contractMigrations, laterMigration, thing, things } from './engine.contract.js';
import { insert } from './engine.js';
import { openSqlite } from './sqlite-engine.js';

// A process that tests start and kill: opens the SQLite store in the folder of its first argument and does the task of its second.

const [dataDir = '', task = '', mark = ''] = process.argv.slice(2);
const dieAt = (wanted: string) => (point: string) => {
  if (point === wanted) process.kill(process.pid, 'SIGKILL');
};

const engine = openSqlite({
  dataDir,
  ...(task === 'die-in-migration' ? { onPoint: dieAt('in-migration') } : {}),
  ...(task === 'die-in-group' ? { onPoint: dieAt('in-group') } : {}),
});
await engine.migrate(task === 'die-in-migration' ? [...contractMigrations, laterMigration] : contractMigrations);
process.send?.('open');

switch (task) {
  case 'hold':
    // Names the store: one that nobody can reach any more is closed when its memory is collected, and its lock is gone.
    setInterval(() => engine.kind, 60_000);
    break;
  case 'write':
    for (let number = 0; ; number += 1) {
      const id = `${mark}-${number}`;
      await engine.append(things, [thing(id)]);
      process.send?.(id);
    }
  case 'die-in-group':
    await engine.commit([insert(things, thing('a')), insert(accounts, account('a'))]);
}

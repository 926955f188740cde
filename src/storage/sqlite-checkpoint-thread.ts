import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointAnswer, CheckpointOrder } from './sqlite-checkpoints.js';
import { openDatabase } from './sqlite-binding.js';

/** The thread of sqlite-checkpoints.ts: a second connection that does nothing but checkpoints. It ends when it is told to. */

const database = openDatabase(workerData as string);
// As the engine's: what is checkpointed has to be on the disk before the log is written over.
for (const pragma of ['synchronous = FULL', 'fullfsync = ON', 'wal_autocheckpoint = 0', 'cache_size = -2000'])
  database.exec(`PRAGMA ${pragma}`);
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

function carryOut(): CheckpointAnswer {
  try {
    return Number(checkpoint.get()?.['busy']) === 0 ? 'done' : 'failed';
  } catch {
    return 'failed'; // asked again, and the engine's own checkpoint says what is wrong
  }
}

parentPort?.on('message', (order: CheckpointOrder) => {
  if (order === 'checkpoint') return parentPort?.postMessage(carryOut());
  database.close();
  parentPort?.close();
});

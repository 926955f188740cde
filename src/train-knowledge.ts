import { parentPort, workerData } from 'node:worker_threads';
import type { TrainingOrder } from './knowledge-cache.js';
import { bytesOf } from './knowledge/model-bytes.js';
import { train } from './knowledge/model.js';

// The training thread: started by knowledge-cache.ts with the articles, it answers with the bytes of the model and ends.
const { articles, company, of } = workerData as TrainingOrder;
const bytes = bytesOf(train(articles, company), of);
parentPort?.postMessage(bytes, [bytes.buffer as ArrayBuffer]);

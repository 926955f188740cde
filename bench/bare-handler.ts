import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { ACCOUNT, DOOR } from './account.js';

/* The baseline, a process of its own: an Express app that checks the signature and does nothing else. Nothing is read, nothing is
 * kept. What most bots start with, less their work. */

const app = express();
app.post(DOOR, express.raw({ type: () => true, limit: '4mb' }), (request, response) => {
  const claimed = Buffer.from(String(request.headers['x-hub-signature-256'] ?? '').slice(7), 'hex');
  const digest = createHmac('sha256', ACCOUNT.appSecret)
    .update(request.body as Buffer)
    .digest();
  const isSigned = claimed.length === digest.length && timingSafeEqual(claimed, digest);
  response.sendStatus(isSigned ? 200 : 401);
});
const server = app.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));

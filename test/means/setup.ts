import './loopback-only.js';
import { closeBrowsers } from './browser.js';
import { leaveMongo } from './mongod.js';
import { stopServers } from './server.js';

// Loaded by mocha before any test (.mocharc.json).

process.setSourceMapsEnabled(true); // also when mocha is called without run.mjs
process.on('disconnect', () => process.exit(1)); // run.mjs was killed: the caretaker ends what the tests started

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(60_000);
    await Promise.all([closeBrowsers(), stopServers()]);
    await leaveMongo();
  },
};

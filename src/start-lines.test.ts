import assert from 'node:assert/strict';
import { readConfig } from './config.js';
import { startLines } from './start-lines.js';

const TOKEN = 'a-token-of-more-than-thirty-two-characters';
const lines = (environment: Record<string, string>, tokenFile?: string) =>
  startLines({ config: readConfig(environment), version: '1.2.3', dataDir: '/srv/data', port: 3_000, tokenFile });

describe('what a human reads at the start', () => {
  it('is five lines beside the emulator, the last one of what to do', () => {
    assert.deepEqual(lines({ VESTNIK_EMULATOR_PAGE: 'http://127.0.0.1:4000/' }, '/srv/data/admin-token'), [
      'Vestnik 1.2.3, data in /srv/data',
      'no WhatsApp account: emulator',
      'phone page   http://127.0.0.1:4000/',
      'API          http://127.0.0.1:3000/api/v1/ (token in /srv/data/admin-token)',
      "write 'привет' there",
    ]);
  });

  it('names addresses that can be opened, and no secret', () => {
    const shown = (environment: Record<string, string>) => lines({ ADMIN_API_TOKEN: TOKEN, ...environment }).join('\n');
    assert.match(shown({ HOST: '0.0.0.0' }), /http:\/\/127\.0\.0\.1:3000\/api/);
    assert.match(shown({ HOST: '::' }), /http:\/\/127\.0\.0\.1:3000\/api/);
    assert.match(shown({ HOST: '::1' }), /http:\/\/\[::1\]:3000\/api/);
    assert.match(shown({ PUBLIC_URL: 'https://bot.example.org/' }), /https:\/\/bot\.example\.org\/api\/v1\//);
    assert.match(shown({}), /token as in ADMIN_API_TOKEN/);
    assert.ok(!shown({}).includes(TOKEN));
  });

  it('says that nothing is received without an account, and where a worker’s health is', () => {
    assert.match(lines({})[1] ?? '', /no WhatsApp account: nothing is received or sent/);
    const mongo = { MONGODB_URI: 'mongodb://127.0.0.1/v', SECRET_KEY: TOKEN, ADMIN_API_TOKEN: TOKEN, ROLE: 'worker' };
    assert.deepEqual(lines(mongo), ['Vestnik 1.2.3, data in MongoDB, worker, health on http://127.0.0.1:3000/readyz']);
  });
});

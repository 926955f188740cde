import assert from 'node:assert/strict';
import { decide } from './decision.mjs';

describe('npm start decides whether to start the emulator', () => {
  const cases = [
    ['yes for a newcomer who set nothing', [], {}, 'pair'],
    ['yes when the lines of .env were left blank', [], { WHATSAPP_ACCESS_TOKEN: '', MONGODB_URI: '' }, 'pair'],
    ['no with a real account', [], { WHATSAPP_ACCESS_TOKEN: 'x' }, 'server'],
    ['no with any setting of the platform at all', [], { WHATSAPP_MESSAGES_PER_SECOND: '80' }, 'server'],
    ['not by itself in production', [], { NODE_ENV: 'production' }, 'server'],
    ['not by itself with MongoDB', [], { MONGODB_URI: 'mongodb://db/' }, 'server'],
    ['yes when asked, even with a real account', ['--emulator'], { WHATSAPP_ACCESS_TOKEN: 'x' }, 'pair'],
    ['yes when asked, even in production', ['--emulator'], { NODE_ENV: 'production' }, 'pair'],
    ['neither with a word it does not know', ['--emulater'], {}, 'refuse'],
  ];
  for (const [title, args, env, kind] of cases) it(title, () => assert.equal(decide(args, env).kind, kind));
});

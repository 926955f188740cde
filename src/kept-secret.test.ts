import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../test/means/caretaker.js';
import { keptSecret } from './kept-secret.js';

describe('a secret that nobody set', () => {
  const newFile = () => join(temporaryFolder('secret'), 'deep', 'secret-key');

  it('is made once, of 32 characters or more, and the same ever after', () => {
    const [file, other] = [newFile(), newFile()];
    const secret = keptSecret(file);
    assert.ok(secret.length >= 32);
    assert.equal(keptSecret(file), secret);
    assert.notEqual(keptSecret(other), secret);
    assert.deepEqual(readdirSync(join(file, '..')), ['secret-key']);
  });

  it('is for its owner’s eyes only', () => {
    if (process.platform === 'win32') return; // no modes there
    const file = newFile();
    keptSecret(file);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is one for all who start at the same moment', async () => {
    const file = newFile();
    const url = new URL('./kept-secret.js', import.meta.url).href;
    const script = `import('${url}').then(({ keptSecret }) => process.stdout.write(keptSecret(process.argv[1])))`;
    const secrets = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['-e', script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
        let said = '';
        child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
        await once(child, 'close');
        return said;
      }),
    );
    assert.deepEqual(new Set(secrets), new Set([keptSecret(file)]));
  });

  it('is asked for in words when its file holds none', () => {
    const file = join(temporaryFolder('secret'), 'secret-key');
    writeFileSync(file, 'short\n');
    assert.throws(() => keptSecret(file), /remove it to get a new one/);
  });
});

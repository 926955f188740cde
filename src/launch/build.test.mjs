import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BuildFailed, ensureBuilt } from './build.mjs';

describe('The build before a start', () => {
  let root;
  let builds;
  const compile = async () => {
    builds += 1;
    await sleep(50);
    await mkdir(join(root, 'dist/src'), { recursive: true });
    await writeFile(join(root, 'dist/src/main.js'), '');
  };
  const build = () => ensureBuilt({ root, compile });

  beforeEach(async () => {
    builds = 0;
    root = await mkdtemp(join(tmpdir(), 'vestnik-build-'));
    await mkdir(join(root, 'src'));
    await writeFile(join(root, 'tsconfig.json'), '{}');
    await writeFile(join(root, 'src/main.ts'), 'first');
  });
  afterEach(() => rm(root, { recursive: true }));

  it('happens when a source changed, and not otherwise', async () => {
    await build();
    await build();
    assert.equal(builds, 1);
    const later = new Date(Date.now() + 5_000);
    await utimes(join(root, 'src/main.ts'), later, later); // a new time is not a new content
    await build();
    assert.equal(builds, 1);
    await writeFile(join(root, 'src/main.ts'), 'second');
    await build();
    assert.equal(builds, 2);
  });

  it('happens once when several start at once, and all wait for it', async () => {
    await Promise.all(Array.from({ length: 5 }, build));
    assert.equal(builds, 1);
    assert.ok(!existsSync(join(root, '.cache/build-lock')));
  });

  it('is tried again after a failure', async () => {
    const failing = () => Promise.reject(new BuildFailed('no'));
    await assert.rejects(ensureBuilt({ root, compile: failing }), BuildFailed);
    await build();
    assert.equal(builds, 1);
  });

  it('does not wait for a builder that died', async () => {
    await mkdir(join(root, '.cache/build-lock'), { recursive: true });
    const noSuchProcess = { token: 'x', pid: 2 ** 22 + 1, host: hostname() };
    await writeFile(join(root, '.cache/build-lock/owner.json'), JSON.stringify(noSuchProcess));
    await build();
    assert.equal(builds, 1);
  });

  it('does not wait for a builder of another machine that has been silent for long', async () => {
    const lock = join(root, '.cache/build-lock');
    await mkdir(lock, { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    await build();
    assert.equal(builds, 1);
  });

  it('leaves nothing of a source that is gone', async () => {
    await mkdir(join(root, 'dist/src'), { recursive: true });
    await writeFile(join(root, 'dist/src/renamed.test.js'), '');
    await build();
    assert.ok(!existsSync(join(root, 'dist/src/renamed.test.js')));
    assert.ok(existsSync(join(root, 'dist/src/main.js')));
  });

  it('is left alone where only dist/ was installed', async () => {
    await rm(join(root, 'tsconfig.json'));
    await build();
    assert.equal(builds, 0);
  });
});

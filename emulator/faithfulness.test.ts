import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root, whether this runs compiled or not. */
function root(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
  }
}

describe('docs/emulator.md', () => {
  const page = readFileSync(path.join(root(), 'docs/emulator.md'), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => /^\|\s*\d+(\.\d+)?\s*\|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, section = '', what = '', truth = '', test = '']) => ({ section, what, truth, test }));
  const tests = filesOf('emulator')
    .concat(filesOf('test/clients'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');

  it('says of each part whether it is as Meta, simpler or not played', () => {
    assert.ok(rows.length > 50);
    for (const { what, truth } of rows) assert.match(truth, /^(as Meta|as networks do|simpler: |not played)/, what);
  });

  for (const { section, what, test } of rows) {
    it(`§${section} ${what}: names a test that exists`, () => {
      assert.ok(test.length > 10 && tests.includes(test), `no test's title begins with: ${test}`);
    });
  }

  function filesOf(folder: string): string[] {
    const names = readdirSync(path.join(root(), folder), { recursive: true, encoding: 'utf8' });
    return names.filter((name) => name.endsWith('.test.ts')).map((name) => path.join(root(), folder, name));
  }
});

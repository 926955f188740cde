import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Update } from '../src/inbox/update.js';
import { readUpdates } from './read-updates.js';

const FOLDER = 'test/payloads';

type Expected = { readonly raw: string; readonly [member: string]: unknown };

/** As the expectation files have it: `none`, `verbatim`, or the text of the envelope that holds the item alone. */
function described({ raw, ...update }: Update, body: Buffer): Expected {
  const text = raw.length === 0 ? 'none' : body.equals(raw) ? 'verbatim' : Buffer.from(raw).toString();
  return { ...update, raw: text };
}

const read = (body: Uint8Array): Update[] => {
  const result = readUpdates(body);
  assert.equal(result.kind, 'ok');
  return result.kind === 'ok' ? result.updates : [];
};

describe('payloads of test/payloads', () => {
  const names = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.expected.json'))
    .map((name) => name.replace('.expected.json', ''));

  for (const name of names) {
    it(`reads "${name}" as expected, and each part kept of it as the same update`, () => {
      const body = readFileSync(`${FOLDER}/${name}.json`);
      const expected: unknown = JSON.parse(readFileSync(`${FOLDER}/${name}.expected.json`, 'utf8'));
      const updates = read(body);
      assert.deepEqual(
        updates.map((update) => described(update, body)),
        expected,
      );
      for (const { raw, ...update } of updates) {
        if (raw.length === 0) continue;
        assert.deepEqual(
          read(raw).map(({ raw: _kept, ...again }) => again),
          [update],
        );
      }
    });
  }

  it('holds the stars of no tap in any kept byte', () => {
    for (const name of names.filter((found) => found.startsWith('star-'))) {
      const kept = JSON.stringify(read(readFileSync(`${FOLDER}/${name}.json`)), (key, value: unknown) =>
        key === 'raw'
          ? Buffer.from((value as { data?: number[] }).data ?? Object.values(value as object)).toString()
          : value,
      );
      assert.match(kept, /star:/);
      assert.doesNotMatch(kept, /Five|★|Отлично|пять|best/);
    }
  });

  it('gives the placeholder of a message and the message itself different keys', () => {
    const [placeholder] = read(readFileSync(`${FOLDER}/unsupported-placeholder.json`));
    const [message] = read(readFileSync(`${FOLDER}/after-the-placeholder.json`));
    assert.notEqual(placeholder?.dedupeKey, message?.dedupeKey);
  });
});

import assert from 'node:assert/strict';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { PROJECT_ROOT } from './means/program.js';

/** [what is refused, the file it would stand in, its code, a word of the message] */
type Violation = [title: string, file: string, code: string, message: RegExp];

const violations: Violation[] = [
  [
    'a server file that imports the emulator',
    'src/platform/x.ts',
    "import '../../emulator/limits.js';",
    /as a process/,
  ],
  ['a test that imports the emulator', 'test/x.test.ts', "import '../emulator/limits.js';", /as a process/],
  ['an emulator file that imports the server', 'emulator/x.ts', "import '../src/clock.js';", /over HTTP only/],
  [
    'an emulator file that takes but a type',
    'emulator/x.ts',
    "export type { X } from '../webhooks/x.js';",
    /over HTTP only/,
  ],
  ['a console file that imports the server', 'console/x.ts', "import '../src/clock.js';", /over HTTP/],
  ['a dialog that imports Node', 'src/conversation/x.ts', "import 'node:crypto';", /pure/],
  ['a dialog that imports Node under its bare name', 'src/conversation/x.ts', "import 'crypto';", /pure/],
  ['a dialog that loads Node later', 'src/conversation/x.ts', "void import('node:fs');", /pure/],
  ['knowledge that imports a package of the world', 'src/knowledge/x.ts', "import 'axios';", /pure/],
  [
    'a dialog that takes a value of a capability',
    'src/conversation/x.ts',
    "import { x } from '../consent/x.js'; x();",
    /types only/,
  ],
  [
    'a dialog that marks only the name as a type',
    'src/conversation/x.ts',
    "export { type X } from '../consent/x.js';",
    /types only/,
  ],
  ['a dialog that knows the door', 'src/conversation/x.ts', "export type { X } from '../../webhooks/x.js';", /pure/],
  ['a dialog that looks at the clock', 'src/conversation/x.ts', 'export const x = () => Date.now();', /time comes in/],
  ['a dialog that makes its own date', 'src/conversation/x.ts', 'export const x = () => new Date();', /time comes in/],
  ['a dialog that throws dice', 'src/conversation/x.ts', 'export const x = () => Math.random();', /random comes in/],
  ['a dialog that sets a timer', 'src/conversation/x.ts', 'setTimeout(() => undefined, 1);', /pure/],
  ['a capability whose rules know HTTP', 'src/consent/consent.ts', "import '../api/route.js';", /its routes/],
  ['a capability that knows the door', 'src/inbox/x.ts', "import '../../webhooks/x.js';", /the door/],
  ['a capability that imports the composition root', 'src/inbox/x.ts', "import '../main.js';", /wires the others/],
  ['a capability that opens an engine', 'src/inbox/x.ts', "import '../storage/sqlite-engine.js';", /storage's inside/],
  ['a door that opens an engine', 'webhooks/x.ts', "import '../src/storage/mongo-engine.js';", /storage's inside/],
  ['storage that knows a capability', 'src/storage/x.ts', "import '../consent/x.js';", /knows no capability/],
  ['a second file at the SQLite binding', 'src/storage/x.ts', "import '@photostructure/sqlite';", /One file/],
  [
    'a capability that imports a program',
    'src/inbox/x.ts',
    "import '../operations/backup.js';",
    /programs of their own/,
  ],
  ['a launcher that needs an installed package', 'src/launch/x.mjs', "import 'zod';", /before anything is installed/],
  ['a launcher that needs compiled code', 'src/launch/x.mjs', "import '../clock.js';", /before anything is installed/],
  ['a second reader of the environment', 'src/inbox/x.ts', 'export const x = process.env.X;', /read once/],
  ['a capability that prints', 'src/inbox/x.ts', "console.log('x');", /console/],
  ['a test that stands alone', 'src/inbox/x.test.ts', "it.only('x', () => undefined);", /alone or left out/],
  ['a test that is left out', 'test/x.test.ts', "describe.skip('x', () => undefined);", /alone or left out/],
  ['a test that leaves itself out', 'test/x.test.ts', "it('x', function () { this.skip(); });", /loud/],
];

const allowed: [title: string, file: string, code: string][] = [
  ['a dialog that takes a type', 'src/conversation/x.ts', "export type { X } from '../consent/x.js';"],
  ['a dialog that takes a value of knowledge', 'src/conversation/x.ts', "import '../knowledge/x.js';"],
  ['a dialog that formats with ICU', 'src/conversation/x.ts', "import 'intl-messageformat';"],
  ['a dialog that is handed a time', 'src/conversation/x.ts', 'export const x = (at: number) => new Date(at);'],
  ["a test of a dialog that uses Node's assert", 'src/conversation/x.test.ts', "import 'node:assert/strict';"],
  ["a capability's routes that use the API", 'src/consent/consent-routes.ts', "import '../api/route.js';"],
  ["a capability that uses storage's contracts", 'src/consent/x.ts', "import '../storage/table.js';"],
  ['the door that uses a capability', 'webhooks/x.ts', "import '../src/inbox/x.js';"],
  [
    'the composition root that uses everything',
    'src/main.ts',
    "import './storage/sqlite-engine.js'; import './api/x.js';",
  ],
  ['a contract test that opens an engine', 'src/inbox/x.contract.test.ts', "import '../storage/sqlite-engine.js';"],
];

describe('The walls of the house', function () {
  this.timeout(60_000);

  // The project's own configuration; only what needs the compiler's types is off, since these files do not exist.
  const eslint = new ESLint({
    cwd: PROJECT_ROOT,
    overrideConfig: [
      { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] },
      { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
    ] as ESLint.Options['overrideConfig'],
  });
  const messagesOf = async (file: string, code: string) => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: `${PROJECT_ROOT}/${file}` });
    return result?.messages.map(({ message }) => message) ?? [];
  };

  for (const [title, file, code, message] of violations) {
    it(`refuse ${title}`, async () => {
      const messages = await messagesOf(file, code);
      assert.ok(
        messages.some((said) => message.test(said)),
        `said only: ${messages.join('; ') || 'nothing'}`,
      );
    });
  }

  for (const [title, file, code] of allowed) {
    it(`let through ${title}`, async () => assert.deepEqual(await messagesOf(file, code), []));
  }
});

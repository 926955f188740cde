import assert from 'node:assert/strict';
import { errorOf, ERROR_CLASSES, knownError, type ErrorClass } from './error-catalogue.js';

// Copied from reference §9.1-§9.8: every code, with the letters that the table gives it there.
const REFERENCE = `
0 AU · 3 AU · 10 AU · 190 AU · 200-299 AU · 131005 AU · 368 AS · 130497 PR · 131031 AS
4 R · 80007 R · 130429 R · 131048 AS RL · 131056 R · 131064 AS · 133016 RL · 613 RL · 138000-138999 RL
1 R PM · 2 R · 33 CF AS · 100 PM · 131000 R · 131008 PM · 131009 PM · 131016 R · 131021 PM · 131057 R · 135000 PM · 2494100 R · 131059 I
130403 PR · 130472 RL · 131026 PR · 131030 CF · 131047 PM · 131049 RL · 131050 PR · 131062 PM · 131063 CF · 137000 PR · 131060 I
131051 PM I · 131052 I · 131053 PM · 131055 PM · 130501 I
132000 PM · 132001 CF · 132005 PM · 132007 PM · 132008 PM · 132012 PM · 132015 RL · 132016 CF · 132018 PM · 132068 CF · 132069 RL
134011 CF · 134100 PM · 134101 R · 134102 CF · 139000-139004 CF · 139200 CF · 2388330 CF · 2388318 CF · 2388019 CF
2388040 PM · 2388047 PM · 2388072 PM · 2388073 PM · 2388293 PM · 2388299 PM · 2388039 PM · 200005-200007 I
131037 CF AS · 131042 AS · 131044 CF · 131045 CF · 133000 CF · 133004 R · 133005 CF · 133008 CF · 133009 CF · 133006 CF
133010 CF AS · 133015 RL · 136024 CF · 2388001 CF · 2388012 CF · 2388091 CF · 2388093 CF · 2388103 CF · 1752041 I
2593079 CF · 2593085 CF · 2593107 CF · 2593108 CF · 2593109 CF · 141002 I
131020 ? · 131041 ? · 131201 ? · 131202 ? · 131204 ? · 131207 ? · 131208 ? · 131215 ?
139100 ? · 139101 ? · 139102 ? · 139103 ? · 147001-147004 ?
`;

type Listed = { readonly code: number; readonly classes: readonly ErrorClass[] };

const listed: Listed[] = REFERENCE.split(/[·\n]/)
  .map((part) => part.trim())
  .filter((part) => part !== '')
  .flatMap((part) => {
    const [codes = '', ...letters] = part.split(' ');
    const [from = 0, to = from] = codes.split('-').map(Number);
    const classes = letters.flatMap((letter) => ERROR_CLASSES[letter as keyof typeof ERROR_CLASSES] ?? []);
    return Array.from({ length: to - from + 1 }, (_, at) => ({ code: from + at, classes }));
  });

describe('the error catalogue', () => {
  it('knows every code of the reference, in one of the classes that it has there', () => {
    assert(listed.length > 1_200);
    for (const { code, classes } of listed) {
      const error = knownError(code);
      assert(error, `code ${code}`);
      assert(classes.length === 0 || classes.includes(error.class), `code ${code} is ${error.class}`);
      assert(error.title.length > 0);
    }
  });

  it('takes four codes, and no other, as proof that nothing went out', () => {
    const proving = listed.filter(({ code }) => knownError(code)?.proofNothingSent).map(({ code }) => code);
    assert.deepEqual(
      proving.sort((a, b) => a - b),
      [4, 80007, 130429, 131056],
    );
  });

  it('stops marketing after 131050, closes the window after 131047, slows one person after 131056', () => {
    assert.deepEqual(
      [131050, 131047, 131056].map((code) => knownError(code)?.effect),
      ['stopMarketing', 'closeWindow', 'slowPerson'],
    );
    assert.deepEqual(
      [131050, 131047, 131056].map((code) => knownError(code)?.reason),
      ['stopped', 'windowClosed', 'pairRate'],
    );
  });

  it('retries an unknown code when the platform blames itself, and else wants a human to look', () => {
    assert.equal(knownError(131001), undefined);
    assert.deepEqual([errorOf(999, { status: 500 }).class, errorOf(999, { status: 500 }).effect], ['retry', 'none']);
    assert.equal(errorOf(999, { status: 400, isTransient: true }).class, 'retry');
    assert.deepEqual([errorOf(999, { status: 400 }).class, errorOf(999, { status: 400 }).effect], ['message', 'alert']);
    assert.equal(errorOf(999).proofNothingSent, false);
    assert.equal(errorOf(131047, { status: 500 }).class, 'message');
  });
});

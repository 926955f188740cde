import assert from 'node:assert/strict';
import { FOUR_ARTICLES } from './articles.fixture.js';
import { CLINC_TRAINING, measureClinc } from './clinc.js';

describe('measuring on CLINC150', function () {
  this.timeout(60_000);

  it('chooses the threshold on the validation part and reports the test part at it', () => {
    const rows = FOUR_ARTICLES.flatMap(({ id, en }) => en.samples.map((sample): [string, string] => [sample, id]));
    const elsewhere = ['zzz qqq', 'wwww'].map((text): [string, string] => [text, 'oos']);
    let now = 0;
    const report = measureClinc(
      { train: rows, val: rows, test: rows, oos_val: elsewhere, oos_test: elsewhere },
      () => (now += 1),
      {
        ...CLINC_TRAINING,
        networks: 1,
        leastTexts: 1,
        training: { ...CLINC_TRAINING.training, epochs: 60, hidden: 32 },
      },
    );
    assert.deepEqual(report.test, { accuracyWithout: 1, accuracy: 1, recall: 1 });
    assert.deepEqual(report.validation, report.test);
    assert.equal(report.trainMs, 1);
    assert.ok(report.threshold > 0);
  });
});

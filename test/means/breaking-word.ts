// Importing this file plants a fault into this process: over a text with the word in `TEST_BREAKING_WORD` everything that compares texts
// breaks, as only a defect of ours would. So a journey sees from outside what becomes of an update that cannot be handled.

const word = process.env['TEST_BREAKING_WORD'];

if (word) {
  const normalize = String.prototype.normalize;
  String.prototype.normalize = function breaking(this: string, form?: string): string {
    if (String(this).includes(word)) throw new TypeError(`cannot read ${String(this)}`);
    return normalize.call(this, form);
  };
}

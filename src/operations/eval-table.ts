import type { ClincReport } from '../knowledge/clinc.js';
import type { AnswerTime, Spread } from './eval-time.js';
import { type Outcome, OUTCOMES, tallyOf } from '../knowledge/outcome.js';

const HEADINGS: Readonly<Record<Outcome, string>> = {
  right: 'right',
  askedBackWith: 'asked back with it',
  askedBackWithout: 'asked back without',
  wrong: 'wrong',
  unknown: 'unknown',
};

type Group = readonly [name: string, answered: readonly { readonly outcome: Outcome }[]];

/** One line a group that has questions, in per cent. Off topic, "I do not know" is right and an answer is wrong. */
export function table(groups: readonly Group[]): string {
  const lines = [['', 'n', ...OUTCOMES.map((outcome) => HEADINGS[outcome])]];
  for (const [name, answered] of groups) {
    if (answered.length === 0) continue;
    const tally = tallyOf(answered.map(({ outcome }) => outcome));
    const shares = OUTCOMES.map((outcome) => percent(tally[outcome] / answered.length));
    lines.push([name, String(answered.length), ...shares]);
  }
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
    )
    .join('\n');
}

/** How long an answer takes, from the text to the decision. */
export function timeLine({ questions, askings, fastest, all }: AnswerTime): string {
  const spread = ({ median, p99, worst }: Spread) =>
    `median ${median.toFixed(0)} us, 99 % within ${p99.toFixed(0)} us, the slowest ${worst.toFixed(0)} us`;
  return [
    `An answer to one of ${questions} questions, each asked ${askings} times`,
    `  its fastest time:  ${spread(fastest)}`,
    `  every time:        ${spread(all)} (with whatever else the machine had to do)`,
  ].join('\n');
}

/** Larson et al. 2019, oos-threshold, Full: in-scope accuracy and out-of-scope recall. */
const PAPER = [
  ['SVM', 88.2, 18.0],
  ['DialogFlow', 90.8, 26.7],
  ['Rasa', 90.9, 31.2],
  ['MLP', 93.4, 49.1],
  ['BERT', 96.2, 52.3],
] as const;

export function clincLines({
  test,
  validation,
  threshold,
  mostLost,
  others,
  trainMs,
  microsecondsAQuestion,
}: ClincReport): readonly string[] {
  return [
    '',
    `${''.padEnd(12)}in-scope accuracy  out-of-scope recall`,
    ...PAPER.map(([name, accuracy, recall]) => `${name.padEnd(12)}${cell(accuracy)}  ${cell(recall)}`),
    `${'Vestnik'.padEnd(12)}${cell(test.accuracy * 100)}  ${cell(test.recall * 100)}`,
    '',
    `threshold ${threshold.toFixed(3)}, chosen on the validation part to cost ${points(mostLost)} points: ${percent(validation.accuracy)} / ${percent(validation.recall)} there`,
    ...others.map(
      ({ mostLost, test: at }) =>
        `had it been allowed to cost ${points(mostLost)} points there: ${percent(at.accuracy)} / ${percent(at.recall)} on test`,
    ),
    `without a threshold: ${percent(test.accuracyWithout)} on test, ${percent(validation.accuracyWithout)} on validation`,
    `trained in ${(trainMs / 1000).toFixed(0)} s, ${microsecondsAQuestion.toFixed(0)} us a question`,
  ];
}

const cell = (figure: number) => figure.toFixed(1).padStart(17);
const percent = (share: number) => (share * 100).toFixed(1);
/** Of what may be lost, down to a hundredth of a point. */
const points = (share: number) => String(Math.round(share * 1e4) / 100);

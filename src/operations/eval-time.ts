/** How long answers take, in microseconds. */
export type AnswerTime = {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
};

/** The first answers are slow: what is compiled and cached then is so in a server that runs. */
const WARM_UP = 200;
/** As few as a file has, each is asked so often that there are enough of them for a 99th percentile. */
const LEAST_TIMED = 2_000;

/** Asks question after question, one at a time, as a turn does. @param nowMs a monotonic clock @returns zeros without questions */
export function timeEach(
  questions: readonly string[],
  answer: (question: string) => unknown,
  nowMs: () => number,
): AnswerTime {
  if (questions.length === 0) return { count: 0, median: 0, p99: 0, worst: 0 };
  const asked = (at: number) => questions[at % questions.length] ?? '';
  for (let at = 0; at < WARM_UP; at += 1) answer(asked(at));
  const rounds = Math.ceil(LEAST_TIMED / questions.length);
  const times: number[] = [];
  for (let at = 0; at < rounds * questions.length; at += 1) {
    const begun = nowMs();
    answer(asked(at));
    times.push((nowMs() - begun) * 1000);
  }
  times.sort((one, other) => one - other);
  const share = (of: number) => times[Math.min(times.length - 1, Math.floor(times.length * of))] ?? 0;
  return { count: times.length, median: share(0.5), p99: share(0.99), worst: share(1) };
}

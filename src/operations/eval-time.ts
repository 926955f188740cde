/** Microseconds. */
export type Spread = { readonly median: number; readonly p99: number; readonly worst: number };

/** How long answers take. */
export type AnswerTime = {
  readonly questions: number;
  readonly askings: number;
  /** Of each question its fastest asking: what the answer itself costs, whatever else the machine has to do. */
  readonly fastest: Spread;
  /** Of all askings, by the clock. */
  readonly all: Spread;
};

/** The first answers are slow: what is compiled and cached then is so in a server that runs. */
const WARM_UP = 200;
const ASKINGS = 15;

/** Asks question after question, one at a time, as a turn does, and all of them again. @param nowMs a monotonic clock
 *  @returns zeros without questions */
export function timeEach(
  questions: readonly string[],
  answer: (question: string) => unknown,
  nowMs: () => number,
): AnswerTime {
  for (const question of questions.slice(0, WARM_UP)) answer(question);
  const fastest = questions.map(() => Infinity);
  const all: number[] = [];
  for (let asking = 0; asking < ASKINGS; asking += 1)
    for (const [at, question] of questions.entries()) {
      const begun = nowMs();
      answer(question);
      const time = (nowMs() - begun) * 1000;
      all.push(time);
      fastest[at] = Math.min(fastest[at] ?? time, time);
    }
  return { questions: questions.length, askings: ASKINGS, fastest: spreadOf(fastest), all: spreadOf(all) };
}

function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p99: at(0.99), worst: at(1) };
}

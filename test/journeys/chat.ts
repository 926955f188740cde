import assert from 'node:assert/strict';
import type { Bubble, Customer, Platform } from './platform.js';

/** One thing that can be tapped under a message. */
export type Option = { readonly id: string; readonly title: string; readonly description?: string };

/** Everything that can be tapped in a message, in the order in which the customer sees it. */
export function optionsOf(bubble: Bubble | undefined): Option[] {
  const { action } = (bubble?.payload ?? {}) as {
    action?: { buttons?: { reply: Option }[]; sections?: { rows: Option[] }[] };
  };
  return [
    ...(action?.buttons ?? []).map(({ reply }) => reply),
    ...(action?.sections ?? []).flatMap(({ rows }) => rows),
  ];
}

export const idsOf = (bubble: Bubble | undefined): string[] => optionsOf(bubble).map(({ id }) => id);

export type Chat = {
  /** The next message from us. */
  readonly answer: () => Promise<Bubble>;
  /** Says something and waits for what comes back. */
  readonly say: (words: string) => Promise<Bubble>;
  /** Taps what has an id that begins so, and waits for what comes back. */
  readonly tap: (message: Bubble, start: string) => Promise<Bubble>;
};

/** One customer's chat from now on, in which each act is answered by one message. */
export async function chatOf(platform: Platform, customer: Customer): Promise<Chat> {
  let count = (await platform.answers(customer)).length;
  const answer = async () => {
    count += 1;
    return (await platform.answered(customer, count))[count - 1] ?? assert.fail();
  };
  return {
    answer,
    say: async (words) => {
      await platform.write(customer, words);
      return answer();
    },
    tap: async (message, start) => {
      const id = idsOf(message).find((one) => one.startsWith(start));
      assert.ok(id, `no ${start} in ${idsOf(message).join(' ')}`);
      await platform.tap(customer, message, id);
      return answer();
    },
  };
}

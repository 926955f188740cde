/** The string that Meta echoes on every status of a message: `v1:<outbox row>:<attempt>`. It says nothing to anybody else. */

export const writeCallbackData = (outboxId: string, attempt: number): string => `v1:${outboxId}:${attempt}`;

/** @returns undefined for anything that is not ours (another program may send from the same number) */
export function readCallbackData(
  text: string | undefined,
): { readonly outboxId: string; readonly attempt: number } | undefined {
  const match = text === undefined ? null : /^v1:([A-Za-z0-9]{10,40}):(\d{1,4})$/.exec(text);
  return match?.[1] && match[2] ? { outboxId: match[1], attempt: Number(match[2]) } : undefined;
}

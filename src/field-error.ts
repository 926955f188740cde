import type { z } from 'zod';

/** One wrong field of what was sent. `field` is its path, `message` says what is expected and never repeats the value. */
export type FieldError = { readonly field: string; readonly message: string };

const MOST_NAMES = 5;
const NAME = /^[a-z_]\w{0,39}$/i;

/** What zod found, in words that repeat nothing of what was sent: it may be a name or a text. Fields that nobody knows zod would call by
 *  their names, whatever those are; here only what is a name is named. */
export function fieldError(issue: z.core.$ZodIssue): FieldError {
  const field = issue.path.map(String).join('.') || 'body';
  if (issue.code !== 'unrecognized_keys') return { field, message: issue.message };
  const names = issue.keys.filter((key) => NAME.test(key)).slice(0, MOST_NAMES);
  return { field, message: `there is no such field${names.map((name) => ` "${name}"`).join(',')}` };
}

import type { PlatformError } from '../src/inbox/update.js';
import { defined } from './defined.js';
import { listOf } from './json-text.js';
import { ErrorItem } from './wire-shapes.js';

/** One error object, its code as a number; undefined when it has none. */
export function readError(item: unknown): PlatformError | undefined {
  const read = ErrorItem.safeParse(item);
  if (!read.success) return undefined;
  const { code, title, message, error_data: data } = read.data;
  return defined<PlatformError>({ code, title: title ?? message, details: data?.details });
}

export const readErrors = (list: unknown): PlatformError[] =>
  listOf(list).flatMap((item) => {
    const error = readError(item);
    return error ? [error] : [];
  });

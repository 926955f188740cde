import { z } from 'zod';
import { comparable } from '../conversation/spelling.js';
import { fieldError, type FieldError } from '../field-error.js';
import { Article, clashesOf } from '../knowledge/article.js';

/** What an operator may put in the place of an article: as strict as the loader of `templates/knowledge` is. */

/** Fewer teach the classifier the words and not the question. */
export const LEAST_SAMPLES = 12;

/** What was sent may be wrong in one part and readable in the others. */
const Readable = z.object({
  chips: z.array(z.string()).catch([]),
  ru: z
    .object({ title: z.string().catch(''), samples: z.array(z.string()).catch([]) })
    .catch({ title: '', samples: [] }),
  en: z
    .object({ title: z.string().catch(''), samples: z.array(z.string()).catch([]) })
    .catch({ title: '', samples: [] }),
});

export type CheckedArticle =
  | { readonly kind: 'right'; readonly article: Article }
  | { readonly kind: 'wrong'; readonly errors: readonly FieldError[] };

/** @param body without the id, or with the same
 *  @param others the articles as they stand; one of the same id is replaced
 *  @returns the article, or all that is wrong with it, alone and beside the others */
export function checkArticle(id: string, body: unknown, others: readonly Article[]): CheckedArticle {
  const given = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const read = Article.safeParse({ id, ...given });
  const alone: FieldError[] = read.success ? [] : read.error.issues.map(fieldError);
  if ('id' in given && given.id !== id) alone.push({ field: 'id', message: 'the id of the path, or none' });
  const readable = Readable.parse(given);
  for (const language of ['ru', 'en'] as const) {
    const { samples } = readable[language];
    if (samples.length < LEAST_SAMPLES)
      alone.push({ field: `${language}.samples`, message: `at least ${LEAST_SAMPLES} differently worded questions` });
  }
  const rest = others.filter((other) => other.id !== id);
  const shape = { short: '', long: '' };
  const candidate: Article = {
    id,
    chips: readable.chips,
    ru: { ...shape, ...readable.ru },
    en: { ...shape, ...readable.en },
  };
  // Last: of two that say the same it is the one that came later.
  const together = clashesOf([...rest, candidate], comparable)
    .filter((clash) => clash.id === id)
    .map(({ field, message }) => ({ field, message }));
  const errors = [...alone, ...together.filter(({ field }) => !alone.some((one) => one.field === field))];
  return read.success && errors.length === 0 ? { kind: 'right', article: read.data } : { kind: 'wrong', errors };
}

/** What would be wrong with the others if the articles were these: whoever takes one away is told. */
export const clashesAmong = (articles: readonly Article[]): readonly string[] =>
  clashesOf(articles, comparable).map(({ id, message }) => `${id}: ${message}`);

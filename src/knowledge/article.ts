import { z } from 'zod';

/* An article: what the bot knows on one subject, in both languages, and in which words people ask about it. Articles stand as files in
 * templates/knowledge; operators lay their own over them. */

const LANGUAGES = ['ru', 'en'] as const;
/** More would make training slow and would be a sign of two articles in one. */
const MOST_SAMPLES = 200;

/** Short enough for the id of a button, which Meta limits to 200 characters. */
const Id = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'has to look like rate-message');
const Sample = z.string().trim().min(2).max(200);

const Wording = z.strictObject({
  /** A row of a list message: Meta allows 24 characters. */
  title: z.string().trim().min(1).max(24),
  short: z.string().trim().min(1).max(200),
  /** Leaves room for a greeting and a question about stars within the 1,024 characters of an interactive body. */
  long: z.string().trim().min(1).max(800),
  /** Questions as people write them; `{company}` stands for the company's name in every text. */
  samples: z.array(Sample).min(1).max(MOST_SAMPLES),
});

export const Article = z.strictObject({
  id: Id,
  /** What to offer next: ids of other articles, at most three buttons. */
  chips: z.array(Id).max(3),
  /** The dialog that the question itself asks for: "call me back" is no question about call-backs. */
  starts: Id.optional(),
  ru: Wording,
  en: Wording,
});

export type Article = z.infer<typeof Article>;
export type ArticleId = Article['id'];

/** What is wrong with articles together, sentence by sentence; each alone is checked by `Article`. A sample that stands in two articles
 *  would teach the classifier both. */
export function faultsOf(articles: readonly Article[], comparable: (sample: string) => string): readonly string[] {
  const faults: string[] = [];
  const ids = new Set(articles.map(({ id }) => id));
  if (ids.size < articles.length) faults.push('two articles have the same id');
  const owner = new Map<string, ArticleId>();
  for (const article of articles) {
    for (const chip of article.chips) {
      if (chip === article.id || !ids.has(chip)) faults.push(`${article.id}: there is no other article "${chip}"`);
    }
    for (const language of LANGUAGES) {
      for (const sample of article[language].samples) {
        const key = comparable(sample);
        const first = owner.get(key);
        if (first !== undefined) faults.push(`${article.id}: the sample "${sample}" stands in ${first} already`);
        owner.set(key, article.id);
      }
    }
  }
  return faults;
}

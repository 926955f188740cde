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

/** Something wrong with articles together: whose, in which field, and what. */
export interface Clash {
  readonly id: ArticleId;
  readonly field: string;
  readonly message: string;
}

/** Ids are named; of what is none nothing is repeated: these words come out in error replies. */
const nameOf = (chip: string): string => (/^[a-z0-9-]{1,60}$/.test(chip) ? `"${chip}"` : 'of that id');

/** What is wrong with articles together; each alone is checked by `Article`. A sample that stands in two articles would teach the
 *  classifier both; two rows of one list may not have the same title. Samples may be customers' own words, so they are named by their place. */
export function clashesOf(articles: readonly Article[], comparable: (sample: string) => string): readonly Clash[] {
  const clashes: Clash[] = [];
  const ids = new Set(articles.map(({ id }) => id));
  const owner = new Map<string, ArticleId>();
  const titled = new Map<string, ArticleId>();
  for (const article of articles) {
    const { id } = article;
    article.chips.forEach((chip, at) => {
      if (chip === id || !ids.has(chip))
        clashes.push({ id, field: `chips.${at}`, message: `there is no other article ${nameOf(chip)}` });
    });
    for (const language of LANGUAGES) {
      const { title, samples } = article[language];
      const named = `${language}:${title.toLowerCase()}`;
      const namesake = titled.get(named);
      if (namesake !== undefined)
        clashes.push({
          id,
          field: `${language}.title`,
          message: `the title is that of ${namesake} already`,
        });
      titled.set(named, id);
      samples.forEach((sample, at) => {
        const key = comparable(sample);
        const first = owner.get(key);
        if (first !== undefined) {
          const message = `the sample stands in ${first} already`;
          clashes.push({ id, field: `${language}.samples.${at}`, message });
        }
        owner.set(key, id);
      });
    }
  }
  return clashes;
}

/** The same, sentence by sentence. */
export function faultsOf(articles: readonly Article[], comparable: (sample: string) => string): readonly string[] {
  const ids = new Set(articles.map(({ id }) => id));
  const twice = ids.size < articles.length ? ['two articles have the same id'] : [];
  return [...twice, ...clashesOf(articles, comparable).map(({ id, field, message }) => `${id} ${field}: ${message}`)];
}

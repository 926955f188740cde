import { articleVersion, readArticles } from './answers/stored-articles.js';
import { openModel } from './knowledge-cache.js';
import { answersFrom, type Answers } from './knowledge/answers.js';
import type { Article } from './knowledge/article.js';
import type { Model } from './knowledge/model.js';
import { fingerprintOf } from './load-articles.js';
import type { Engine } from './storage/engine.js';

/** What the bot knows in this process, kept up with what operators change. Texts change as soon as the change is seen; which questions
 *  they answer is learnt anew in a thread of its own, and until that is done the model of before goes on answering. One thing is learnt
 *  at a time: of changes that come meanwhile the last counts. */
export type KnowledgeDeps = {
  readonly engine: Engine;
  readonly templates: readonly Article[];
  readonly company: string;
  readonly dataDir: string;
  readonly log: Record<'info' | 'warn' | 'error', (event: string, fields: Record<string, string | number>) => void>;
  readonly learn?: typeof openModel;
};

const LOOK_EVERY_MS = 2_000;
const LEARN_AGAIN_MS = 60_000;

export class Knowledge {
  readonly #deps: KnowledgeDeps;
  #articles: readonly Article[];
  #answers: Answers;
  #version = 0;
  #model: Model | undefined;
  /** What it was learnt from. */
  #modelOf: string | undefined;
  #isLearning = false;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #stopped = false;

  constructor(deps: KnowledgeDeps) {
    this.#deps = deps;
    this.#articles = deps.templates;
    this.#answers = this.#answersNow();
  }

  readonly answers = (): Answers => this.#answers;

  /** Begins to look and to learn; waits for neither. */
  start(): void {
    this.look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Something may have changed. */
  readonly look = (): void => {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#lookOnce().finally(() => {
      this.#isLooking = false;
      if (!this.#stopped) this.#timer = setTimeout(this.look, LOOK_EVERY_MS);
    });
  };

  async #lookOnce(): Promise<void> {
    const { engine, templates, log } = this.#deps;
    try {
      if ((await articleVersion(engine)) !== this.#version) {
        const { version, articles } = await readArticles(engine, templates);
        this.#articles = articles.map(({ article }) => article);
        this.#version = version;
        this.#answers = this.#answersNow();
        log.info('knowledge.changed', { articles: articles.length, version });
      }
    } catch (error) {
      // The store is out: what was known is known.
      log.warn('knowledge.unread', { error: error instanceof Error ? error.name : 'unknown' });
    }
    if (this.#isLearning) return;
    this.#isLearning = true;
    void this.#learn().finally(() => (this.#isLearning = false));
  }

  #answersNow(): Answers {
    return answersFrom(this.#articles, this.#deps.company, () => this.#model);
  }

  /** Until what is learnt is what stands. */
  async #learn(): Promise<void> {
    const { company, dataDir, log, learn = openModel } = this.#deps;
    while (!this.#stopped) {
      const articles = this.#articles;
      const of = fingerprintOf(articles, company);
      if (of === this.#modelOf) return;
      try {
        this.#model = await learn(articles, company, dataDir);
        this.#modelOf = of;
        log.info('knowledge.ready', { articles: articles.length });
      } catch (error) {
        log.error('knowledge.failed', { error: error instanceof Error ? error.name : 'unknown' });
        await new Promise((resolve) => setTimeout(resolve, LEARN_AGAIN_MS).unref());
      }
    }
  }
}

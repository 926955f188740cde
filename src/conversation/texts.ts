import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from './session.js';
import { WORDING, type TextArgs, type TextKey } from './wording.js';

/** The bot's sentences, compiled. */
export type Texts = {
  /** One sentence with its arguments filled in. Cannot fail: all was checked when the texts were made. */
  say<K extends TextKey>(
    language: Language,
    key: K,
    ...args: keyof TextArgs<K> extends never ? [] : [TextArgs<K>]
  ): string;
};

const LANGUAGES = ['ru', 'en'] as const satisfies readonly Language[];
const KEYS = Object.keys(WORDING) as TextKey[];

/** Compiles the catalogues (ICU MessageFormat) and holds every sentence against `WORDING`.
 *  @throws Error naming all faults at once: a missing or unknown key, a sentence that cannot be parsed, an argument that is
 *  missing or unknown, a title longer than the platform takes. So the start fails, never a turn. */
export function createTexts(catalogues: Record<Language, Record<string, string>>): Texts {
  const faults: string[] = [];
  const compiled = new Map<string, IntlMessageFormat>();
  /** Sentences that read the same every time. */
  const fixed = new Map<string, string>();
  for (const language of LANGUAGES) {
    const catalogue = catalogues[language];
    for (const key of Object.keys(catalogue)) if (!(key in WORDING)) faults.push(`${language}: unknown key ${key}`);
    for (const key of KEYS) {
      const sentence = catalogue[key];
      if (!sentence) {
        faults.push(`${language}: ${key} is missing`);
        continue;
      }
      try {
        const message = new IntlMessageFormat(sentence, language, undefined, { ignoreTag: true });
        faults.push(...faultsOf(key, sentence, message).map((fault) => `${language}: ${key}: ${fault}`));
        compiled.set(`${language} ${key}`, message);
        if (argumentsOf(message.getAst()).size === 0) fixed.set(`${language} ${key}`, String(message.format()));
      } catch (error) {
        faults.push(`${language}: ${key}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  if (faults.length > 0) throw new Error(`The bot's texts are not right:\n  ${faults.join('\n  ')}`);
  return {
    say(language, key, ...args) {
      const name = `${language} ${key}`;
      return fixed.get(name) ?? String(compiled.get(name)?.format(args[0] as TextArgs<never>) ?? '');
    },
  };
}

function faultsOf(key: TextKey, sentence: string, message: IntlMessageFormat): string[] {
  const { args, max } = WORDING[key];
  const used = argumentsOf(message.getAst());
  const faults = args.filter((name) => !used.has(name)).map((name) => `the argument ${name} is missing`);
  for (const name of used) if (!(args as string[]).includes(name)) faults.push(`the argument ${name} is unknown`);
  if (sentence.length > max) faults.push(`${sentence.length} characters where ${max} fit`);
  return faults;
}

type Node = ReturnType<IntlMessageFormat['getAst']>[number];

/** The names of all arguments of a parsed message, those inside plural and select branches included. */
function argumentsOf(nodes: readonly Node[], found = new Set<string>()): Set<string> {
  for (const node of nodes) {
    if (node.type !== LITERAL && node.type !== POUND) found.add(node.value);
    if ('options' in node) for (const option of Object.values(node.options)) argumentsOf(option.value, found);
  }
  return found;
}

// Values of the parser's `TYPE`, which is an enum of a package that is not ours to import: a test holds them against it.
const LITERAL = 0;
const POUND = 7;

import { z } from 'zod';
import { TEMPLATE_LIMITS, versionFaults, type TemplateVersion } from './template-rules.js';

/** The message templates of `templates/messages`: one file a name, both languages inside, components as Meta wants them
 *  (reference §10.1). Pure: files come in as parsed JSON. */

export const TEMPLATE_LANGUAGES = ['ru', 'en'] as const;
export type TemplateLanguage = (typeof TEMPLATE_LANGUAGES)[number];

export const TEMPLATE_CATEGORIES = ['UTILITY', 'MARKETING'] as const;

export type MessageTemplate = {
  readonly name: string;
  readonly category: (typeof TEMPLATE_CATEGORIES)[number];
  /** `message_send_ttl_seconds`: what is not delivered by then lapses, without a word of Meta's. */
  readonly ttlSeconds: number;
  readonly versions: Readonly<Record<TemplateLanguage, TemplateVersion>>;
};

/** By their names. */
export type MessageTemplates = ReadonlyMap<string, MessageTemplate>;

const Body = z.strictObject({
  type: z.literal('BODY'),
  text: z.string(),
  example: z
    .strictObject({
      body_text_named_params: z.array(z.strictObject({ param_name: z.string(), example: z.string() })).min(1),
    })
    .optional(),
});
const Footer = z.strictObject({ type: z.literal('FOOTER'), text: z.string() });
const Buttons = z.strictObject({
  type: z.literal('BUTTONS'),
  buttons: z.array(z.strictObject({ type: z.literal('QUICK_REPLY'), text: z.string() })).min(1),
});
const Version = z.strictObject({ components: z.array(z.discriminatedUnion('type', [Body, Footer, Buttons])) });

const { ttlSeconds } = TEMPLATE_LIMITS;
const File = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9_]+$/, 'may hold a-z, 0-9 and _ only')
    .max(TEMPLATE_LIMITS.name),
  category: z.enum(TEMPLATE_CATEGORIES),
  parameter_format: z.literal('named'),
  message_send_ttl_seconds: z.int().min(ttlSeconds.min).max(ttlSeconds.max),
  languages: z.strictObject({ ru: Version, en: Version }),
});
export type TemplateFile = z.output<typeof File>;

/** @param files what each file holds, by its name without `.json`
 *  @returns the templates, or everything that is wrong with all of them, a line each */
export function readTemplates(
  files: ReadonlyMap<string, unknown>,
):
  | { readonly kind: 'templates'; readonly templates: MessageTemplates }
  | { readonly kind: 'faults'; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const templates = new Map<string, MessageTemplate>();
  for (const [file, content] of files) {
    const parsed = File.safeParse(content);
    if (!parsed.success) {
      faults.push(...parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.') || 'it'}: ${message}`));
      continue;
    }
    const read = templateOf(parsed.data);
    if (read.name !== file) faults.push(`${file}: its name is ${read.name}: the file has to bear it`);
    for (const language of TEMPLATE_LANGUAGES)
      faults.push(...versionFaults(read.versions[language]).map((fault) => `${file}: ${language}: ${fault}`));
    faults.push(...betweenLanguages(read).map((fault) => `${file}: ${fault}`));
    templates.set(read.name, read);
  }
  faults.push(...equalTexts([...templates.values()]));
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'templates', templates };
}

const templateOf = (file: TemplateFile): MessageTemplate => ({
  name: file.name,
  category: file.category,
  ttlSeconds: file.message_send_ttl_seconds,
  versions: { ru: versionOf(file.languages.ru.components), en: versionOf(file.languages.en.components) },
});

type Component = TemplateFile['languages']['ru']['components'][number];

function versionOf(components: readonly Component[]): TemplateVersion {
  const part = <Type extends Component['type']>(type: Type) =>
    components.find((one): one is Extract<Component, { type: Type }> => one.type === type);
  const body = part('BODY');
  return {
    body: body?.text ?? '',
    footer: part('FOOTER')?.text ?? null,
    buttons: part('BUTTONS')?.buttons.map(({ text }) => text) ?? [],
    parameters: (body?.example?.body_text_named_params ?? []).map(({ param_name: name, example: sample }) => ({
      name,
      sample,
    })),
    components,
  };
}

/** Whoever sends a template gives the same parameters whatever the language. */
function betweenLanguages({ versions: { ru, en } }: MessageTemplate): string[] {
  const faults: string[] = [];
  const names = ({ parameters }: TemplateVersion) => parameters.map(({ name }) => name).toSorted().join(', '); // prettier-ignore
  if (names(ru) !== names(en)) faults.push(`ru takes ${names(ru) || 'nothing'}, en takes ${names(en) || 'nothing'}`);
  if (ru.buttons.length !== en.buttons.length) faults.push('ru and en have not as many buttons');
  return faults;
}

/** Meta refuses a template whose body and footer another one of the same language has. */
function equalTexts(templates: readonly MessageTemplate[]): string[] {
  const faults: string[] = [];
  for (const language of TEMPLATE_LANGUAGES) {
    const owners = new Map<string, string>();
    for (const { name, versions } of templates) {
      const text = `${versions[language].body}\n${versions[language].footer ?? ''}`;
      const owner = owners.get(text);
      if (owner === undefined) owners.set(text, name);
      else faults.push(`${name}: ${language}: reads as ${owner} does, and Meta would refuse it`);
    }
  }
  return faults;
}

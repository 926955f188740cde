import { z } from 'zod';
import type { TemplateFile, TemplateLanguage } from '../../platform/template-file.js';
import { variablesOf } from '../../platform/template-rules.js';

/** WhatsApp knows no optional parts, so each announcement has a template for every combination of them. People write the sentences once
 *  (`templates/wordings`), this makes the files. Pure. */

const texts = z.strictObject({ ru: z.string(), en: z.string() });
const Announcement = z.strictObject({
  ttlSeconds: z.int(),
  /** Optional parts that this announcement never tells. */
  leftOut: z.array(z.string()).default([]),
  ...texts.shape,
});
export const WordingSource = z.strictObject({
  about: z.array(z.string()).optional(),
  /** What the names of the templates begin with. */
  name: z.string(),
  category: z.enum(['UTILITY', 'MARKETING']),
  /** The parameters that may be missing, in the order in which they stand in the names. */
  options: z.array(z.string()).max(4),
  samples: z.strictObject({ ru: z.record(z.string(), z.string()), en: z.record(z.string(), z.string()) }),
  footer: texts,
  buttons: z.strictObject({ ru: z.array(z.string()), en: z.array(z.string()) }),
  announcements: z.record(z.string(), Announcement),
});
export type WordingSource = z.output<typeof WordingSource>;

/** The name of the template that tells these optional parts, such as `maintenance_begun_site_phone`. */
export const templateName = (source: string, announcement: string, options: readonly string[]): string =>
  [source, announcement, ...options].join('_');

/** @returns every template of the source, in the order of the announcements, the barest first */
export function composeTemplates(source: WordingSource): TemplateFile[] {
  return Object.entries(source.announcements).flatMap(([announcement, { leftOut, ...told }]) =>
    combinations(source.options.filter((option) => !leftOut.includes(option))).map((options): TemplateFile => {
      const version = (language: TemplateLanguage) => versionOf(source, language, told[language], options);
      return {
        name: templateName(source.name, announcement, options),
        category: source.category,
        parameter_format: 'named',
        message_send_ttl_seconds: told.ttlSeconds,
        languages: { ru: version('ru'), en: version('en') },
      };
    }),
  );
}

function versionOf(
  source: WordingSource,
  language: TemplateLanguage,
  text: string,
  options: readonly string[],
): TemplateFile['languages']['ru'] {
  const body = withOptions(text, source.options, options);
  const named = [...new Set(variablesOf(body))].map((name) => ({
    param_name: name,
    example: source.samples[language][name] ?? '',
  }));
  return {
    components: [
      { type: 'BODY', text: body, ...(named.length > 0 ? { example: { body_text_named_params: named } } : {}) },
      { type: 'FOOTER', text: source.footer[language] },
      { type: 'BUTTONS', buttons: source.buttons[language].map((label) => ({ type: 'QUICK_REPLY', text: label })) },
    ],
  };
}

/** What stands in brackets is told when all optional parameters in it are. */
const withOptions = (text: string, known: readonly string[], told: readonly string[]): string =>
  text.replace(/\[([^[\]]*)\]/g, (_, part: string) =>
    variablesOf(part).every((name) => !known.includes(name) || told.includes(name)) ? part : '',
  );

/** Every subset, each in the given order. */
export const combinations = (options: readonly string[]): string[][] =>
  Array.from({ length: 2 ** options.length }, (_, bits) => options.filter((_option, at) => (bits >> at) & 1));

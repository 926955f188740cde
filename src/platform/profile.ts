import { z } from 'zod';
import type { TemplateLanguage } from './template-file.js';

/** Ice breakers and commands of our number (reference §7.7). Pure. */

const EMOJI = /\p{Extended_Pictographic}/u;
const line = (max: number) =>
  z
    .string()
    .min(1, 'is empty')
    .max(max, `is longer than ${max} characters`)
    .refine((text) => !/[\n\r\t]/.test(text), 'is more than one line')
    .refine((text) => !EMOJI.test(text), 'holds an emoji');
const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;

const Offers = z.strictObject({
  iceBreakers: z
    .array(line(80))
    .max(4, 'has more than 4 ice breakers')
    .refine(unique, 'has the same ice breaker twice'),
  commands: z
    .array(
      z.strictObject({
        name: line(32).refine((name) => /^[a-z0-9_]+$/.test(name), 'may hold a-z, 0-9 and _ only'),
        hint: line(256),
      }),
    )
    .max(30, 'has more than 30 commands')
    .refine((commands) => unique(commands.map(({ name }) => name)), 'has the same command twice'),
});
const Profile = z.strictObject({ about: z.array(z.string()).optional(), ru: Offers, en: Offers });
export type Offers = z.output<typeof Offers>;

/** @returns what each language offers, or everything that is wrong with the file, a line each */
export function readProfile(
  file: unknown,
):
  | { readonly kind: 'profile'; readonly offers: Readonly<Record<TemplateLanguage, Offers>> }
  | { readonly kind: 'faults'; readonly faults: readonly string[] } {
  const parsed = Profile.safeParse(file);
  if (parsed.success) return { kind: 'profile', offers: { ru: parsed.data.ru, en: parsed.data.en } };
  return {
    kind: 'faults',
    faults: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'} ${message}`),
  };
}

/** The body of `POST /{phone_number_id}/conversational_automation`. */
export const profileToWire = ({ iceBreakers, commands }: Offers): object => ({
  enable_welcome_message: false,
  prompts: iceBreakers,
  commands: commands.map(({ name, hint }) => ({ command_name: name, command_description: hint })),
});

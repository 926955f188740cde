import type { ListedTemplate } from './list-templates.js';
import {
  TEMPLATE_LANGUAGES,
  type MessageTemplate,
  type MessageTemplates,
  type TemplateLanguage,
} from './template-file.js';
import { templateKey } from './template-table.js';

/** Local templates beside those of the account. Pure. */

export type TemplateState =
  /** The account has none of the name in this language: to be submitted. */
  | 'new'
  | 'approved'
  /** Meta looks at it. */
  | 'waiting'
  | 'refused'
  /** Approved once, and not to be sent now: paused, disabled, archived. */
  | 'unusable'
  /** Approved, but it reads otherwise than the file. */
  | 'differs';

export type Compared = {
  readonly template: MessageTemplate;
  readonly language: TemplateLanguage;
  readonly state: TemplateState;
  /** Meta's word; null for a new one. */
  readonly status: string | null;
  readonly reason: string | null;
  readonly quality: string | null;
  /** What Meta made of its category, where that is another than ours. */
  readonly recategorised: string | null;
};

const WAITING = new Set(['PENDING', 'IN_APPEAL', 'PENDING_DELETION']);

/** @returns one for each language of each local template, in the order of the names */
export function compareTemplates(local: MessageTemplates, listed: readonly ListedTemplate[]): Compared[] {
  const byKey = new Map(listed.map((one) => [templateKey(one.name, one.language), one]));
  return [...local.values()].flatMap((template) =>
    TEMPLATE_LANGUAGES.map((language): Compared => {
      const theirs = byKey.get(templateKey(template.name, language));
      return {
        template,
        language,
        state: theirs ? stateOf(theirs, template.versions[language].body) : 'new',
        status: theirs?.status ?? null,
        reason: theirs?.reason ?? null,
        quality: theirs?.quality ?? null,
        recategorised: theirs?.category && theirs.category !== template.category ? theirs.category : null,
      };
    }),
  );
}

function stateOf({ status, body }: ListedTemplate, ours: string): TemplateState {
  if (status === 'APPROVED') return body !== null && !isSame(body, ours) ? 'differs' : 'approved';
  if (WAITING.has(status)) return 'waiting';
  return status === 'REJECTED' ? 'refused' : 'unusable';
}

/** Meta trims what it stores. */
const isSame = (one: string, other: string): boolean => one.trim() === other.trim();

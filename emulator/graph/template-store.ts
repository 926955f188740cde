import { newNumericId } from '../ids.js';

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  status: string;
  category: string;
  parameter_format: string;
  components: Record<string, unknown>[];
}

/** Templates of the account; a name has one version per language (reference §10.3). At most 6,000 (§7.1). */
export const MAX_TEMPLATES = 6_000;

export class Templates {
  private readonly byKey = new Map<string, Template>();

  all(): Template[] {
    return [...this.byKey.values()];
  }

  find(name: string, language: string): Template | undefined {
    return this.byKey.get(`${name} ${language}`);
  }

  withId(id: string): Template | undefined {
    return this.all().find((each) => each.id === id);
  }

  /** Puts a template in, or in place of the one of the same name and language. */
  put(wanted: Partial<Template> & { name: string; language: string }): Template {
    const template: Template = {
      id: wanted.id ?? this.find(wanted.name, wanted.language)?.id ?? newNumericId(),
      name: wanted.name,
      language: wanted.language,
      status: wanted.status ?? 'APPROVED',
      category: (wanted.category ?? 'UTILITY').toUpperCase(),
      parameter_format: (wanted.parameter_format ?? 'POSITIONAL').toUpperCase(),
      components: wanted.components ?? [],
    };
    this.byKey.set(`${template.name} ${template.language}`, template);
    return template;
  }

  /** @returns how many versions went away */
  remove(name: string, id?: string): number {
    let removed = 0;
    for (const [key, each] of this.byKey) {
      if (each.name !== name || (id !== undefined && each.id !== id)) continue;
      this.byKey.delete(key);
      removed += 1;
    }
    return removed;
  }

  clear(): void {
    this.byKey.clear();
  }
}

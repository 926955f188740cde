import { newNumericId } from '../../ids.js';

export type TemplateStatus =
  | 'APPROVED'
  | 'PENDING'
  | 'REJECTED'
  | 'PAUSED'
  | 'DISABLED'
  | 'IN_APPEAL'
  | 'PENDING_DELETION'
  | 'DELETED'
  | 'LIMIT_EXCEEDED'
  | 'ARCHIVED';

export type QualityScore = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN';

type Json = Record<string, unknown>;

/** A template in one language, as Graph tells it; members that only the platform knows begin after `history`. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  status: TemplateStatus;
  category: string;
  parameter_format: string;
  components: Json[];
  message_send_ttl_seconds?: number;
  previous_category?: string;
  correct_category?: string;
  rejected_reason: string;
  quality_score: { score: QualityScore; date?: number };
  /** counts edits: a message shows the words it was sent with */
  version: number;
  history: {
    createdAt: number;
    editedAt: number[];
    /** pauses for bad quality so far: the third one disables (reference §7.4) */
    pauses: number;
    pausedUntil?: number;
  };
}

/** What somebody who makes a template may say; the rest is as at first. */
export type TemplateWish = Partial<Omit<Template, 'id'>> & Pick<Template, 'name' | 'language'> & { readonly id?: string };

/** The words of one version, kept for the bubbles of messages that were sent with it. */
export interface TemplateVersion {
  readonly key: string;
  readonly components: Json[];
}

/** Templates of the account; a name has one version per language (reference §10.3). At most 6,000 (§7.1). */
export const MAX_TEMPLATES = 6_000;
const MAX_VERSIONS = 20_000;
/** An approved name cannot be used again for so long after it was deleted (reference §10.2). */
const NAME_LOCKED_MS = 30 * 24 * 60 * 60 * 1000;

/** What the account has of templates: found by name and language, by id, and older words by version. */
export class Templates {
  private readonly byKey = new Map<string, Template>();
  private readonly byId = new Map<string, Template>();
  private readonly versions = new Map<string, TemplateVersion>();
  private readonly lockedUntil = new Map<string, number>();

  all(): IterableIterator<Template> {
    return this.byKey.values();
  }

  get size(): number {
    return this.byKey.size;
  }

  find(name: string, language: string): Template | undefined {
    return this.byKey.get(`${name} ${language}`);
  }

  withId(id: string): Template | undefined {
    return this.byId.get(id);
  }

  /** Puts a template in, or in place of the one of the same name and language. */
  put(wanted: TemplateWish): Template {
    const before = this.find(wanted.name, wanted.language);
    const template: Template = {
      id: wanted.id ?? before?.id ?? newNumericId(),
      name: wanted.name,
      language: wanted.language,
      status: wanted.status ?? 'APPROVED',
      category: (wanted.category ?? 'UTILITY').toUpperCase(),
      parameter_format: (wanted.parameter_format ?? 'POSITIONAL').toUpperCase(),
      components: wanted.components ?? [],
      ...(wanted.message_send_ttl_seconds === undefined
        ? {}
        : { message_send_ttl_seconds: wanted.message_send_ttl_seconds }),
      ...(wanted.previous_category ? { previous_category: wanted.previous_category } : {}),
      ...(wanted.correct_category ? { correct_category: wanted.correct_category } : {}),
      rejected_reason: wanted.rejected_reason ?? 'NONE',
      quality_score: wanted.quality_score ?? { score: 'UNKNOWN' },
      version: wanted.version ?? (before ? before.version + 1 : 1),
      history: wanted.history ?? { createdAt: 0, editedAt: [], pauses: 0 },
    };
    this.byKey.set(`${template.name} ${template.language}`, template);
    this.byId.set(template.id, template);
    this.keepVersion({ key: versionKey(template), components: template.components });
    return template;
  }

  /** New words for a template that stays the same one. */
  rewrite(template: Template, components: Json[]): void {
    template.components = components;
    template.version += 1;
    this.keepVersion({ key: versionKey(template), components });
  }

  /** The words a message was sent with; words older than 20,000 others may be gone. */
  versionWith(key: string | undefined): TemplateVersion | undefined {
    return key === undefined ? undefined : this.versions.get(key);
  }

  allVersions(): IterableIterator<TemplateVersion> {
    return this.versions.values();
  }

  keepVersion(version: TemplateVersion): void {
    this.versions.set(version.key, version);
    const [oldest] = this.versions.keys();
    if (this.versions.size > MAX_VERSIONS && oldest !== undefined) this.versions.delete(oldest);
  }

  /** @returns the versions that went away */
  remove(name: string, now: number, id?: string): Template[] {
    const removed = [...this.byKey.values()].filter((each) => each.name === name && (id === undefined || each.id === id));
    for (const each of removed) {
      this.byKey.delete(`${each.name} ${each.language}`);
      this.byId.delete(each.id);
      if (each.status === 'APPROVED' || each.status === 'PAUSED') this.lockedUntil.set(lockKey(each), now + NAME_LOCKED_MS);
    }
    return removed;
  }

  /** Whether that name was deleted in that language so recently that it cannot be used again. */
  isLocked(name: string, language: string, now: number): boolean {
    return (this.lockedUntil.get(lockKey({ name, language })) ?? 0) > now;
  }

  clear(): void {
    this.byKey.clear();
    this.byId.clear();
    this.versions.clear();
    this.lockedUntil.clear();
  }
}

export const versionKey = (template: Template): string => `${template.id}:${template.version}`;

/** The component of that type, whichever way its type is written. */
export const componentOf = (components: readonly Json[], type: string): Json | undefined =>
  components.find((each) => String(each['type']).toLowerCase() === type);

/** The buttons of a template, in their order. */
export const buttonsOf = (components: readonly Json[]): readonly Json[] => {
  const buttons = componentOf(components, 'buttons')?.['buttons'];
  return Array.isArray(buttons) ? (buttons as Json[]) : [];
};

/** Names of the variables in a text, each once, in order: `1`, `2`, or `first_name`. */
export const variablesOf = (text: unknown): string[] =>
  typeof text === 'string'
    ? [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1] ?? ''))]
    : [];

const lockKey = ({ name, language }: Pick<Template, 'name' | 'language'>): string => `${name} ${language}`;

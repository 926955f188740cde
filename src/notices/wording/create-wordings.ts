import type { Texts } from '../../conversation/texts.js';
import { tapId } from '../../conversation/taps.js';
import { OUTBOUND_LIMITS } from '../../platform/outbound-limits.js';
import type { MessageTemplate, MessageTemplates } from '../../platform/template-file.js';
import { filledIn, parameterValue, TEMPLATE_LIMITS } from '../../platform/template-rules.js';
import {
  NOTICE_LANGUAGES,
  type AnnouncementKind,
  type NoticeLanguage,
  type TemplateKey,
  type TemplateStanding,
  type ToSay,
  type WindowFacts,
  type Wording,
  type Wordings,
} from '../wordings.js';
import { combinations, templateName } from './compose.js';
import { interruptionWords, windowWords } from './window-words.js';

/** Announcements in the words of the templates: which one, with which parameters. */

const SOURCE = 'maintenance';
type Option = 'interruption' | 'site' | 'phone';
const OPTIONS = ['interruption', 'site', 'phone'] as const satisfies readonly Option[];

/** The templates of a kind: a time to live belongs to the template, so "soon" and "days ahead" are two. */
const ANNOUNCEMENTS: Record<
  AnnouncementKind,
  { readonly names: readonly string[]; readonly options: readonly Option[] }
> = {
  before: { names: ['before_days', 'before_soon'], options: OPTIONS },
  begun: { names: ['begun'], options: OPTIONS },
  changed: { names: ['changed_days', 'changed_soon'], options: OPTIONS },
  // How long an interruption would have been is of no use to anybody any more.
  cancelled: { names: ['cancelled'], options: ['site', 'phone'] },
  done: { names: ['done'], options: ['site', 'phone'] },
};

/** So much of them fits beside the longest sentences; what is longer is cut with an ellipsis. */
const MAX_VALUE = { site: 120, phone: 60, other: 160 } as const;

export type WordingsDeps = {
  readonly templates: MessageTemplates;
  readonly texts: Pick<Texts, 'say'>;
  /** How templates stand at Meta, in the order of the keys. @throws StoreUnavailable */
  readonly standing: (keys: readonly TemplateKey[]) => Promise<readonly TemplateStanding[]>;
};

/** @throws Error naming every template that is missing or takes other parameters than it is given: the start stops there */
export function createWordings({ templates, texts, standing }: WordingsDeps): Wordings {
  const faults = faultsOf(templates);
  if (faults.length > 0)
    throw new Error(`The templates of the notices are not right:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);

  const templatesOf = (kind: AnnouncementKind, window: WindowFacts): MessageTemplate[] => {
    const options = toldOf(kind, window);
    return ANNOUNCEMENTS[kind].names.flatMap((name) => templates.get(templateName(SOURCE, name, options)) ?? []);
  };

  return {
    say: (what, language) => {
      const template = fitting(templatesOf(what.kind, what.window), what.usefulMs);
      return wordingOf(template, language, valuesOf(what, language, texts));
    },

    needed: (window, kinds) => {
      const all = new Set<AnnouncementKind>([...kinds, 'changed', 'cancelled']);
      return [...all].flatMap((kind) =>
        templatesOf(kind, window).flatMap(({ name }) => NOTICE_LANGUAGES.map((language) => ({ name, language }))),
      );
    },

    standing,
  };
}

/** The longest time to live that ends before the announcement is useless; if there is none, the shortest. */
function fitting(templates: readonly MessageTemplate[], usefulMs: number): MessageTemplate {
  const byTtl = templates.toSorted((one, other) => one.ttlSeconds - other.ttlSeconds);
  const chosen = byTtl.findLast(({ ttlSeconds }) => ttlSeconds * 1_000 <= usefulMs) ?? byTtl[0];
  if (!chosen) throw new Error('an announcement without a template passed its check');
  return chosen;
}

/** What of the optional parts the announcement tells. */
function toldOf(kind: AnnouncementKind, window: WindowFacts): Option[] {
  const known: Record<Option, boolean> = {
    interruption: window.maxInterruptionMinutes !== null,
    site: isSaid(window.site),
    phone: isSaid(window.supportPhone),
  };
  return ANNOUNCEMENTS[kind].options.filter((option) => known[option]);
}

const isSaid = (value: string | null): boolean => value !== null && parameterValue(value, MAX_VALUE.other) !== '';

function valuesOf(
  { kind, window, formerly }: ToSay,
  language: NoticeLanguage,
  texts: Pick<Texts, 'say'>,
): ReadonlyMap<string, string> {
  const told = toldOf(kind, window);
  const values = new Map<string, string>([['window', windowWords(window, language, texts)]]);
  if (kind === 'changed') values.set('formerly', windowWords(formerly ?? window, language, texts));
  if (told.includes('interruption'))
    values.set('interruption', interruptionWords(window.maxInterruptionMinutes ?? 0, language, texts));
  if (told.includes('site')) values.set('site', parameterValue(window.site ?? '', MAX_VALUE.site));
  if (told.includes('phone')) values.set('phone', parameterValue(window.supportPhone ?? '', MAX_VALUE.phone));
  return values;
}

function wordingOf(template: MessageTemplate, language: NoticeLanguage, values: ReadonlyMap<string, string>): Wording {
  const { body, footer, buttons, parameters } = template.versions[language];
  return {
    template: template.name,
    language,
    content: {
      type: 'template',
      name: template.name,
      language,
      bodyParameters: parameters.map(({ name }) => ({
        name,
        text: parameterValue(values.get(name) ?? '', MAX_VALUE.other),
      })),
      buttonPayloads: buttons.map(() => STOP_THESE),
    },
    body: filledIn(body, values),
    footer,
    buttons,
    ttlSeconds: template.ttlSeconds,
  };
}

/** "Stop these" under a notice. */
const STOP_THESE = tapId({ to: 'stop', topic: 'maintenance' });

/** The bodies' variables must be what an announcement of the kind fills in, and the one button is the stop. */
function faultsOf(templates: MessageTemplates): string[] {
  const faults: string[] = [];
  for (const [kind, { names, options }] of Object.entries(ANNOUNCEMENTS))
    for (const told of combinations(options))
      for (const announcement of names) {
        const name = templateName(SOURCE, announcement, told);
        const template = templates.get(name);
        if (!template) {
          faults.push(`${name} is missing`);
          continue;
        }
        const wanted = ['window', ...(kind === 'changed' ? ['formerly'] : []), ...told].toSorted();
        for (const language of NOTICE_LANGUAGES) {
          const { parameters, buttons } = template.versions[language];
          const taken = parameters.map((parameter) => parameter.name).toSorted();
          if (taken.join() !== wanted.join()) faults.push(`${name}: ${language}: it has to take ${wanted.join(', ')}`);
          if (buttons.length !== 1) faults.push(`${name}: ${language}: it has to have one button, which stops these`);
          // Without its template it leaves as a message, whose buttons are shorter.
          if (buttons.some((label) => label.length > OUTBOUND_LIMITS.buttons.title))
            faults.push(`${name}: ${language}: a label is longer than ${OUTBOUND_LIMITS.buttons.title}`);
          const room = parameters.reduce((sum, parameter) => sum + roomOf(parameter.name), 0);
          if (bareLength(template, language) + room > TEMPLATE_LIMITS.body)
            faults.push(`${name}: ${language}: with the longest values it is longer than ${TEMPLATE_LIMITS.body}`);
        }
      }
  return faults;
}

const roomOf = (name: string): number =>
  name === 'site' ? MAX_VALUE.site : name === 'phone' ? MAX_VALUE.phone : MAX_VALUE.other;

const bareLength = ({ versions }: MessageTemplate, language: NoticeLanguage): number =>
  filledIn(versions[language].body, new Map(versions[language].parameters.map(({ name }) => [name, '']))).length;

import { RARE_LIMITS } from './limits-rare.js';

/** What a limit applies to: every send, one type of message, one type of interactive message, or a template's text. */
export type Subject =
  | 'any'
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'reaction'
  | 'template'
  | 'interactive.button'
  | 'interactive.list'
  | 'interactive.cta_url'
  | 'interactive.request_contact_info'
  | 'interactive.location_request_message'
  | 'interactive.flow'
  | 'interactive.call_permission_request'
  | 'interactive.voice_call'
  | 'interactive.address_message'
  | 'interactive.product'
  | 'interactive.product_list'
  | 'interactive.catalog_message'
  | 'interactive.carousel'
  | 'templateDefinition';

/** `max` characters are counted as UTF-16 units: Meta does not say which unit it counts (reference §12.16). */
export type Rule =
  | { readonly rule: 'required' }
  | { readonly rule: 'maxLength'; readonly max: number }
  | { readonly rule: 'maxCount'; readonly max: number }
  | { readonly rule: 'minCount'; readonly min: number }
  | { readonly rule: 'unique' }
  | { readonly rule: 'requiredWhenMany' }
  | { readonly rule: 'oneOf'; readonly values: readonly string[] }
  | { readonly rule: 'pattern'; readonly pattern: RegExp; readonly bad: string }
  | { readonly rule: 'range'; readonly min: number; readonly max: number };

/** One limit. `at` is a path in the request; `[]` means each element, so `maxCount` over `sections[].rows[]` counts the
 *  rows of all sections together. */
export type Limit = Rule & {
  readonly subject: Subject;
  readonly at: string;
  readonly code: number;
  /** section of the reference it comes from */
  readonly section: string;
};

const header = (subject: Subject): Limit[] => [
  {
    subject,
    at: 'interactive.header.type',
    rule: 'oneOf',
    values: ['text', 'image', 'video', 'document'],
    code: 131009,
    section: '6.3',
  },
  { subject, at: 'interactive.header.text', rule: 'maxLength', max: 60, code: 131009, section: '6.3' },
];
const bodyAndFooter = (subject: Subject, bodyMax: number): Limit[] => [
  { subject, at: 'interactive.body.text', rule: 'required', code: 131008, section: '6.3' },
  { subject, at: 'interactive.body.text', rule: 'maxLength', max: bodyMax, code: 131009, section: '6.3' },
  { subject, at: 'interactive.footer.text', rule: 'maxLength', max: 60, code: 131009, section: '6.3' },
];

/** The field limits of the reference, §6.1 to §6.6, in the order in which they are checked. */
export const LIMITS: readonly Limit[] = [
  { subject: 'any', at: 'messaging_product', rule: 'required', code: 100, section: '6.1' },
  { subject: 'any', at: 'messaging_product', rule: 'oneOf', values: ['whatsapp'], code: 100, section: '6.1' },
  { subject: 'any', at: 'recipient_type', rule: 'oneOf', values: ['individual'], code: 100, section: '6.1' },
  { subject: 'any', at: 'biz_opaque_callback_data', rule: 'maxLength', max: 512, code: 100, section: '6.1' },

  { subject: 'text', at: 'text.body', rule: 'required', code: 131008, section: '6.2' },
  { subject: 'text', at: 'text.body', rule: 'maxLength', max: 4096, code: 100, section: '6.2' },
  { subject: 'image', at: 'image.caption', rule: 'maxLength', max: 1024, code: 100, section: '6.2' },
  { subject: 'video', at: 'video.caption', rule: 'maxLength', max: 1024, code: 100, section: '6.2' },
  { subject: 'document', at: 'document.caption', rule: 'maxLength', max: 1024, code: 100, section: '6.2' },
  { subject: 'location', at: 'location.latitude', rule: 'required', code: 131008, section: '6.2' },
  { subject: 'location', at: 'location.latitude', rule: 'range', min: -90, max: 90, code: 131009, section: '6.2' },
  { subject: 'location', at: 'location.longitude', rule: 'required', code: 131008, section: '6.2' },
  { subject: 'location', at: 'location.longitude', rule: 'range', min: -180, max: 180, code: 131009, section: '6.2' },
  { subject: 'contacts', at: 'contacts[]', rule: 'minCount', min: 1, code: 131008, section: '6.2' },
  { subject: 'contacts', at: 'contacts[]', rule: 'maxCount', max: 257, code: 131009, section: '6.2' },
  { subject: 'contacts', at: 'contacts[].name.formatted_name', rule: 'required', code: 131008, section: '6.2' },
  { subject: 'reaction', at: 'reaction.message_id', rule: 'required', code: 131008, section: '6.2' },

  ...header('interactive.button'),
  ...bodyAndFooter('interactive.button', 1024),
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[]',
    rule: 'minCount',
    min: 1,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[]',
    rule: 'maxCount',
    max: 3,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[].type',
    rule: 'required',
    code: 131008,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[].type',
    rule: 'oneOf',
    values: ['reply'],
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[].reply.id',
    rule: 'required',
    code: 131008,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[].reply.id',
    rule: 'maxLength',
    max: 256,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[].reply.id',
    rule: 'unique',
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[].reply.title',
    rule: 'required',
    code: 131008,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[].reply.title',
    rule: 'maxLength',
    max: 20,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.button',
    at: 'interactive.action.buttons[].reply.title',
    rule: 'unique',
    code: 131009,
    section: '6.3',
  },

  {
    subject: 'interactive.list',
    at: 'interactive.header.type',
    rule: 'oneOf',
    values: ['text'],
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.header.text',
    rule: 'maxLength',
    max: 60,
    code: 131009,
    section: '6.3',
  },
  ...bodyAndFooter('interactive.list', 4096),
  { subject: 'interactive.list', at: 'interactive.action.button', rule: 'required', code: 131008, section: '6.3' },
  {
    subject: 'interactive.list',
    at: 'interactive.action.button',
    rule: 'maxLength',
    max: 20,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[]',
    rule: 'minCount',
    min: 1,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[]',
    rule: 'maxCount',
    max: 10,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].title',
    rule: 'maxLength',
    max: 24,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].title',
    rule: 'requiredWhenMany',
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].rows[]',
    rule: 'minCount',
    min: 1,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].rows[]',
    rule: 'maxCount',
    max: 10,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].rows[].id',
    rule: 'required',
    code: 131008,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].rows[].id',
    rule: 'maxLength',
    max: 200,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].rows[].id',
    rule: 'unique',
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].rows[].title',
    rule: 'required',
    code: 131008,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].rows[].title',
    rule: 'maxLength',
    max: 24,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.list',
    at: 'interactive.action.sections[].rows[].description',
    rule: 'maxLength',
    max: 72,
    code: 131009,
    section: '6.3',
  },

  ...header('interactive.cta_url'),
  ...bodyAndFooter('interactive.cta_url', 1024),
  {
    subject: 'interactive.cta_url',
    at: 'interactive.action.name',
    rule: 'oneOf',
    values: ['cta_url'],
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.cta_url',
    at: 'interactive.action.parameters.display_text',
    rule: 'required',
    code: 131008,
    section: '6.3',
  },
  {
    subject: 'interactive.cta_url',
    at: 'interactive.action.parameters.display_text',
    rule: 'maxLength',
    max: 20,
    code: 131009,
    section: '6.3',
  },
  {
    subject: 'interactive.cta_url',
    at: 'interactive.action.parameters.url',
    rule: 'required',
    code: 131008,
    section: '6.3',
  },
  {
    subject: 'interactive.cta_url',
    at: 'interactive.action.parameters.url',
    rule: 'pattern',
    pattern: /^https?:\/\/\S+$/,
    bad: 'no address',
    code: 131009,
    section: '6.3',
  },

  ...bodyAndFooter('interactive.request_contact_info', 1024),
  {
    subject: 'interactive.request_contact_info',
    at: 'interactive.action.name',
    rule: 'required',
    code: 131008,
    section: '3.6',
  },
  {
    subject: 'interactive.request_contact_info',
    at: 'interactive.action.name',
    rule: 'oneOf',
    values: ['request_contact_info'],
    code: 131009,
    section: '3.6',
  },

  ...bodyAndFooter('interactive.location_request_message', 1024),
  {
    subject: 'interactive.location_request_message',
    at: 'interactive.action.name',
    rule: 'required',
    code: 131008,
    section: '6.3',
  },
  {
    subject: 'interactive.location_request_message',
    at: 'interactive.action.name',
    rule: 'oneOf',
    values: ['send_location'],
    code: 131009,
    section: '6.3',
  },

  ...RARE_LIMITS,

  { subject: 'template', at: 'template.name', rule: 'required', code: 131008, section: '6.5' },
  { subject: 'template', at: 'template.language.code', rule: 'required', code: 131008, section: '6.5' },
  {
    subject: 'template',
    at: 'template.components[].type',
    rule: 'oneOf',
    values: ['header', 'body', 'button', 'HEADER', 'BODY', 'BUTTON'],
    code: 132018,
    section: '6.5',
  },
  {
    subject: 'template',
    at: 'template.components[].sub_type',
    rule: 'oneOf',
    values: ['quick_reply', 'url', 'copy_code', 'flow', 'catalog', 'mpm', 'voice_call'],
    code: 132018,
    section: '6.5',
  },
  {
    subject: 'template',
    at: 'template.components[].parameters[].text',
    rule: 'maxLength',
    max: 1024,
    code: 132005,
    section: '6.5',
  },
  {
    subject: 'template',
    at: 'template.components[].parameters[].text',
    rule: 'pattern',
    pattern: /^(?!.*(?:[\n\t]| {4}))[\s\S]*$/,
    bad: 'line\nbreak',
    code: 132018,
    section: '6.5',
  },

  { subject: 'templateDefinition', at: 'name', rule: 'required', code: 100, section: '6.6' },
  { subject: 'templateDefinition', at: 'name', rule: 'maxLength', max: 512, code: 100, section: '6.6' },
  {
    subject: 'templateDefinition',
    at: 'name',
    rule: 'pattern',
    pattern: /^[a-z0-9_]+$/,
    bad: 'Not Allowed',
    code: 100,
    section: '6.6',
  },
  { subject: 'templateDefinition', at: 'language', rule: 'required', code: 100, section: '6.6' },
  { subject: 'templateDefinition', at: 'category', rule: 'required', code: 100, section: '6.6' },
  {
    subject: 'templateDefinition',
    at: 'category',
    rule: 'oneOf',
    values: ['UTILITY', 'MARKETING', 'AUTHENTICATION', 'utility', 'marketing', 'authentication'],
    code: 100,
    section: '6.6',
  },
  {
    subject: 'templateDefinition',
    at: 'components[header].text',
    rule: 'maxLength',
    max: 60,
    code: 2388040,
    section: '6.6',
  },
  {
    subject: 'templateDefinition',
    at: 'components[body].text',
    rule: 'maxLength',
    max: 1024,
    code: 2388040,
    section: '6.6',
  },
  {
    subject: 'templateDefinition',
    at: 'components[body].text',
    rule: 'pattern',
    pattern: /^(?!\s*\{\{)[\s\S]*(?<!\}\}\s*)$/,
    bad: '{{1}} hello',
    code: 2388299,
    section: '6.6',
  },
  {
    subject: 'templateDefinition',
    at: 'components[footer].text',
    rule: 'maxLength',
    max: 60,
    code: 2388040,
    section: '6.6',
  },
  {
    subject: 'templateDefinition',
    at: 'components[buttons].buttons[]',
    rule: 'maxCount',
    max: 10,
    code: 100,
    section: '6.6',
  },
  {
    subject: 'templateDefinition',
    at: 'components[buttons].buttons[].text',
    rule: 'maxLength',
    max: 25,
    code: 2388040,
    section: '6.6',
  },
  {
    subject: 'templateDefinition',
    at: 'components[buttons].buttons[].url',
    rule: 'maxLength',
    max: 2000,
    code: 2388040,
    section: '6.6',
  },
  {
    subject: 'templateDefinition',
    at: 'components[buttons].buttons[].phone_number',
    rule: 'maxLength',
    max: 20,
    code: 2388040,
    section: '6.6',
  },
];

export type MediaKind = 'image' | 'video' | 'audio' | 'sticker' | 'document';

const MiB = 1024 * 1024;

/** Stickers that stand still may have less than those that move (reference §6.2). */
export const STICKER_BYTES = { still: 100 * 1024, moving: 500 * 1024 } as const;

/** Media one may send, by kind (reference §6.7): types and bytes. */
export const MEDIA_LIMITS: Readonly<Record<MediaKind, { readonly types: RegExp; readonly maxBytes: number }>> = {
  image: { types: /^image\/(jpeg|png)$/, maxBytes: 5 * MiB },
  video: { types: /^video\/(mp4|3gpp)$/, maxBytes: 16 * MiB },
  audio: { types: /^audio\/(aac|amr|mpeg|mp4|ogg)(;.*)?$/, maxBytes: 16 * MiB },
  sticker: { types: /^image\/webp$/, maxBytes: STICKER_BYTES.moving },
  document: { types: /^(application|text)\//, maxBytes: 100 * MiB },
};

/** @returns what a file of that type is, or undefined when the platform takes no such files */
export const mediaKindOf = (mimeType: string): MediaKind | undefined =>
  (Object.keys(MEDIA_LIMITS) as MediaKind[]).find((kind) => MEDIA_LIMITS[kind].types.test(mimeType));

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a media id can be used: uploaded ones 30 days, those of customers 7 (reference §2.9, §6.7). */
export const MEDIA_LIFE_MS = { business: 30 * DAY_MS, customer: 7 * DAY_MS } as const;

/** Rates of reference §7.1, the window of §8.1, and how long messages live. */
export const RATES = {
  numberPerSecond: 80,
  pairEveryMs: 6_000,
  pairBurst: 45,
  windowMs: DAY_MS,
  typingMs: 25_000,
  /** what can still be marked read or reacted to (reference §6.2, §6.4) */
  messageLifeMs: 30 * DAY_MS,
} as const;

import type { Limit, Rule, Subject } from './limits.js';

// Interactive messages that few send: forms, calls, goods, cards, addresses. One line a limit; `section` of all is 6.3.
const limits = (subject: Subject, rows: readonly (readonly [at: string, rule: Rule, code?: number])[]): Limit[] =>
  rows.map(([at, rule, code]) => ({
    ...rule,
    subject,
    at: `interactive.${at}`,
    code: code ?? (rule.rule === 'required' ? 131008 : 131009),
    section: '6.3',
  }));

const required: Rule = { rule: 'required' };
const most = (max: number): Rule => ({ rule: 'maxLength', max });
const oneOf = (...values: string[]): Rule => ({ rule: 'oneOf', values });
const count = (max: number): Rule => ({ rule: 'maxCount', max });
const atLeast = (min: number): Rule => ({ rule: 'minCount', min });
const address: Rule = { rule: 'pattern', pattern: /^https?:\/\/\S+$/, bad: 'no address' };

export const RARE_LIMITS: readonly Limit[] = [
  ...limits('interactive.flow', [
    ['body.text', required],
    ['body.text', most(1024)],
    ['footer.text', most(60)],
    ['header.text', most(60)],
    ['action.name', required],
    ['action.name', oneOf('flow')],
    ['action.parameters.flow_message_version', required],
    ['action.parameters.flow_message_version', oneOf('3')],
    ['action.parameters.flow_cta', required],
    ['action.parameters.flow_cta', most(30)],
    ['action.parameters.flow_action', oneOf('navigate', 'data_exchange')],
    ['action.parameters.mode', oneOf('draft', 'published')],
  ]),
  ...limits('interactive.call_permission_request', [
    ['body.text', most(1024)],
    ['action.name', required],
    ['action.name', oneOf('call_permission_request')],
  ]),
  ...limits('interactive.voice_call', [
    ['body.text', required],
    ['body.text', most(1024)],
    ['action.name', required],
    ['action.name', oneOf('voice_call')],
    ['action.parameters.display_text', most(20)],
    ['action.parameters.ttl_minutes', { rule: 'range', min: 1, max: 43_200 }],
    ['action.parameters.payload', most(512)],
  ]),
  ...limits('interactive.address_message', [
    ['body.text', required],
    ['body.text', most(1024)],
    ['footer.text', most(60)],
    ['action.name', required],
    ['action.name', oneOf('address_message')],
    ['action.parameters.country', required],
  ]),
  ...limits('interactive.product', [
    ['body.text', most(1024)],
    ['footer.text', most(60)],
    ['action.catalog_id', required],
    ['action.product_retailer_id', required],
  ]),
  ...limits('interactive.product_list', [
    ['header.type', oneOf('text')],
    ['header.text', required],
    ['header.text', most(60)],
    ['body.text', required],
    ['body.text', most(1024)],
    ['footer.text', most(60)],
    ['action.catalog_id', required],
    ['action.sections[]', atLeast(1)],
    ['action.sections[]', count(10)],
    ['action.sections[].title', most(24)],
    ['action.sections[].title', { rule: 'requiredWhenMany' }],
    ['action.sections[].product_items[].product_retailer_id', required],
    ['action.sections[].product_items[]', count(30)],
  ]),
  ...limits('interactive.catalog_message', [
    ['body.text', most(1024)],
    ['footer.text', most(60)],
    ['action.name', required],
    ['action.name', oneOf('catalog_message')],
  ]),
  ...limits('interactive.carousel', [
    ['body.text', required],
    ['body.text', most(1024)],
    ['action.cards[]', atLeast(2)],
    ['action.cards[]', count(10)],
    ['action.cards[].header.type', oneOf('image', 'video')],
    ['action.cards[].body.text', most(160)],
    ['action.cards[].action.parameters.display_text', most(20)],
    ['action.cards[].action.parameters.url', address],
  ]),
];

import assert from 'node:assert/strict';
import { stepsOf } from './limit-check.js';
import { LIMITS, type Limit, type Subject } from './limits.js';
import { Rig } from './testing/rig.js';

type Json = Record<string, unknown>;

const interactive = (type: string, action: Json): Json => ({
  type: 'interactive',
  interactive: {
    type,
    header: { type: 'text', text: 'head' },
    body: { text: 'body' },
    footer: { text: 'foot' },
    action,
  },
});

/** A good request of each subject, with every member that some limit is about. */
const SAMPLES: Readonly<Record<Subject, Json>> = {
  any: { recipient_type: 'individual', biz_opaque_callback_data: 'x', type: 'text', text: { body: 'x' } },
  text: { type: 'text', text: { body: 'x' } },
  image: { type: 'image', image: { link: 'https://example.org/a.png', caption: 'x' } },
  video: { type: 'video', video: { link: 'https://example.org/a.mp4', caption: 'x' } },
  audio: { type: 'audio', audio: { link: 'https://example.org/a.ogg' } },
  document: { type: 'document', document: { link: 'https://example.org/a.pdf', caption: 'x', filename: 'a.pdf' } },
  sticker: { type: 'sticker', sticker: { link: 'https://example.org/a.webp' } },
  location: { type: 'location', location: { latitude: 1, longitude: 1 } },
  contacts: { type: 'contacts', contacts: [{ name: { formatted_name: 'A B', first_name: 'A' } }] },
  reaction: { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👍' } },
  template: {
    type: 'template',
    template: {
      name: 'any',
      language: { code: 'ru' },
      components: [
        { type: 'body', parameters: [{ type: 'text', text: 'x' }] },
        { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'p' }] },
      ],
    },
  },
  'interactive.button': interactive('button', { buttons: [{ type: 'reply', reply: { id: 'b0', title: 'b0' } }] }),
  'interactive.list': interactive('list', {
    button: 'open',
    sections: [{ title: 's0', rows: [{ id: 'r0', title: 'r0', description: 'd' }] }],
  }),
  'interactive.cta_url': interactive('cta_url', {
    name: 'cta_url',
    parameters: { display_text: 'go', url: 'https://example.org' },
  }),
  'interactive.request_contact_info': interactive('request_contact_info', { name: 'request_contact_info' }),
  'interactive.location_request_message': interactive('location_request_message', { name: 'send_location' }),
  'interactive.flow': interactive('flow', {
    name: 'flow',
    parameters: { flow_message_version: '3', flow_id: '1', flow_cta: 'go', flow_action: 'navigate', mode: 'draft' },
  }),
  'interactive.call_permission_request': interactive('call_permission_request', { name: 'call_permission_request' }),
  'interactive.voice_call': interactive('voice_call', {
    name: 'voice_call',
    parameters: { display_text: 'call', ttl_minutes: 5, payload: 'p' },
  }),
  'interactive.address_message': interactive('address_message', {
    name: 'address_message',
    parameters: { country: 'IN' },
  }),
  'interactive.product': interactive('product', { catalog_id: 'c', product_retailer_id: 'p' }),
  'interactive.product_list': interactive('product_list', {
    catalog_id: 'c',
    sections: [{ title: 's0', product_items: [{ product_retailer_id: 'p0' }] }],
  }),
  'interactive.catalog_message': interactive('catalog_message', { name: 'catalog_message' }),
  'interactive.carousel': interactive('carousel', {
    cards: [0, 1].map((index) => ({
      card_index: index,
      type: 'cta_url',
      header: { type: 'image', image: { link: 'https://example.org/a.png' } },
      body: { text: 'card' },
      action: { name: 'cta_url', parameters: { display_text: 'go', url: 'https://example.org' } },
    })),
  }),
  templateDefinition: {
    name: 'a_template',
    language: 'ru',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'head' },
      { type: 'BODY', text: 'a {{1}} b' },
      { type: 'FOOTER', text: 'foot' },
      {
        type: 'BUTTONS',
        buttons: [{ type: 'QUICK_REPLY', text: 'go', url: 'https://example.org', phone_number: '+1' }],
      },
    ],
  },
};

describe('the table of limits', () => {
  let rig: Rig;
  before(async () => {
    rig = await Rig.start();
    await rig.control('POST', '/settings', { pairRate: false, numberRate: false, statuses: { enabled: false } });
    await rig.control('POST', '/templates', { name: 'any', language: 'ru' });
    await rig.hear('aigul');
  });
  after(() => rig.close());

  const ask = async (subject: Subject, request: Json) => {
    if (subject !== 'templateDefinition')
      return rig.graph('POST', '/1001/messages', { to: '+77010000001', ...request });
    rig.running.emulator.templates.clear();
    const answer = await rig.graph('POST', '/2002/message_templates', request);
    rig.running.emulator.templates.put({ name: 'any', language: 'ru' });
    return answer;
  };

  for (const limit of LIMITS) {
    const bound = 'max' in limit ? ` ${limit.max}` : '';
    it(`§${limit.section}, ${limit.subject}: ${limit.at} ${limit.rule}${bound}, else ${limit.code}`, async () => {
      const good = await ask(limit.subject, payload(limit, 'within'));
      assert.equal(good.status, 200, JSON.stringify(good.body));
      const bad = await ask(limit.subject, payload(limit, 'beyond'));
      assert.equal(bad.body.error?.code, limit.code, JSON.stringify(bad.body));
      assert.ok(bad.status >= 400 && bad.status < 500);
    });
  }
});

/** A request that just keeps a limit, or just breaks it. */
function payload(limit: Limit, side: 'within' | 'beyond'): Json {
  const request = { messaging_product: 'whatsapp', ...structuredClone(SAMPLES[limit.subject]) } as Json;
  const beyond = side === 'beyond';
  switch (limit.rule) {
    case 'required':
      if (beyond) change(request, limit.at, () => undefined);
      return request;
    case 'maxLength':
      change(request, limit.at, () => 'x'.repeat(limit.max + (beyond ? 1 : 0)));
      return request;
    case 'maxCount':
      resize(request, limit.at, limit.max + (beyond ? 1 : 0));
      return request;
    case 'minCount':
      resize(request, limit.at, beyond ? limit.min - 1 : limit.min);
      return request;
    case 'unique':
    case 'requiredWhenMany': {
      resize(request, limit.at.slice(0, limit.at.lastIndexOf('[]') + 2), 2);
      if (!beyond) return request;
      let first = true;
      change(request, limit.at, (value) => {
        if (limit.rule === 'unique') return 'same';
        const kept = first ? value : undefined;
        first = false;
        return kept;
      });
      return request;
    }
    case 'oneOf':
      change(request, limit.at, (value) => (beyond ? 'nonsense' : value));
      return request;
    case 'pattern':
      if (beyond) change(request, limit.at, () => limit.bad);
      return request;
    case 'range':
      change(request, limit.at, () => limit.max + (beyond ? 1 : 0));
      return request;
  }
}

/** Replaces the member at a path, in every element. */
function change(root: Json, at: string, by: (value: unknown) => unknown): void {
  const steps = stepsOf(at);
  const walk = (node: unknown, from: number): void => {
    const step = steps[from];
    if (!step) return;
    if ('key' in step) {
      const owner = node as Json;
      if (from < steps.length - 1) return walk(owner[step.key], from + 1);
      const value = by(owner[step.key]);
      if (value === undefined) delete owner[step.key];
      else owner[step.key] = value;
    } else {
      for (const element of node as Json[]) {
        if (!('component' in step) || String(element['type']).toLowerCase() === step.component) walk(element, from + 1);
      }
    }
  };
  walk(root, 0);
}

/** Makes an array hold so many elements, copies of its first with ids and titles of their own. */
function resize(root: Json, at: string, count: number): void {
  change(root, at.replace(/\[\]$/, ''), (array) => {
    const [sample] = array as Json[];
    return Array.from({ length: count }, (_, index) => distinct(structuredClone(sample) as Json, index));
  });
}

function distinct(node: Json, index: number): Json {
  for (const [key, value] of Object.entries(node)) {
    if ((key === 'id' || key === 'title') && typeof value === 'string') node[key] = `${value}-${index}`;
    else if (Array.isArray(value)) node[key] = value.map((each) => distinct(each as Json, index));
    else if (typeof value === 'object' && value !== null) distinct(value as Json, index);
  }
  return node;
}

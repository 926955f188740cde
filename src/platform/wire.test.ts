import assert from 'node:assert/strict';
import { PhoneDigits, UserId } from '../contacts/identity.js';
import type { OutboundContent } from '../messages/outbound.js';
import { PhoneNumberId, Wamid } from './ids.js';
import { OUTBOUND_LIMITS, readMarkToWire, toWire, validateOutbound } from './wire.js';

const phone = { phone: PhoneDigits.parse('77010000001') };
const wire = (content: OutboundContent, to: Parameters<typeof toWire>[0]['to'] = phone) =>
  toWire({ phoneNumberId: PhoneNumberId.parse('PN_1'), to, content, callbackData: 'row:1' });
const faults = (content: OutboundContent) => validateOutbound(content).map(({ field }) => field);

const head = { messaging_product: 'whatsapp', recipient_type: 'individual', biz_opaque_callback_data: 'row:1' };
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => ({ id: `r${from + at}`, title: `Row ${from + at}` }));
const list = (sections: (OutboundContent & { type: 'list' })['sections']): OutboundContent => ({
  type: 'list',
  body: 'Menu',
  button: 'Open',
  sections,
});

describe('the body of a send', () => {
  it('goes to a phone with a plus in `to`, and to a BSUID in `recipient`', () => {
    const content: OutboundContent = { type: 'text', body: 'Привет' };
    assert.deepEqual(wire(content), { ...head, to: '+77010000001', type: 'text', text: { body: 'Привет' } });
    assert.deepEqual(wire(content, { userId: UserId.parse('KZ.9zQ1') }), {
      ...head,
      recipient: 'KZ.9zQ1',
      type: 'text',
      text: { body: 'Привет' },
    });
  });

  it('puts an uploaded file in front of the words', () => {
    const content: OutboundContent = { type: 'buttons', body: 'Here', buttons: [{ id: 'y', title: 'Yes' }] };
    const attachment = { mediaId: 'MEDIA_1', fileName: 'my-data.json' };
    const message = {
      phoneNumberId: PhoneNumberId.parse('PN_1'),
      to: phone,
      content,
      callbackData: 'row:1',
      attachment,
    };
    const { interactive } = toWire(message) as { interactive: { header: unknown } };
    assert.deepEqual(interactive.header, {
      type: 'document',
      document: { id: 'MEDIA_1', filename: 'my-data.json' },
    });
  });

  it('writes buttons, a list and the request for a number as Meta wants them', () => {
    assert.deepEqual(wire({ type: 'buttons', body: 'Sure?', footer: 'f', buttons: [{ id: 'y', title: 'Yes' }] }), {
      ...head,
      to: '+77010000001',
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text: 'Sure?' },
        footer: { text: 'f' },
        action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
      },
    });
    assert.deepEqual(
      wire(
        list([
          {
            title: 'S',
            rows: [
              { id: 'a', title: 'A', description: 'd' },
              { id: 'b', title: 'B' },
            ],
          },
        ]),
      ),
      {
        ...head,
        to: '+77010000001',
        type: 'interactive',
        interactive: {
          type: 'list',
          body: { text: 'Menu' },
          action: {
            button: 'Open',
            sections: [
              {
                title: 'S',
                rows: [
                  { id: 'a', title: 'A', description: 'd' },
                  { id: 'b', title: 'B' },
                ],
              },
            ],
          },
        },
      },
    );
    assert.deepEqual(wire({ type: 'contactRequest', body: 'Your number?' }), {
      ...head,
      to: '+77010000001',
      type: 'interactive',
      interactive: {
        type: 'request_contact_info',
        body: { text: 'Your number?' },
        action: { name: 'request_contact_info' },
      },
    });
  });

  it('writes a template with named parameters and the payloads of its quick replies', () => {
    const content: OutboundContent = {
      type: 'template',
      name: 'maintenance_before',
      language: 'ru',
      bodyParameters: [{ name: 'starts', text: '10:00' }],
      buttonPayloads: ['ok:1', 'stop:1'],
    };
    assert.deepEqual(wire(content), {
      ...head,
      to: '+77010000001',
      type: 'template',
      template: {
        name: 'maintenance_before',
        language: { code: 'ru' },
        components: [
          { type: 'body', parameters: [{ type: 'text', parameter_name: 'starts', text: '10:00' }] },
          { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'ok:1' }] },
          { type: 'button', sub_type: 'quick_reply', index: '1', parameters: [{ type: 'payload', payload: 'stop:1' }] },
        ],
      },
    });
    assert.deepEqual(faults(content), []);
    const bare = wire({ ...content, bodyParameters: [], buttonPayloads: [] }) as { template: object };
    assert.deepEqual(bare.template, { name: 'maintenance_before', language: { code: 'ru' } });
  });

  it('writes the read mark, with typing where a reply follows', () => {
    const wamid = Wamid.parse('wamid.A1');
    const mark = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.A1' };
    assert.deepEqual(readMarkToWire(wamid, false), mark);
    assert.deepEqual(readMarkToWire(wamid, true), { ...mark, typing_indicator: { type: 'text' } });
  });
});

describe('the limits of a send', () => {
  it('lets the longest of everything through, and nothing longer, counted in UTF-16', () => {
    const text = (length: number): OutboundContent => ({ type: 'text', body: 'я'.repeat(length) });
    assert.deepEqual(faults(text(OUTBOUND_LIMITS.text.body)), []);
    assert.deepEqual(faults(text(OUTBOUND_LIMITS.text.body + 1)), ['body']);
    assert.deepEqual(faults({ type: 'text', body: '😀'.repeat(2049) }), ['body']);
    assert.deepEqual(faults({ type: 'text', body: ' \n' }), ['body']);
    assert.deepEqual(faults({ type: 'contactRequest', body: 'x'.repeat(1025) }), ['body']);
    const button = (id: string, title: string, more: object = {}): OutboundContent => ({
      type: 'buttons',
      body: 'b',
      buttons: [{ id, title }],
      ...more,
    });
    assert.deepEqual(
      faults(button('i'.repeat(256), 't'.repeat(20), { footer: 'f'.repeat(60), body: 'b'.repeat(1024) })),
      [],
    );
    assert.deepEqual(
      faults(button('i'.repeat(257), 't'.repeat(21), { footer: 'f'.repeat(61), body: 'b'.repeat(1025) })),
      ['body', 'footer', 'buttons.0.id', 'buttons.0.title'],
    );
    const row = { id: 'i'.repeat(200), title: 't'.repeat(24), description: 'd'.repeat(72) };
    assert.deepEqual(faults(list([{ title: 's'.repeat(24), rows: [row] }])), []);
    const longer = { id: 'i'.repeat(201), title: 't'.repeat(25), description: 'd'.repeat(73) };
    assert.deepEqual(faults(list([{ title: 's'.repeat(25), rows: [longer] }])), [
      'sections.0.title',
      'sections.0.rows.0.id',
      'sections.0.rows.0.title',
      'sections.0.rows.0.description',
    ]);
  });

  it('counts buttons, sections and rows, the rows of all sections together', () => {
    const buttons = (count: number): OutboundContent => ({ type: 'buttons', body: 'b', buttons: rows(count) });
    assert.deepEqual(
      [0, 1, 3, 4].map((count) => faults(buttons(count))),
      [['buttons'], [], [], ['buttons']],
    );
    assert.deepEqual(faults(list([{ rows: rows(10) }])), []);
    assert.deepEqual(faults(list([{ rows: rows(11) }])), ['rows']);
    assert.deepEqual(
      faults(
        list([
          { title: 'a', rows: rows(6) },
          { title: 'b', rows: rows(5, 6) },
        ]),
      ),
      ['rows'],
    );
    assert.deepEqual(faults(list([])), ['sections', 'rows']);
    assert.deepEqual(faults(list([{ title: 'a', rows: rows(1) }, { rows: rows(1, 1) }])), ['sections.1.title']);
    assert.deepEqual(
      faults(
        list([
          { title: 'a', rows: rows(1) },
          { title: 'b', rows: [] },
        ]),
      ),
      ['sections.1.rows'],
    );
  });

  it('wants ids and titles that differ', () => {
    const two = (a: [string, string], b: [string, string]) => [a, b].map(([id, title]) => ({ id, title }));
    assert.deepEqual(faults({ type: 'buttons', body: 'b', buttons: two(['1', 'Yes'], ['1', 'No']) }), ['buttons.id']);
    assert.deepEqual(faults({ type: 'buttons', body: 'b', buttons: two(['1', 'Yes'], ['2', 'Yes']) }), [
      'buttons.title',
    ]);
    assert.deepEqual(
      faults(
        list([
          { title: 'a', rows: rows(1) },
          { title: 'b', rows: rows(1) },
        ]),
      ),
      ['rows.id'],
    );
    assert.deepEqual(faults(list([{ rows: two(['1', 'Same'], ['2', 'Same']) }])), ['sections.0.rows.title']);
  });

  it('refuses a template that Meta would refuse, and names the part, never its text', () => {
    const template = (more: object): OutboundContent => ({
      type: 'template',
      name: 'n',
      language: 'en_US',
      bodyParameters: [{ name: 'a', text: 'x' }],
      buttonPayloads: [],
      ...more,
    });
    assert.deepEqual(faults(template({})), []);
    assert.deepEqual(faults(template({ name: 'Wrong name' })), ['name']);
    assert.deepEqual(faults(template({ language: 'en-US' })), ['language']);
    const found = validateOutbound(template({ bodyParameters: [{ name: 'a', text: 'canary\ncanary' }] }));
    assert.equal(found.length, 1);
    assert.doesNotMatch(JSON.stringify(found), /canary/);
    const long = [
      { name: 'a', text: 'x'.repeat(600) },
      { name: 'b', text: 'y'.repeat(600) },
    ];
    assert.deepEqual(faults(template({ bodyParameters: long })), ['bodyParameters']);
    assert.deepEqual(faults(template({ bodyParameters: [{ name: 'a', text: '' }] })), ['bodyParameters.0.text']);
    assert.deepEqual(faults(template({ buttonPayloads: Array(11).fill('p') })), ['buttonPayloads']);
  });
});

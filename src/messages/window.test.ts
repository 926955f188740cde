import assert from 'node:assert/strict';
import type { Content } from '../inbox/update.js';
import { inboundText } from './inbound-text.js';
import { opensWindow, WINDOW_MARGIN_MS, windowOpen, windowUntil } from './window.js';

const HOUR_MS = 3_600_000;

describe('the customer service window', () => {
  it('is open for 24 hours from the person’s last message, less a margin', () => {
    const until = 1_000 + 24 * HOUR_MS - WINDOW_MARGIN_MS;
    assert.equal(windowUntil(1_000), until);
    assert.deepEqual(
      [windowOpen(1_000, 1_000), windowOpen(1_000, until - 1), windowOpen(1_000, until)],
      [true, true, false],
    );
  });

  it('is opened by messages, not by what Meta does not say it of', () => {
    const opening: Content[] = [
      { type: 'text', body: 'x' },
      { type: 'button', payload: 'x', text: 'x' },
      { type: 'media', mediaType: 'audio', mediaId: '1' },
      { type: 'requestWelcome' },
      { type: 'contacts', origin: 'other', phones: [] },
    ];
    const others: Content[] = [
      { type: 'unsupported', errors: [] },
      { type: 'reaction', messageId: 'm' },
      { type: 'unknown', name: 'new' },
      { type: 'edit', originalMessageId: 'm' },
      { type: 'revoke', originalMessageId: 'm' },
    ];
    assert.deepEqual([...opening, ...others].map(opensWindow), [
      ...opening.map(() => true),
      ...others.map(() => false),
    ]);
  });
});

describe('what the thread shows of a customer’s message', () => {
  const shown: readonly (readonly [Content, string | null])[] = [
    [{ type: 'text', body: 'привет' }, 'привет'],
    [{ type: 'button', payload: 'p', text: 'Stop these' }, 'Stop these'],
    [{ type: 'listReply', id: 'star:sealed', title: '' }, null],
    [{ type: 'buttonReply', id: 'menu', title: 'Menu' }, 'Menu'],
    [{ type: 'media', mediaType: 'image', mediaId: '1', caption: 'see' }, 'see'],
    [{ type: 'media', mediaType: 'image', mediaId: '1' }, null],
    [{ type: 'location', latitude: 1, longitude: 2, address: 'Tverskaya 1' }, 'Tverskaya 1'],
    [{ type: 'reaction', messageId: 'm', emoji: '👍' }, '👍'],
    [{ type: 'reaction', messageId: 'm' }, null],
    [{ type: 'edit', originalMessageId: 'm', text: 'better' }, 'better'],
    [{ type: 'flowReply', name: 'flow', body: 'Sent', responseJson: '{"secret":1}' }, 'Sent'],
    [{ type: 'contacts', origin: 'other', phones: [{ phone: '7001' }] }, null],
    [{ type: 'unsupported', errors: [] }, null],
  ];
  for (const [content, text] of shown)
    it(`is ${text === null ? 'no words' : `"${text}"`} of a message of type ${content.type}`, () =>
      assert.equal(inboundText(content), text));
});

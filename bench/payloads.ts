import { createHmac } from 'node:crypto';
import { ACCOUNT, DOOR } from './account.js';

/* What the platform would post: one item each, in Meta's own shape and size (reference §1), signed. Everything follows from numbers, so
 * that the processes of a measurement agree on people and messages without telling each other. */

/** What one webhook says. `reaction`: a message that gets no answer. */
export type Item = { readonly kind: 'status' | 'message' | 'reaction'; readonly number: number };

/** How statuses find the messages that were there before the run; see seed.ts. */
export type Seeded = { readonly rows: number; readonly idPrefix: string };

const WORDS = ['привет', 'Здравствуйте!', 'hello', 'Сколько стоит рассылка?', 'Good morning', 'меню', 'Что вы умеете?'];
const STATUSES = ['sent', 'delivered', 'read'] as const;
/** Of one message the three statuses do not come at once: so many messages later. */
const LAG_ROWS = [0, 1_000, 5_000] as const;

/** Nine people of ten have written before; the tenth is somebody new. */
export const isKnown = (person: number): boolean => person % 10 !== 9;
export const personUserId = (person: number): string => `KZ.P${person}`;
export const personPhone = (person: number): string => `7701${String(person).padStart(7, '0')}`;
export const seededId = ({ idPrefix }: Seeded, row: number): string => `${idPrefix}${String(row).padStart(12, '0')}`;

const envelope = (value: object): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: ACCOUNT.businessAccountId,
        changes: [
          {
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550100001', phone_number_id: ACCOUNT.phoneNumberId },
              ...value,
            },
            field: 'messages',
          },
        ],
      },
    ],
  });

function statusBody(number: number, seeded: Seeded, atSeconds: number): string {
  const which = number % 3;
  const row = (Math.floor(number / 3) + seeded.rows - ((LAG_ROWS[which] ?? 0) % seeded.rows)) % seeded.rows;
  return envelope({
    contacts: [{ wa_id: personPhone(row), user_id: `KZ.B${row}` }],
    statuses: [
      {
        id: `wamid.HBgLNzcwMTAwMDAwMDAVAgARGBI5QTNDQTVCM0Q${String(row).padStart(12, '0')}`,
        status: STATUSES[which],
        timestamp: String(atSeconds),
        recipient_id: personPhone(row),
        recipient_user_id: `KZ.B${row}`,
        biz_opaque_callback_data: `v1:${seededId(seeded, row)}:1`,
        pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' },
      },
    ],
  });
}

function messageBody(person: number, content: object, atSeconds: number): string {
  const phone = personPhone(person);
  return envelope({
    contacts: [{ profile: { name: `Person ${person}` }, wa_id: phone, user_id: personUserId(person) }],
    messages: [
      {
        from: phone,
        from_user_id: personUserId(person),
        id: `wamid.HBgL${phone}FQIAEhgUM0E${String(person).padStart(12, '0')}`,
        timestamp: String(atSeconds),
        ...content,
      },
    ],
  });
}

function bodyOf({ kind, number }: Item, seeded: Seeded, atSeconds: number): string {
  switch (kind) {
    case 'status':
      return statusBody(number, seeded, atSeconds);
    case 'message':
      return messageBody(number, { type: 'text', text: { body: WORDS[number % WORDS.length] } }, atSeconds);
    case 'reaction':
      return messageBody(number, { type: 'reaction', reaction: { message_id: 'wamid.none', emoji: '👍' } }, atSeconds);
  }
}

/** The whole HTTP request, ready to be written to a socket. */
export function requestOf(item: Item, seeded: Seeded, atSeconds: number, host: string): Buffer {
  const body = Buffer.from(bodyOf(item, seeded, atSeconds));
  const signature = createHmac('sha256', ACCOUNT.appSecret).update(body).digest('hex');
  const head =
    `POST ${DOOR} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n` +
    `Content-Type: application/json\r\nX-Hub-Signature-256: sha256=${signature}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

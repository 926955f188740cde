import { randomBytes } from 'node:crypto';

// One random part per process and a counter after it: unique across restarts without asking for entropy per message.
const processPart = randomBytes(6).toString('hex').toUpperCase();
let counter = 0;

const nextSerial = (): string => processPart + (counter++ % 0xffffffff).toString(16).toUpperCase().padStart(8, '0');

/** A message id that, like Meta's, is base64 with the person's phone number or BSUID spelled inside: nobody may treat it
 *  as free of personal data because the stand-in's ids happened to be harmless.
 *  @param who phone digits or BSUID @param direction 'in' for the customer's messages */
export function newWamid(who: string, direction: 'in' | 'out'): string {
  const serial = nextSerial();
  const raw = Buffer.concat([
    Buffer.from([0x1c, 0x18, who.length]),
    Buffer.from(who, 'latin1'),
    Buffer.from([0x15, 0x02, 0x00, direction === 'in' ? 0x12 : 0x11, 0x18, serial.length]),
    Buffer.from(serial, 'latin1'),
    Buffer.from([0x00]),
  ]);
  return `wamid.${raw.toString('base64')}`;
}

/** Meta's trace id of one answer, eleven or more letters, to be quoted to its support. */
export const newTraceId = (): string => `A${Buffer.from(nextSerial(), 'hex').toString('base64url')}`;

/** A numeric id as Meta gives to media, templates and the like: opaque, beyond 2^53 now and then. */
export const newNumericId = (): string =>
  BigInt(`0x${nextSerial().slice(6)}`)
    .toString()
    .padStart(17, '1');

/** A business-scoped user id (reference §3.1). @param country two letters, the number's country */
export const newUserId = (country: string): string => `${country}.${BigInt(`0x${nextSerial()}`).toString(36)}`;

/** The code of a short link, as in `wa.me/message/…`: 14 capital letters and digits. */
export const newLinkCode = (): string =>
  BigInt(`0x${randomBytes(9).toString('hex')}`)
    .toString(36)
    .toUpperCase()
    .padStart(14, '0')
    .slice(-14);

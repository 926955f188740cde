import { createHmac } from 'node:crypto';

const ESCAPED = /[/<%@\u007f-\uffff]/g;
const escapeOne = (character: string): string =>
  character === '/' ? '\\/' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Serialises as Meta does (reference §1.2): non-ASCII as `\uXXXX` in lower-case hex, `/` as `\/`, and `<`, `%`, `@`
 *  escaped too. These stand only inside strings in JSON, so one pass over the text is enough. The signature is over this
 *  text: a receiver that parses and serialises again before checking will fail here as it would at Meta. */
export const escapedJson = (value: unknown): string => JSON.stringify(value).replace(ESCAPED, escapeOne);

/** The value of `X-Hub-Signature-256`. @param body exactly what is sent */
export const signatureOf = (body: string | Buffer, appSecret: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;

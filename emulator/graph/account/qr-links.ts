import type { Request, Response, Router } from 'express';
import type { Emulator } from '../../emulator.js';
import { graphError, type GraphError } from '../../graph-errors.js';
import { newLinkCode } from '../../ids.js';
import { onNumber, type Asked, type Json } from '../on-object.js';
import type { QrLink } from './account.js';

/** Short links a number may have, and the letters of a drafted text (reference §7.1, §7.6). */
export const MAX_QR_LINKS = 2_000;
const MAX_TEXT = 140;

/** `/{phone_number_id}/message_qrdls` (reference §7.6). The picture is a stand-in: it shows the code, not squares. */
export function qrLinkRoutes(emulator: Emulator, router: Router): void {
  const { account } = emulator;
  const find = (code: unknown) => account.qrLinks.find((each) => each.code === code);
  const unknown = (code: unknown) => graphError(100, `There is no QR code ${String(code)}.`);

  const make = ({ body, query, rest }: Asked): object => {
    // Some clients put the members into the query, and the code of the link that is to change into the path.
    const { prefilled_message: text, generate_qr_image: wanted, code = rest } = { ...query, ...body } as Json;
    const picture = typeof wanted === 'string' ? wanted.toUpperCase() : wanted;
    const wrong = textFault(text);
    if (wrong) return wrong;
    if (picture !== undefined && picture !== 'SVG' && picture !== 'PNG') {
      return graphError(100, 'Param generate_qr_image must be one of {SVG, PNG}.');
    }
    let link = find(code);
    if (code !== undefined && !link) return unknown(code);
    if (!link) {
      if (account.qrLinks.length >= MAX_QR_LINKS)
        return graphError(100, `A number has at most ${MAX_QR_LINKS} QR codes.`);
      account.qrLinks.push((link = { code: newLinkCode(), prefilled_message: '' }));
    }
    link.prefilled_message = String(text);
    if (picture !== undefined) link.qr_image_url = pictureOf(emulator, link.code);
    emulator.snapshot.touch();
    return told(link);
  };
  onNumber(emulator, router, 'post', 'message_qrdls', make);
  onNumber(emulator, router, 'post', 'message_qrdls/:rest', make);
  onNumber(emulator, router, 'get', 'message_qrdls', () => ({ data: account.qrLinks.map(told) }));
  onNumber(emulator, router, 'get', 'message_qrdls/:rest', ({ rest }) => {
    const link = find(rest);
    return link ? { data: [told(link)] } : unknown(rest);
  });
  onNumber(emulator, router, 'delete', 'message_qrdls/:rest', ({ rest }) => {
    const link = find(rest);
    if (!link) return unknown(rest);
    account.qrLinks = account.qrLinks.filter((each) => each !== link);
    emulator.snapshot.touch();
    return { success: true };
  });
}

function textFault(text: unknown): GraphError | undefined {
  if (typeof text !== 'string' || text === '') return graphError(100, 'The parameter prefilled_message is required.');
  return text.length > MAX_TEXT
    ? graphError(100, `Param prefilled_message must be at most ${MAX_TEXT} characters long.`)
    : undefined;
}

const told = (link: QrLink): Json => ({
  code: link.code,
  prefilled_message: link.prefilled_message,
  deep_link_url: `https://wa.me/message/${link.code}`,
  ...(link.qr_image_url ? { qr_image_url: link.qr_image_url } : {}),
});

const pictureOf = (emulator: Emulator, code: string): string => `${emulator.baseUrl}/whatsapp_business/qr/${code}.svg`;

/** The picture of a short link: its code in a frame, so that one sees which it is. Nothing here can be scanned. */
export function qrPicture(request: Request, response: Response): void {
  const code = String(request.params['code']).replace(/\W.*$/s, '');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240"><rect width="240" height="240" fill="#fff"/><rect x="20" y="20" width="200" height="200" fill="none" stroke="#000" stroke-width="12"/><text x="120" y="126" font-family="monospace" font-size="18" text-anchor="middle">${code}</text></svg>`;
  response.set('Content-Type', 'image/svg+xml').send(svg);
}

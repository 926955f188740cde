import encodeQR from 'qr';

/** A text as a QR code to be printed: SVG, black on white with the light border that readers need; up to 15 % of it may be dirty (level M).
 *  @throws Error for more than a code holds (some 2,300 bytes) */
export const qrSvg = (text: string): string => encodeQR(text, 'svg', { ecc: 'medium', border: 4 });

import type { MediaKind } from '../limits.js';

/** Bytes of a file nobody chose: small, yet a real picture, voice note or document that a program can open. */
export function standIn(kind: MediaKind): Buffer {
  switch (kind) {
    case 'audio':
      return (voice ??= silentVoice(4));
    case 'document':
      return (page ??= onePagePdf('A stand-in document'));
    case 'image':
      return PICTURE;
    case 'sticker':
      return STICKER;
    case 'video':
      return FILM;
  }
}

let voice: Buffer | undefined;
let page: Buffer | undefined;

// A picture, a sticker and a film of one second, each of a green that changes: made once with ffmpeg.
const PICTURE = Buffer.from(
  `
    /9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAgQEBMQExYWFhYWFhoYGhsbGxoaGhobGxsdHR0iIiIdHR0bGx0dIC
    AiIiUmJSMjIiMmJigoKDAwLi44ODpFRVP/xABVAAEBAQEBAAAAAAAAAAAAAAAEAwIABgEBAQEBAQEAAAAAAAAAAAAAAAIDAQQGEAEBAQAAAAAA
    AAAAAAAAAAABABERAQAAAAAAAAAAAAAAAAAAAAD/wAARCAAwAEADARIAAhIAAxIA/9oADAMBAAIRAxEAPwCAxxqHwajRjDBCjRjjBCjdjjBCiq
    IwQ6tZ2Dg1dAHXQB54Y4wehZoxhgzUcMYYIUaMcYIUaMYYIUaMcYM1mjGGDNZuxxgzU8vtmD1iw0YOOljG2CFmjHGDNZoxhgzUaMcYIUaMYYIU
    cMYYIU//2Q==
  `,
  'base64',
);
const STICKER = Buffer.from(
  `
    UklGRloAAABXRUJQVlA4IE4AAAAQBACdASpAAEAAPxGIvVksKKYjoggBgCIJZwDSrAZye54NnjzYFw2tgAD+zQ6L/Qruz4i7DHCrXHm4clT3j7
    lqMEEkpxYI6hgFrXKCAAA=
  `,
  'base64',
);
const FILM = Buffer.from(
  `
    AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDEAAANYbW9vdgAAAGxtdmhkAAAAAAAAAAAAAAAAAAAD6AAAA+gAAQAAAQAAAAAAAAAAAA
    AAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgAAAoJ0cmFrAAAAXHRraGQA
    AAADAAAAAAAAAAAAAAABAAAAAAAAA+gAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAABAAAAAAEAAAAAwAA
    AAAAAkZWR0cwAAABxlbHN0AAAAAAAAAAEAAAPoAAAQAAABAAAAAAH6bWRpYQAAACBtZGhkAAAAAAAAAAAAAAAAAAAoAAAAKABVxAAAAAAALWhk
    bHIAAAAAAAAAAHZpZGUAAAAAAAAAAAAAAABWaWRlb0hhbmRsZXIAAAABpW1pbmYAAAAUdm1oZAAAAAEAAAAAAAAAAAAAACRkaW5mAAAAHGRyZW
    YAAAAAAAAAAQAAAAx1cmwgAAAAAQAAAWVzdGJsAAAAwXN0c2QAAAAAAAAAAQAAALFhdmMxAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAEAAMABI
    AAAASAAAAAAAAAABFUxhdmM1OS4zNy4xMDAgbGlieDI2NAAAAAAAAAAAAAAAGP//AAAAN2F2Y0MBZAAK/+EAGWdkAAqscgREewEQAAADABAAAA
    MAoPEiWEYBAAdo6EODksiw/fj4AAAAABBwYXNwAAAAAQAAAAEAAAAUYnRydAAAAAAAAANwAAADcAAAABhzdHRzAAAAAAAAAAEAAAAFAAAIAAAA
    ABRzdHNzAAAAAAAAAAEAAAABAAAAGGN0dHMAAAAAAAAAAQAAAAUAABAAAAAAHHN0c2MAAAAAAAAAAQAAAAEAAAAFAAAAAQAAAChzdHN6AAAAAA
    AAAAAAAAAFAAAALAAAAA4AAAARAAAAEQAAABIAAAAUc3RjbwAAAAAAAAABAAADiAAAAGJ1ZHRhAAAAWm1ldGEAAAAAAAAAIWhkbHIAAAAAAAAA
    AG1kaXJhcHBsAAAAAAAAAAAAAAAALWlsc3QAAAAlqXRvbwAAAB1kYXRhAAAAAQAAAABMYXZmNTkuMjcuMTAwAAAACGZyZWUAAAB2bWRhdAAAAC
    hliIEAD//+bkOII6LICqIZqdA/o3a4f9F4dh5M0Ez/G20g23Mp05cNAAAACkGaCC2I3zZBCMAAAAANQZoQS/AgZMphG/8dcQAAAA1BmhhpPAge
    TKYEXyWgAAAADkGaIIl8CB+TKYBP/zNh
  `,
  'base64',
);

const FRAME_MS = 20;
const SAMPLES_PER_FRAME = 960;
/** One Opus frame of silence, 20 ms, mono. */
const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

/** Silence as `audio/ogg; codecs=opus`, mono: what WhatsApp records (reference §2.2). */
function silentVoice(seconds: number): Buffer {
  const head = Buffer.from('OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00', 'latin1');
  const tags = Buffer.concat([Buffer.from('OpusTags'), uint32(8), Buffer.from('emulator'), uint32(0)]);
  const frames = Array<Buffer>((seconds * 1000) / FRAME_MS).fill(SILENCE);
  return Buffer.concat([
    oggPage(0, 0x02, 0, [head]),
    oggPage(1, 0x00, 0, [tags]),
    oggPage(2, 0x04, frames.length * SAMPLES_PER_FRAME, frames),
  ]);
}

/** One page of an Ogg stream. @param packets at most 255, each shorter than 255 bytes */
function oggPage(sequence: number, flags: number, granule: number, packets: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(27);
  header.write('OggS', 0, 'latin1');
  header[5] = flags;
  header.writeBigUInt64LE(BigInt(granule), 6);
  header.writeUInt32LE(0x7e57, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = packets.length;
  const bytes = Buffer.concat([header, Buffer.from(packets.map((each) => each.length)), ...packets]);
  bytes.writeUInt32LE(oggChecksum(bytes), 22);
  return bytes;
}

/** CRC-32 as Ogg wants it: polynomial 04C11DB7, bits not reflected, nothing inverted. */
function oggChecksum(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return sum >>> 0;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** @param words Latin letters without brackets or backslashes */
function onePagePdf(words: string): Buffer {
  const drawing = `BT /F1 24 Tf 60 760 Td (${words}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${end}`, 'latin1');
}

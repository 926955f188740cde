import { z } from 'zod';
import { readBody } from '../graph/hot-path.js';
import { mediaKindOf } from '../limits.js';
import { Refusal, route, type Route } from './route.js';

const MAX_BYTES = 101 * 1024 * 1024;
const INLINE = /^(image\/(png|jpeg|webp|gif)|audio\/|video\/|application\/pdf$|text\/plain)/;
const MIME = /^[\w.+-]+\/[\w.+-]+(;\s*[\w-]+=[\w.-]+)*$/;

/** Files: what a customer attaches, and the bytes of what either side sent, for the phone page. */
export const mediaRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/media',
    summary:
      'A file of a customer, its bytes as the body (application/octet-stream), ?type= its MIME type, ?filename=; send it with {"type": "image", "image": {"id": "…"}}',
    query: ['type', 'filename'],
    status: 201,
    handle: async ({ emulator, query, request }) => {
      const type = query['type'] ?? '';
      if (!MIME.test(type)) throw new Refusal(422, 'type must be a MIME type, such as image/png');
      const bytes = await readBody(request, MAX_BYTES);
      if (!bytes) throw new Refusal(413, 'a file may have 101 MiB at most');
      if (bytes.length === 0) throw new Refusal(422, 'the body is empty: post the bytes as application/octet-stream');
      const filename = query['filename']?.slice(0, 240);
      const media = emulator.media.add({ bytes, mimeType: type, filename, from: 'customer' });
      emulator.snapshot.touch();
      return { id: media.id, kind: mediaKindOf(type) ?? 'document', size: media.size, sha256: media.sha256 };
    },
  }),
  route({
    method: 'get',
    path: '/media',
    summary: 'Files the platform holds, newest last',
    handle: ({ emulator }) => ({ items: [...emulator.media.all()] }),
  }),
  route({
    method: 'get',
    path: '/media/{id}',
    summary: 'The bytes of a file of either side',
    handle: async ({ emulator, params, response }) => {
      const media = emulator.media.get(params['id'] ?? '');
      const bytes = media && (await emulator.media.read(media).catch(() => undefined));
      if (!media || !bytes) throw new Refusal(404, 'there is no such file, or it is too old');
      const name = encodeURIComponent(media.filename ?? `${media.id}.${extensionOf(media.mimeType)}`);
      const pdf = media.mimeType === 'application/pdf';
      response.writeHead(200, {
        'Content-Type': media.mimeType,
        'Content-Length': bytes.length,
        'Content-Disposition': `${INLINE.test(media.mimeType) ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
        'X-Content-Type-Options': 'nosniff',
        // A stranger's file must not act in the name of this page. (A PDF viewer does not start inside a sandbox.)
        'Content-Security-Policy': pdf
          ? "default-src 'none'; style-src 'unsafe-inline'"
          : "default-src 'none'; sandbox",
        'Cache-Control': 'private, max-age=3600',
      });
      response.end(bytes);
      return undefined;
    },
  }),
  route({
    method: 'delete',
    path: '/media/{id}',
    summary: 'The platform loses a file: its address and id are answered as unknown',
    body: z.object({}).optional(),
    handle: ({ emulator, params }) => {
      if (!emulator.media.remove(params['id'] ?? '')) throw new Refusal(404, 'there is no such file');
      emulator.snapshot.touch();
      return { removed: params['id'] };
    },
  }),
];

const extensionOf = (mimeType: string): string =>
  ({ 'image/jpeg': 'jpg', 'audio/mpeg': 'mp3', 'text/plain': 'txt' })[mimeType] ??
  /^\w+\/([\w-]+)/.exec(mimeType)?.[1] ??
  'bin';

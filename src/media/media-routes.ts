import { z } from 'zod';
import { notFound, Refusal, wrongMoment } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { cases } from '../cases/case-table.js';
import type { Engine } from '../storage/engine.js';
import { attachmentOf } from './attachment.js';
import { media } from './media-table.js';

/** Files that customers sent to cases, for agents alone. */
export const mediaRoutes = ({ engine }: { readonly engine: Engine }): readonly Route[] => [
  defineRoute({
    method: 'get',
    path: '/cases/{id}/media/{mediaId}',
    tag: 'Cases',
    role: 'agent',
    summary: 'A file that the person sent, as an attachment',
    params: z.object({ id: z.string(), mediaId: z.string() }),
    answers: [{ status: 200, description: 'The file', isFile: true }],
    refusals: { 409: 'It is being fetched: ask again in a moment', 410: 'It is not here; the case says why' },
    handler: async ({ params }) => {
      const [standing, row] = await Promise.all([engine.get(cases, params.id), engine.get(media, params.mediaId)]);
      if (!standing || row?.caseId !== standing.id) throw notFound('file of this case');
      if (row.state === 'waiting') throw wrongMoment('the file is being fetched: ask again in a moment');
      const file = row.state === 'stored' ? await engine.files.open(row.id) : undefined;
      if (!file) throw new Refusal(410, 'the file is not here, and will not come; the case says why');
      const type = row.mimeType ?? 'application/octet-stream';
      return { file: { type, name: attachmentOf({ ...row, mimeType: type }), ...file } };
    },
  }),
];

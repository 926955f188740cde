import { z } from 'zod';
import { LIMITS } from '../conversation/wording.js';
import { Message } from '../messages/message-shape.js';
import type { MediaRow } from '../media/media-table.js';
import type { CaseRow, NoteRow } from './case-table.js';

const isoTime = z.iso.datetime();
const shownTime = (at: number): string => new Date(at).toISOString();

/** Cases as the API shows and takes them (INTERFACE "Others"). */

export const STATES = ['waiting', 'open', 'closed'] as const;
/** A list shows the last words of each case, the case itself enough to know what it is about. */
export const MESSAGES_IN_LIST = 5;
export const MESSAGES_IN_CASE = 100;
export const NOTES_IN_CASE = 100;
const MAX_NOTE_LENGTH = 4_000;

export const Note = z
  .object({
    id: z.string(),
    operator: z.string().meta({ description: 'The operator’s id, or `admin`.', example: 'admin' }),
    text: z.string(),
    at: isoTime,
  })
  .meta({ id: 'Note' });

const Media = z
  .object({
    id: z.string().meta({ description: 'For `GET /cases/{id}/media/{mediaId}`.' }),
    state: z
      .enum(['waiting', 'stored', 'refused', 'failed'])
      .meta({ description: '`waiting`: it is being fetched; `refused` by our limits; `failed`: it cannot be had.' }),
    reason: z
      .enum(['tooLarge', 'type', 'tooMany', 'expired', 'damaged', 'unavailable'])
      .optional()
      .meta({ description: 'Why it is not here. `tooMany`: the case holds as much as one may.' }),
    mimeType: z.string().nullable().meta({ example: 'image/jpeg' }),
    fileName: z.string().nullable().meta({ description: 'As the person called it.' }),
    bytes: z.int().nullable(),
  })
  .meta({ id: 'Media' });

export const CaseMessage = Message.extend({
  media: Media.optional().meta({ description: 'The file that came with it.' }),
}).meta({ id: 'CaseMessage' });

export const shownMedia = ({ id, state, reason, mimeType, fileName, bytes }: MediaRow): z.output<typeof Media> => ({
  ...{ id, state, mimeType, fileName, bytes },
  ...(reason === null ? {} : { reason }),
});

export const Case = z
  .object({
    id: z.string().meta({ example: '0mk1f8x2m0aQ7dR2' }),
    contactId: z.string(),
    state: z.enum(STATES).meta({ description: '`waiting` until the first reply; from then on the bot is silent.' }),
    reason: z.string().meta({ description: '`asked`, or `lateBacklog`: what they wrote came too late for the bot.' }),
    owner: z.string().nullable().meta({ description: 'The operator who has it: `admin`, or an operator’s id.' }),
    openedAt: isoTime,
    promisedAt: isoTime.meta({ description: 'When a human will be there at the latest: what the person was told.' }),
    overdue: z.boolean().meta({ description: 'It still waits, and the promised time has passed.' }),
    replyUntil: isoTime
      .nullable()
      .meta({ description: 'The end of the customer service window; null once nothing can be said.' }),
    closedAt: isoTime.nullable().meta({ example: null }),
    closedBy: z.enum(['person', 'agent', 'silence']).nullable().meta({ example: null }),
    messages: z.array(CaseMessage).meta({
      description:
        `The person’s last messages, oldest first: ${MESSAGES_IN_CASE} of one case, ${MESSAGES_IN_LIST} of each in a list. ` +
        'Older ones: `GET /messages?contactId=`.',
    }),
  })
  .meta({ id: 'Case' });

export const CaseWithNotes = Case.extend({
  notes: z.array(Note).meta({
    description: `What agents noted, oldest first, the last ${NOTES_IN_CASE}. All of them: \`GET /cases/{id}/notes\`.`,
  }),
}).meta({ id: 'CaseWithNotes' });

const words = (most: number, example: string) =>
  z
    .string({ error: 'a text' })
    .trim()
    .min(1, { error: 'a text that is not empty' })
    .max(most, { error: `at most ${most} characters` })
    .meta({ example });

export const Reply = z.object({ text: words(LIMITS.text, 'Здравствуйте! Проверили: доступ открыт.') });
export const NewNote = z.object({ text: words(MAX_NOTE_LENGTH, 'Customer of two years; check the contract first.') });
export const Close = z.object({
  text: words(LIMITS.text, 'Рады были помочь!').optional().meta({ description: 'A last word to the person.' }),
});

/** @param replyUntil ms; 0 when they never wrote */
export const shownCase = (
  row: CaseRow,
  more: { contactId: string; replyUntil: number; now: number; messages: z.output<typeof CaseMessage>[] },
): z.output<typeof Case> => ({
  id: row.id,
  contactId: more.contactId,
  state: row.state,
  reason: row.reason,
  owner: row.owner,
  openedAt: shownTime(row.openedAt),
  promisedAt: shownTime(row.promisedAt),
  overdue: row.state === 'waiting' && row.promisedAt <= more.now,
  replyUntil: row.state !== 'closed' && more.replyUntil > more.now ? shownTime(more.replyUntil) : null,
  closedAt: row.closedAt === null ? null : shownTime(row.closedAt),
  closedBy: row.closedBy as z.output<typeof Case>['closedBy'],
  messages: more.messages,
});

export const shownNote = ({ id, operator, text, at }: NoteRow): z.output<typeof Note> => ({
  id,
  operator,
  text,
  at: shownTime(at),
});

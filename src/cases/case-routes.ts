import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound, wrongMoment } from '../api/problem.js';
import { defineRoute, type Answer, type Route } from '../api/route.js';
import type { Ledger } from '../consent/ledger.js';
import { idsOf, survivorsOf } from '../contacts/find-contacts.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { OutboxRow } from '../delivery/outbox-table.js';
import { media } from '../media/media-table.js';
import { Message, shownMessage } from '../messages/message-shape.js';
import { conversationId, conversations } from '../messages/message-tables.js';
import { outbound, readThread } from '../messages/thread.js';
import { windowUntil } from '../messages/window.js';
import { insert, type Engine } from '../storage/engine.js';
import { closeOps, operatorRow, replyOps, stillAs, takeOps, withQuestion, type AskToRate } from './act-on-case.js';
import { readCase, speechRefusal, type CaseScene, type SpeechRefusal } from './case-scene.js';
import {
  Case,
  CaseWithNotes,
  Close,
  MESSAGES_IN_CASE,
  MESSAGES_IN_LIST,
  NewNote,
  Note,
  NOTES_IN_CASE,
  Reply,
  shownCase,
  shownMedia,
  shownNote,
  STATES,
} from './case-shape.js';
import { caseNotes, cases, type CaseRow } from './case-table.js';

export type CaseRoutesDeps = {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly newId: (now: number) => string;
  /** Something was queued: wakes the dispatcher. */
  readonly onQueued: () => void;
  readonly askToRate?: AskToRate;
};

const Id = z.object({ id: z.string() });

const REFUSALS: Readonly<Record<SpeechRefusal, string>> = {
  closed: 'the case is closed',
  windowClosed: 'the customer service window is closed: nothing can be said until they write again',
  stopped: 'they stopped all messages and have not written since',
};

/** Conversations that a human has or is to have. */
export const caseRoutes = (deps: CaseRoutesDeps): readonly Route[] => {
  const { engine, newId, onQueued } = deps;

  const shown = async (row: CaseRow, contact: ContactRow | undefined, now: number, limit: number) => {
    const contactId = contact?.id ?? row.contactId;
    const contactIds = contact ? idsOf(contact) : [row.contactId];
    const { phoneNumberId } = row;
    const [messages, conversation] = await Promise.all([
      readThread(engine, { contactIds, phoneNumberId, limit }),
      contact && engine.get(conversations, conversationId(phoneNumberId, contact.personKey)),
    ]);
    const received = messages.filter(({ direction }) => direction === 'inbound').map(({ id }) => id);
    const files = new Map((await engine.getMany(media, received)).map((file) => [file.id, shownMedia(file)]));
    return shownCase(row, {
      contactId,
      now,
      replyUntil: conversation ? windowUntil(conversation.lastInboundAt) : 0,
      messages: messages.toReversed().map((message) => {
        const file = files.get(message.id);
        return { ...shownMessage(message, contactId), ...(file ? { media: file } : {}) };
      }),
    });
  };

  const theCase = async (id: string): Promise<CaseScene> => {
    const scene = await readCase(engine, id);
    if (!scene) throw notFound('case');
    return scene;
  };

  /** @throws Refusal 409: nothing is queued that could not leave */
  const wordsFor = (scene: CaseScene, text: string, now: number): OutboxRow => {
    const refusal = speechRefusal(scene, now);
    if (refusal) throw wrongMoment(REFUSALS[refusal]);
    return operatorRow(scene, newId(now), { type: 'text', body: text }, now);
  };

  const targetOf = ({ row, contact }: CaseScene) => ({ target: `case:${row.id}`, contactId: contact.id });

  return [
    defineRoute({
      method: 'get',
      path: '/cases',
      tag: 'Cases',
      role: 'agent',
      summary: 'Cases, those waiting longest first',
      query: pageQuery.extend({
        state: z.enum(STATES, { error: `one of ${STATES.join(', ')}` }).optional(),
        owner: z.string().max(100).optional().meta({ description: 'An operator’s id, or `me`.', example: 'me' }),
      }),
      answers: [{ status: 200, description: 'A page of cases', schema: pageOf(Case) }],
      handler: async ({ query: { state, owner, limit, after }, operator, now }) => {
        const where = {
          ...(state === undefined ? {} : { state }),
          ...(owner === undefined ? {} : { owner: owner === 'me' ? operator.id : owner }),
          ...(after === undefined ? {} : { id: { gt: after } }),
        };
        const rows = await engine.find(cases, { where, orderBy: [['id', 'asc']], limit: limit + 1 });
        const page = pageFrom(rows, limit, (row) => row.id);
        const people = await survivorsOf(engine, [...new Set(page.items.map((row) => row.contactId))]);
        const items = await Promise.all(
          page.items.map((row) => shown(row, people.get(row.contactId), now, MESSAGES_IN_LIST)),
        );
        return { body: { ...page, items } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cases/{id}',
      tag: 'Cases',
      role: 'agent',
      summary: 'One case with what was said and noted',
      params: Id,
      answers: [{ status: 200, description: 'The case', schema: CaseWithNotes }],
      handler: async ({ params, now }) => {
        const row = await engine.get(cases, params.id);
        if (!row) throw notFound('case');
        const [people, notes] = await Promise.all([
          survivorsOf(engine, [row.contactId]),
          engine.find(caseNotes, { where: { caseId: row.id }, orderBy: [['id', 'desc']], limit: NOTES_IN_CASE }),
        ]);
        const body = await shown(row, people.get(row.contactId), now, MESSAGES_IN_CASE);
        return { body: { ...body, notes: notes.toReversed().map(shownNote) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cases/{id}/notes',
      tag: 'Cases',
      role: 'agent',
      summary: 'What agents noted about a case',
      params: Id,
      query: pageQuery,
      answers: [{ status: 200, description: 'A page of notes, oldest first', schema: pageOf(Note) }],
      handler: async ({ params, query: { limit, after } }) => {
        if (!(await engine.get(cases, params.id))) throw notFound('case');
        const where = { caseId: params.id, ...(after === undefined ? {} : { id: { gt: after } }) };
        const rows = await engine.find(caseNotes, { where, orderBy: [['id', 'asc']], limit: limit + 1 });
        const page = pageFrom(rows, limit, (row) => row.id);
        return { body: { ...page, items: page.items.map(shownNote) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/cases/{id}/reply',
      tag: 'Cases',
      role: 'agent',
      summary: 'Answers the person: the case is open from then on, and the bot silent',
      params: Id,
      body: Reply,
      answers: [{ status: 201, description: 'Queued; what becomes of it shows in the case', schema: Message }],
      refusals: { 409: 'The case is closed, or nothing may be said to the person now: nothing was queued' },
      handler: async ({ params, body, operator, now, audit }) => {
        const scene = await theCase(params.id);
        const words = wordsFor(scene, body.text, now);
        const { row, contact } = scene;
        return {
          status: 201,
          body: shownMessage(outbound(words), contact.id),
          ops: [
            ...replyOps(scene, words, operator.id, now),
            audit({
              action: 'case.reply',
              ...targetOf(scene),
              ...(row.state === 'waiting' ? { before: { state: row.state } } : {}),
              after: { message: words.id, ...(row.state === 'waiting' ? { state: 'open' } : {}) },
            }),
          ],
          contactId: contact.id,
          serial: contact.personKey,
          afterwards: onQueued,
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/cases/{id}/note',
      tag: 'Cases',
      role: 'agent',
      summary: 'Keeps a note for other agents; it is never sent',
      params: Id,
      body: NewNote,
      answers: [{ status: 201, description: 'Kept', schema: Note }],
      handler: async ({ params, body, operator, now, audit }) => {
        const scene = await theCase(params.id);
        const { row, contact } = scene;
        const note = {
          ...{ id: newId(now), caseId: row.id, contactId: contact.id },
          ...{ operator: operator.id, text: body.text, at: now },
        };
        return {
          status: 201,
          body: shownNote(note),
          ops: [
            insert(caseNotes, note),
            stillAs(scene),
            audit({ action: 'case.note', ...targetOf(scene), after: { note: note.id } }),
          ],
          contactId: contact.id,
          serial: contact.personKey,
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/cases/{id}/take',
      tag: 'Cases',
      role: 'agent',
      summary: 'Makes the case one’s own; whether the bot speaks does not change by it',
      params: Id,
      answers: [{ status: 200, description: 'It is yours, or was so already', schema: Case }],
      refusals: { 409: 'The case is closed' },
      handler: async ({ params, operator, now, audit }) => {
        const scene = await theCase(params.id);
        const { row, contact } = scene;
        if (row.state === 'closed') throw wrongMoment(REFUSALS.closed);
        const body = await shown({ ...row, owner: operator.id }, contact, now, MESSAGES_IN_LIST);
        if (row.owner === operator.id) return { body };
        const act = { action: 'case.take', before: { owner: row.owner }, after: { owner: operator.id } };
        return {
          body,
          ops: [...takeOps(scene, operator.id), audit({ ...act, ...targetOf(scene) })],
          contactId: contact.id,
          serial: contact.personKey,
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/cases/{id}/close',
      tag: 'Cases',
      role: 'agent',
      summary: 'Closes the case, with a last word if one is given; the bot speaks again',
      params: Id,
      body: Close,
      answers: [{ status: 200, description: 'Closed, or was so already', schema: Case }],
      refusals: { 409: 'A last word was given, and nothing may be said to the person now: the case is as it was' },
      handler: async ({ params, body: { text }, now, audit }): Promise<Answer> => {
        const scene = await theCase(params.id);
        const { row, contact } = scene;
        const said = text === undefined ? undefined : wordsFor(scene, text, now);
        if (row.state === 'closed') return { body: await shown(row, contact, now, MESSAGES_IN_LIST) };
        const closing = withQuestion(scene, { by: 'agent', now, ...(said ? { words: said } : {}) }, deps);
        const { words } = closing;
        const after = { state: 'closed', ...(words ? { message: words.id } : {}) };
        const closed: CaseRow = { ...row, state: 'closed', closedAt: now, closedBy: 'agent' };
        const body = await shown(closed, contact, now, MESSAGES_IN_LIST);
        if (words) body.messages.push(shownMessage(outbound(words), contact.id));
        return {
          body,
          ops: [
            ...closeOps(scene, closing, deps),
            audit({ action: 'case.close', ...targetOf(scene), before: { state: row.state }, after }),
          ],
          contactId: contact.id,
          serial: contact.personKey,
          afterwards: onQueued,
        };
      },
    }),
  ];
};

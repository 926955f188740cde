import assert from 'node:assert/strict';
import express from 'express';
import supertest from 'supertest';
import { articleRoutes } from '../answers/article-routes.js';
import { answerRoutes } from '../answers/answer-routes.js';
import { caseRoutes } from '../cases/case-routes.js';
import { contactRoutes } from '../contacts/contact-routes.js';
import { importRoute } from '../contacts/import-routes.js';
import { deadRoutes } from '../inbox/dead-routes.js';
import { messageRoutes } from '../messages/message-routes.js';
import { operatorRoutes } from '../operators/operator-routes.js';
import { accountRoutes } from '../platform/account-routes.js';
import { quoteRoutes } from '../quotes/quote-routes.js';
import { PEPPER, SetClock } from './api.fixture.js';
import { API_PATH, createApi } from './create-api.js';
import { openApiDocument } from './openapi.js';
import type { Route } from './route.js';

const nothing = {} as never;
// Only described here, never called.
const routes: readonly Route[] = [
  ...contactRoutes(nothing),
  importRoute(nothing),
  ...messageRoutes(nothing),
  ...caseRoutes(nothing),
  ...deadRoutes({ engine: nothing, nudge: nothing }),
  ...accountRoutes({ phoneNumberId: undefined } as never),
  ...quoteRoutes(nothing),
  ...answerRoutes(nothing),
  ...articleRoutes(nothing),
  ...operatorRoutes({ engine: nothing, pepper: PEPPER }),
];

type Json = { [name: string]: Json };

describe('The description of the API', () => {
  const document = openApiDocument(routes, '1.2.3', API_PATH) as unknown as Json;

  it('is OpenAPI 3.1 and has every route, with its role, its answers and its refusals', () => {
    assert.equal(document['openapi'], '3.1.0');
    const described = Object.entries(document['paths'] ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    assert.deepEqual(described.toSorted(), routes.map(({ method, path }) => `${method} ${path}`).toSorted());
    for (const { method, path, role, answers } of routes) {
      const operation = document['paths']?.[path]?.[method];
      assert.match(String(operation?.['description']), new RegExp(role));
      const statuses = Object.keys(operation?.['responses'] ?? {});
      for (const status of [...answers.map((answer) => String(answer.status)), '401', '403', '503'])
        assert.ok(statuses.includes(status));
    }
  });

  it('gives every operation a name of its own and every path parameter a schema', () => {
    const names = new Set<string>();
    for (const [path, item] of Object.entries(document['paths'] ?? {})) {
      for (const operation of Object.values(item)) {
        names.add(String(operation['operationId']));
        const declared = Object.values(operation['parameters'] ?? {}) as unknown as { name: string; in: string }[];
        const inPath = declared.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
        assert.deepEqual(
          inPath,
          [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
        );
      }
    }
    assert.equal(names.size, routes.length);
  });

  it('points only to what it holds, and every shape has an example or a type', () => {
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const { $ref } = node as { $ref?: string };
      if ($ref !== undefined) {
        const target = $ref
          .split('/')
          .slice(1)
          .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
        assert.ok(target, $ref);
      }
      Object.values(node).forEach(walk);
    };
    walk(document);
    for (const name of [
      'Contact',
      'ImportRow',
      'Message',
      'Case',
      'DeadUpdate',
      'AccountHealth',
      'QuoteRequest',
      'Quote',
      'Operator',
      'AuditEntry',
      'Problem',
    ]) {
      assert.ok(document['components']?.['schemas']?.[name], name);
    }
  });

  it('shows the import as JSON and as CSV, with an example', () => {
    const content = document['paths']?.['/contacts/import']?.['post']?.['requestBody']?.['content'];
    assert.deepEqual(Object.keys(content ?? {}), ['application/json', 'text/csv']);
    assert.match(String(content?.['text/csv']?.['example']), /^phone,userId,/);
  });

  describe('over HTTP', () => {
    const authenticate = () => Promise.resolve(undefined);
    const api = createApi({
      engine: nothing,
      clock: new SetClock(),
      pepper: PEPPER,
      authenticate,
      routes,
      version: '1.2.3',
    });
    const app = express().use(API_PATH, api);

    it('is open to everybody, as JSON and as a page that fetches nothing from elsewhere', async () => {
      const { body } = await supertest(app)
        .get(`${API_PATH}/openapi.json`)
        .expect(200)
        .expect('content-type', /^application\/json/);
      assert.equal(body.info.version, '1.2.3');
      for (const path of ['', '/', '/docs']) {
        const { text, headers } = await supertest(app)
          .get(API_PATH + path)
          .expect(200)
          .expect('content-type', /^text\/html/);
        assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'/);
        for (const route of routes) assert.ok(text.includes(route.summary.replaceAll('’', '’')), route.path);
        assert.doesNotMatch(text, /(src|href)="(https?:)?\/\//);
      }
    });

    it('says nothing else to strangers', async () => {
      for (const path of ['/contacts', '/nothing'])
        await supertest(app)
          .get(API_PATH + path)
          .expect(401);
    });
  });
});

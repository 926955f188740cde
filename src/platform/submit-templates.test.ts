import assert from 'node:assert/strict';
import { compareTemplates } from './compare-templates.js';
import type { GraphAnswer } from './graph-client.js';
import { listTemplates, type ListedTemplate } from './list-templates.js';
import { creationOf, submitTemplates } from './submit-templates.js';
import { readTemplates, type MessageTemplates } from './template-file.js';

const text = (name: string, language: string) => `This is ${name} in ${language}, and there is nothing more to it.`;
const file = (name: string) => {
  const version = (language: string) => ({ components: [{ type: 'BODY', text: text(name, language) }] });
  return {
    ...{ name, category: 'UTILITY', parameter_format: 'named', message_send_ttl_seconds: 600 },
    languages: { ru: version('ru'), en: version('en') },
  };
};
const local = (...names: string[]): MessageTemplates => {
  const read = readTemplates(new Map(names.map((name) => [name, file(name)])));
  return read.kind === 'templates' ? read.templates : assert.fail(read.faults.join());
};
const theirs = (name: string, language: string, given: Partial<ListedTemplate> = {}): ListedTemplate => ({
  ...{ id: '1', name, language, status: 'APPROVED', category: 'UTILITY', quality: null, reason: null },
  body: text(name, language),
  ...given,
});

type Call = { readonly method: string; readonly path: string; readonly body: object | undefined };
/** Graph as told; every call is kept. */
const graphThat = (answer: (call: Call, count: number) => GraphAnswer) => {
  const calls: Call[] = [];
  const request = (method: string, path: string, body?: object) => {
    calls.push({ method, path, body });
    return Promise.resolve(answer({ method, path, body }, calls.length));
  };
  return { calls, request };
};
const created: GraphAnswer = { kind: 'ok', body: { id: '7', status: 'PENDING', category: 'UTILITY' } };
const refusal = (code: number): GraphAnswer => ({ kind: 'refused', status: 400, code, words: 'no' });

describe('Local templates beside the account’s', () => {
  it('are new, approved, waiting, refused, unusable or different', () => {
    const compared = compareTemplates(local('a', 'b', 'c'), [
      theirs('a', 'en'),
      theirs('b', 'ru', { status: 'PENDING' }),
      theirs('b', 'en', { status: 'REJECTED', reason: 'PROMOTIONAL' }),
      theirs('c', 'ru', { status: 'PAUSED', quality: 'RED' }),
      theirs('c', 'en', { body: 'Something else', category: 'MARKETING' }),
      theirs('d', 'en'),
    ]);
    assert.deepEqual(
      compared.map(({ template, language, state }) => `${template.name} ${language} ${state}`),
      ['a ru new', 'a en approved', 'b ru waiting', 'b en refused', 'c ru unusable', 'c en differs'],
    );
    assert.deepEqual(
      [compared[3]?.reason, compared[4]?.quality, compared[5]?.recategorised],
      ['PROMOTIONAL', 'RED', 'MARKETING'],
    );
  });
});

describe('Listing templates', () => {
  const page = (names: string[], after?: string): GraphAnswer => ({
    kind: 'ok',
    body: {
      data: names.map((name) => ({
        id: 12,
        name,
        language: 'en-US',
        status: 'approved',
        quality_score: { score: 'GREEN' },
      })),
      paging: { cursors: { after: after ?? 'end' }, ...(after ? { next: 'https://graph/next' } : {}) },
    },
  });

  it('reads page after page and writes languages as sends want them', async () => {
    const graph = graphThat((_, count) => (count === 1 ? page(['a', 'b'], 'cursor') : page(['c'])));
    const listing = await listTemplates(graph, 'WABA');
    assert.ok(listing.kind === 'listed');
    assert.deepEqual(
      listing.templates.map(({ name, language, status }) => `${name} ${language} ${status}`),
      ['a en_US APPROVED', 'b en_US APPROVED', 'c en_US APPROVED'],
    );
    assert.match(graph.calls[1]?.path ?? '', /after=cursor/);
  });

  it('starts over when the cursor is not known any more, and gives up after a while', async () => {
    const graph = graphThat((_, count) => (count === 2 ? refusal(131059) : page(['a'], count === 1 ? 'x' : undefined)));
    const listing = await listTemplates(graph, 'WABA');
    assert.deepEqual([listing.kind, graph.calls.length], ['listed', 3]);
    const never = graphThat(() => refusal(131059));
    assert.deepEqual(await listTemplates(never, 'WABA'), { kind: 'refused', code: 131059 });
    assert.equal(never.calls.length, 3);
  });

  it('says what Graph refused with', async () => {
    assert.deepEqual(
      await listTemplates(
        graphThat(() => refusal(200)),
        'WABA',
      ),
      { kind: 'refused', code: 200 },
    );
    assert.deepEqual(
      await listTemplates(
        graphThat(() => ({ kind: 'noAnswer' })),
        'WABA',
      ),
      { kind: 'refused', code: undefined },
    );
  });
});

describe('Submitting templates', () => {
  const many = Array.from({ length: 60 }, (_, at) => `t${at}`);
  const submissions = (names: string[]) =>
    [...local(...names).values()].flatMap((template) => [
      { template, language: 'ru' as const },
      { template, language: 'en' as const },
    ]);

  it('hands each in as Meta wants it', async () => {
    const graph = graphThat(() => created);
    const [first] = submissions(['a']);
    assert.ok(first);
    await submitTemplates(graph, 'WABA', [first], 0);
    assert.deepEqual(graph.calls, [
      {
        method: 'post',
        path: '/WABA/message_templates',
        body: {
          ...{
            name: 'a',
            language: 'ru',
            category: 'UTILITY',
            parameter_format: 'named',
            message_send_ttl_seconds: 600,
          },
          components: [{ type: 'BODY', text: text('a', 'ru') }],
        },
      },
    ]);
    assert.deepEqual(graph.calls[0]?.body, creationOf(first));
  });

  it('makes 100 an hour and leaves the rest for the next run', async () => {
    const graph = graphThat(() => created);
    const done = await submitTemplates(graph, 'WABA', submissions(many), 0);
    assert.equal(graph.calls.length, 100);
    assert.deepEqual(done.at(-1)?.result, { kind: 'left', why: 'hour' });
  });

  it('never asks an account to hold more than it may', async () => {
    const graph = graphThat(() => created);
    const done = await submitTemplates(graph, 'WABA', submissions(many), 245);
    assert.equal(graph.calls.length, 5);
    assert.deepEqual(done.at(-1)?.result, { kind: 'left', why: 'account' });
    const full = graphThat(() => refusal(2388019));
    await submitTemplates(full, 'WABA', submissions(['a', 'b']), 0);
    assert.equal(full.calls.length, 1);
  });

  it('stops when Graph asks for a pause, and goes on past a refusal of one', async () => {
    const paused = graphThat(() => refusal(80007));
    assert.deepEqual(
      (await submitTemplates(paused, 'WABA', submissions(['a', 'b']), 0)).map(({ result }) => result.kind),
      ['refused', 'left', 'left', 'left'],
    );
    const picky = graphThat((_, count) => (count === 1 ? refusal(2388299) : created));
    assert.deepEqual(
      (await submitTemplates(picky, 'WABA', submissions(['a']), 0)).map(({ result }) => result.kind),
      ['refused', 'accepted'],
    );
  });
});

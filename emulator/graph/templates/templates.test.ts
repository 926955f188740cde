import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Rig } from '../../testing/rig.js';

const AIGUL = { to: '+77010000001' };
const HOUR_MS = 60 * 60 * 1000;

type Json = Record<string, unknown>;

const visit = (over: Json = {}): Json => ({
  name: 'visit_reminder',
  language: 'ru',
  category: 'utility',
  parameter_format: 'named',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Напоминание' },
    {
      type: 'BODY',
      text: 'Здравствуйте, {{first_name}}! Ждём вас {{visit_time}} по вашей записи.',
      example: {
        body_text_named_params: [
          { param_name: 'first_name', example: 'Айгуль' },
          { param_name: 'visit_time', example: 'завтра в 10:00' },
        ],
      },
    },
    { type: 'FOOTER', text: 'Напишите СТОП, чтобы отключить' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Приду' },
        { type: 'URL', text: 'Запись', url: 'https://example.org/b/{{1}}', example: ['https://example.org/b/1'] },
      ],
    },
  ],
  ...over,
});

describe('message templates', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
    rig.running.emulator.settings.review.afterMs = 0;
  });
  afterEach(() => rig.close());

  const create = (over: Json = {}) => rig.graph('POST', '/2002/message_templates', visit(over));
  const review = (review: Json) => rig.control('POST', '/settings', { review });
  const act = (id: string, body: Json) => rig.control('POST', `/templates/${id}/act`, body);
  const list = async (query = '') => (await rig.graph('GET', `/2002/message_templates?${query}`)).body;
  const told = (field: string) => rig.changes(field).map((each) => each.value);
  const approved = async (over: Json = {}): Promise<string> => {
    const { id } = (await create(over)).body;
    await rig.until(() => rig.received.some((each) => each.raw.includes(`"message_template_id":${id},`)));
    rig.received.length = 0;
    return id;
  };

  it('takes a template into review, approves it, and tells so by webhook with a numeric id and the language with a dash', async () => {
    const made = (await create({ language: 'en_US' })).body;
    assert.deepEqual([made.status, made.category], ['PENDING', 'UTILITY']);
    await rig.until(() => told('message_template_status_update').length === 1);
    const [hook] = rig.received;
    assert.ok(hook?.raw.includes(`"message_template_id":${made.id},`), hook?.raw);
    assert.equal(typeof JSON.parse(hook?.raw ?? '').entry[0].time, 'number');
    const [update] = told('message_template_status_update');
    assert.deepEqual(
      [update?.['event'], update?.['message_template_name'], update?.['message_template_language'], update?.['reason']],
      ['APPROVED', 'visit_reminder', 'en-US', 'NONE'],
    );
    const one = (await rig.graph('GET', `/${made.id}?fields=status,category,quality_score`)).body;
    assert.deepEqual(one, { id: made.id, status: 'APPROVED', category: 'UTILITY', quality_score: { score: 'UNKNOWN' } });
  });

  it('lists with cursors and filters, and refuses a cursor whose template is gone (131059)', async () => {
    const ids: string[] = [];
    for (const language of ['ru', 'en', 'kk']) ids.push((await create({ language })).body.id);
    const seen: string[] = [];
    let next: string | undefined = `${rig.url}/v25.0/2002/message_templates?limit=2&fields=language`;
    let cursor = '';
    while (next) {
      const page = (await (await rig.fetchWithToken(next)).json()) as {
        data: Record<string, string>[];
        paging: { next?: string; cursors: { after: string } };
      };
      assert.deepEqual(Object.keys(page.data[0] ?? {}), ['id', 'language']);
      seen.push(...page.data.map((each) => each['language'] ?? ''));
      next = page.paging.next;
      if (next) cursor = page.paging.cursors.after;
    }
    assert.deepEqual(seen, ['ru', 'en', 'kk']);
    assert.deepEqual((await list('language=kk')).data.map((each: { id: string }) => each.id), [ids[2]]);
    assert.deepEqual((await list('status=REJECTED')).data, []);
    await rig.graph('DELETE', `/2002/message_templates?name=visit_reminder&hsm_id=${ids[1]}`);
    const gone = await rig.graph('GET', `/2002/message_templates?after=${cursor}`);
    assert.deepEqual([gone.status, gone.body.error.code], [400, 131059]);
  });

  it('rejects, holds or approves under another category by rule', async () => {
    await review({
      rules: [
        { name: '^bad', decision: 'reject', reason: 'ABUSIVE_CONTENT' },
        { text: 'скидк', recategorise: 'MARKETING' },
        { name: '^later', decision: 'hold' },
      ],
    });
    await create({ name: 'bad_words' });
    await rig.until(() => told('message_template_status_update').length === 1);
    assert.deepEqual([told('message_template_status_update')[0]?.['event'], told('message_template_status_update')[0]?.['reason']], ['REJECTED', 'ABUSIVE_CONTENT']);
    const promo = [{ type: 'BODY', text: 'Сегодня скидки на всё подряд.' }];
    const { id } = (await create({ name: 'promo', components: promo })).body;
    await rig.until(() => told('template_category_update').length === 1);
    assert.deepEqual(
      [told('template_category_update')[0]?.['previous_category'], told('template_category_update')[0]?.['new_category']],
      ['UTILITY', 'MARKETING'],
    );
    assert.equal((await rig.graph('GET', `/${id}?fields=category`)).body.category, 'MARKETING');
    const held = (await create({ name: 'later_on', components: [{ type: 'BODY', text: 'Другие слова здесь.' }] })).body;
    await rig.control('POST', '/clock', { advanceMs: HOUR_MS });
    assert.equal((await rig.graph('GET', `/${held.id}?fields=status`)).body.status, 'PENDING');
    await act(held.id, { act: 'approve' });
    assert.equal((await rig.graph('GET', `/${held.id}?fields=status`)).body.status, 'APPROVED');
  });

  it('rejects what a reviewer would: variables without examples', async () => {
    await create({ name: 'no_examples', components: [{ type: 'BODY', text: 'Ваш заказ {{order}} уже в пути.' }] });
    await rig.until(() => told('message_template_status_update').length === 1);
    assert.equal(told('message_template_status_update')[0]?.['reason'], 'INVALID_FORMAT');
  });

  for (const [what, over, code] of [
    ['a second one of that name and language', {}, 100],
    ['the same words under another name', { name: 'twin' }, 100],
    ['a body that is missing', { name: 'x', components: [{ type: 'FOOTER', text: 'f' }] }, 100],
    ['variables side by side', { name: 'x', components: [{ type: 'BODY', text: 'Это {{a}}{{b}} для вас и для них.' }] }, 2388299],
    ['too many variables for the text', { name: 'x', components: [{ type: 'BODY', text: 'А {{a}} б {{b}} в {{c}} г.' }] }, 2388293],
    ['a positional variable in a named template', { name: 'x', components: [{ type: 'BODY', text: 'Привет, {{1}}, это мы.' }] }, 100],
    ['a header with two variables', { name: 'x', components: [{ type: 'HEADER', format: 'TEXT', text: '{{a}} {{b}}' }, { type: 'BODY', text: 'тело' }] }, 2388047],
    ['a footer with a variable', { name: 'x', components: [{ type: 'BODY', text: 'тело' }, { type: 'FOOTER', text: 'a {{b}}' }] }, 2388073],
    ['three addresses', { name: 'x', components: [{ type: 'BODY', text: 'тело' }, { type: 'BUTTONS', buttons: Array(3).fill({ type: 'URL', text: 'a', url: 'https://a.org' }) }] }, 100],
    ['quick replies apart', { name: 'x', components: [{ type: 'BODY', text: 'тело' }, { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'a' }, { type: 'URL', text: 'b', url: 'https://a.org' }, { type: 'QUICK_REPLY', text: 'c' }] }] }, 100],
    ['a time to live of 13 hours', { name: 'x', components: [{ type: 'BODY', text: 'тело' }], message_send_ttl_seconds: 46_800 }, 100],
  ] as const) {
    it(`refuses ${what} with ${code}`, async () => {
      await create();
      const { status, body } = await create(over as Json);
      assert.deepEqual([status, body.error?.code], [400, code], JSON.stringify(body));
    });
  }

  it('takes a hundred new templates an hour (80007)', async () => {
    const made = (n: number) => create({ name: `t${n}`, components: [{ type: 'BODY', text: `Слова номер ${n}, и всё.` }] });
    for (let n = 0; n < 100; n++) assert.equal((await made(n)).status, 200);
    assert.equal((await made(100)).body.error.code, 80007);
    await rig.advance(HOUR_MS);
    assert.equal((await made(100)).status, 200);
  });

  it('refuses the template library, which is not played', async () => {
    const { body } = await create({ library_template_name: 'delivery_update_1' });
    assert.match(body.error.message, /does not play the template library/);
  });

  it('keeps a deleted approved name locked for 30 days', async () => {
    await approved();
    assert.deepEqual((await rig.graph('DELETE', '/2002/message_templates?name=visit_reminder')).body, { success: true });
    await rig.until(() => told('message_template_status_update').some((each) => each['event'] === 'PENDING_DELETION'));
    assert.deepEqual((await list()).data, []);
    assert.equal((await create()).body.error.code, 100);
    await rig.control('POST', '/clock', { advanceMs: 30 * 24 * HOUR_MS + 1 });
    assert.equal((await create()).status, 200);
  });

  it('reviews an edit anew, takes one a day of an approved template, and shows old messages in their old words', async () => {
    const components = [{ type: 'BODY', text: 'Старые слова.' }];
    const id = await approved({ components });
    await rig.send({ ...AIGUL, type: 'template', template: { name: 'visit_reminder', language: { code: 'ru' } } });
    const edit = (text: string) => rig.graph('POST', `/${id}`, { components: [{ type: 'BODY', text }] });
    await review({ otherwise: 'hold' });
    assert.equal((await edit('Новые слова.')).body.success, true);
    assert.equal((await rig.graph('GET', `/${id}?fields=status`)).body.status, 'PENDING');
    const refused = await rig.send({ ...AIGUL, type: 'template', template: { name: 'visit_reminder', language: { code: 'ru' } } });
    assert.equal(refused.body.error.code, 132001);
    assert.equal((await edit('Ещё слова.')).body.error.code, 100);
    await act(id, { act: 'approve' });
    assert.equal((await edit('Ещё слова.')).body.error.code, 100);
    await rig.control('POST', '/clock', { advanceMs: 24 * HOUR_MS });
    assert.equal((await edit('Ещё слова.')).body.success, true);
    const [bubble] = (await rig.control('GET', '/people/aigul/messages')).body.items;
    assert.equal(bubble.template.body, 'Старые слова.');
  });

  it('pauses for quality for 3 hours, then 6, then disables; sends meanwhile get 132015 and 132016', async () => {
    const id = await approved({ components: [{ type: 'BODY', text: 'Простые слова.' }] });
    const send = async () =>
      (await rig.send({ ...AIGUL, type: 'template', template: { name: 'visit_reminder', language: { code: 'ru' } } })).body.error?.code;
    for (const [hours, title] of [
      [3, 'FIRST_PAUSE'],
      [6, 'SECOND_PAUSE'],
    ] as const) {
      await act(id, { act: 'pauseForQuality' });
      await rig.until(() => told('message_template_status_update').some((each) => JSON.stringify(each).includes(title)));
      assert.equal(await send(), 132015);
      await rig.control('POST', '/clock', { advanceMs: hours * HOUR_MS - 1_000 });
      assert.equal(await send(), 132015);
      await rig.control('POST', '/clock', { advanceMs: 2_000 });
      assert.equal(await send(), undefined);
    }
    await act(id, { act: 'pauseForQuality' });
    assert.equal(await send(), 132016);
    assert.equal((await rig.graph('DELETE', '/2002/message_templates?name=visit_reminder')).body.error.code, 100);
  });

  it('tells quality, an announced category and an edit by the platform', async () => {
    const id = await approved();
    await act(id, { act: 'quality', score: 'YELLOW' });
    await rig.until(() => told('message_template_quality_update').length === 1);
    const [quality] = told('message_template_quality_update');
    assert.deepEqual([quality?.['previous_quality_score'], quality?.['new_quality_score']], ['UNKNOWN', 'YELLOW']);
    await act(id, { act: 'recategorise', category: 'MARKETING', announced: true });
    await rig.until(() => told('template_category_update').length === 1);
    const [announced] = told('template_category_update');
    assert.deepEqual([announced?.['new_category'], announced?.['correct_category']], ['UTILITY', 'MARKETING']);
    await rig.control('POST', '/clock', { advanceMs: 24 * HOUR_MS + 1 });
    await rig.until(() => told('template_category_update').length === 2);
    assert.equal((await rig.graph('GET', `/${id}?fields=category`)).body.category, 'MARKETING');
    await act(id, { act: 'components', components: [{ type: 'BODY', text: 'Слова платформы.' }] });
    await rig.until(() => told('message_template_components_update').length === 1);
    assert.equal(told('message_template_components_update')[0]?.['message_template_element'], 'Слова платформы.');
  });

  it('unpauses on request only what is paused', async () => {
    const id = await approved();
    assert.equal((await rig.graph('POST', `/${id}/unpause`, {})).body.error.code, 100);
    await act(id, { act: 'pause' });
    assert.deepEqual((await rig.graph('POST', `/${id}/unpause`, {})).body, { success: true });
  });

  describe('parameters on send', () => {
    const body = (...parameters: Json[]) => ({ type: 'body', parameters });
    const named = (name: string, text = 'x') => ({ type: 'text', parameter_name: name, text });
    const link = { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'bk17' }] };
    const good = body(named('first_name', 'Айгуль'), named('visit_time', '10:00'));
    const send = (...components: Json[]) =>
      rig.send({ ...AIGUL, type: 'template', template: { name: 'visit_reminder', language: { code: 'ru' }, components } });

    for (const [what, components, code] of [
      ['all parameters in any order', [body(named('visit_time'), named('first_name')), link], undefined],
      ['too few parameters', [body(named('first_name')), link], 132000],
      ['a name it does not have', [body(named('first_name'), named('other')), link], 132012],
      ['the same name twice', [body(named('first_name'), named('first_name')), link], 132012],
      ['no names', [body({ type: 'text', text: 'a' }, { type: 'text', text: 'b' }), link], 132012],
      ['a picture in the body', [body(named('first_name'), { ...named('visit_time'), type: 'image' }), link], 132012],
      ['a parameter for a header that has none', [good, { type: 'header', parameters: [named('a')] }, link], 132000],
      ['no value for the address of a button', [good], 131008],
      ['a button it does not have', [good, link, { ...link, index: '5' }], 132018],
      ['a button of another kind', [good, link, { ...link, index: '0' }], 132018],
    ] as const) {
      it(`${code === undefined ? 'takes' : 'refuses'} ${what}${code === undefined ? '' : ` with ${code}`}`, async () => {
        await approved();
        assert.equal((await send(...(components as unknown as Json[]))).body.error?.code, code);
      });
    }

    it('wants the file that the header is made for (132012)', async () => {
      await approved({
        components: [
          { type: 'HEADER', format: 'DOCUMENT', example: { header_handle: ['4::x'] } },
          { type: 'BODY', text: 'Счёт во вложении.' },
        ],
      });
      const header = (type: string, part: Json) => ({ type: 'header', parameters: [{ type, [type]: part }] });
      const link = 'https://example.org/a';
      assert.equal((await send()).body.error.code, 132012);
      assert.equal((await send(header('image', { link }))).body.error.code, 132012);
      assert.equal((await send(header('document', { link, filename: 'a.pdf' }))).status, 200);
    });

    it('knows no language but the exact one (132001)', async () => {
      await approved({ language: 'en' });
      const template = { name: 'visit_reminder', language: { code: 'en_US' } };
      const { status, body: answer } = await rig.send({ ...AIGUL, type: 'template', template });
      assert.deepEqual([status, answer.error.code], [404, 132001]);
    });
  });
});

describe('templates on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'emulator-templates-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('outlive a restart; a review that was under way is taken up again', async () => {
    let rig = await Rig.start({ dataDir: folder });
    rig.running.emulator.settings.review.afterMs = 60_000;
    const { id } = (await rig.graph('POST', '/2002/message_templates', visit())).body;
    await rig.close();
    rig = await Rig.start({ dataDir: folder });
    assert.equal((await rig.graph('GET', `/${id}?fields=status`)).body.status, 'PENDING');
    await rig.until(() => rig.changes('message_template_status_update').length === 1);
    assert.equal((await rig.graph('GET', `/${id}?fields=status`)).body.status, 'APPROVED');
    await rig.close();
  });
});

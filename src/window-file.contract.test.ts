import assert from 'node:assert/strict';
import { onBothStores } from '../test/means/stores.js';
import type { ContactRow } from './contacts/contact-tables.js';
import { loadTexts } from './load-texts.js';
import { DAY, HOUR, NoticesStand } from './notices/notices.fixture.js';
import { windowFile } from './window-file.js';

const NOBODY = {} as ContactRow;
const BODY = 'Откройте файл';

onBothStores('The file of a maintenance window', (place) => {
  let stand: NoticesStand;
  beforeEach(async () => (stand = await NoticesStand.open(await place())));
  afterEach(() => stand.close());

  const make = async (noticeId: string, language: 'ru' | 'en' = 'ru') => {
    const { engine, wordings, bench } = stand;
    const maker = windowFile({ engine, clock: bench.clock, texts: loadTexts(), wordings, company: 'Vestnik' });
    const { file, body } = await maker({ of: 'window', noticeId, language, fileName: 'maintenance.ics' }, NOBODY, BODY);
    const text = file && Buffer.from(file.bytes).toString().replaceAll('\r\n ', '');
    return { body, text, name: file && `${file.fileName} ${file.mimeType}` };
  };
  const utc = (at: number) => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

  it('is the window as it stands now, in the reader’s language', async () => {
    const startsAt = stand.bench.clock.now() + DAY;
    const notice = await stand.approved(DAY, { site: 'М9' });
    const { body, text, name } = await make(notice.id);
    assert.deepEqual([body, name], [BODY, 'maintenance.ics text/plain']);
    for (const line of [
      `UID:${notice.id}@vestnik`,
      'SEQUENCE:0',
      `DTSTART:${utc(startsAt)}`,
      `DTEND:${utc(startsAt + HOUR)}`,
      'SUMMARY:Vestnik: технические работы',
      'LOCATION:М9',
    ])
      assert.ok(text?.includes(`\r\n${line}\r\n`), `${line} in ${text}`);
    assert.match((await make(notice.id, 'en')).text ?? '', /\r\nSUMMARY:Vestnik: maintenance\r\n/);

    await stand.act(notice, 'change', { startsAt: stand.time(2 * DAY), endsAt: stand.time(2 * DAY + HOUR) });
    const moved = (await make(notice.id)).text;
    for (const line of ['SEQUENCE:1', `DTSTART:${utc(startsAt + DAY)}`, `UID:${notice.id}@vestnik`])
      assert.ok(moved?.includes(`\r\n${line}\r\n`), `${line} in ${moved}`);
  });

  it('is still there while announcements are paused and while the works go on', async () => {
    const notice = await stand.approved(HOUR);
    await stand.act(notice, 'pause');
    assert.ok((await make(notice.id)).text);
    stand.bench.clock.advance(1.5 * HOUR);
    assert.ok((await make(notice.id)).text);
  });

  it('is none of a draft, of one that was cancelled, of one that is over, or of nothing: the words say so', async () => {
    const draft = await stand.draft(DAY);
    const cancelled = await stand.approved(DAY);
    await stand.act(cancelled, 'cancel');
    const over = await stand.approved(HOUR);
    stand.bench.clock.advance(2 * HOUR);
    for (const id of [draft.id, cancelled.id, over.id, 'gone']) {
      const { body, text } = await make(id);
      assert.equal(text, undefined);
      assert.match(body, /^Этих работ в плане уже нет/);
      assert.match((await make(id, 'en')).body, /^This maintenance is no longer planned/);
    }
  });
});

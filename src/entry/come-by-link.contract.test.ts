import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { contacts } from '../contacts/contact-tables.js';
import { advance } from '../conversation/advance.js';
import { factsFor, tap } from '../conversation/play.js';
import { drain, inboxUnderTestMigrations, message, NOON, openInbox, PEPPER, phone } from '../inbox/inbox.fixture.js';
import type { InboxUnderTest } from '../inbox/inbox.fixture.js';
import type { Turns } from '../inbox/turns.js';
import { loadTexts } from '../load-texts.js';
import { audit } from '../operators/operator-tables.js';
import type { Engine } from '../storage/engine.js';
import { storageMigrations } from '../storage/meta-table.js';
import { entryCode, readEntryCode, shownCode } from './entry-code.js';
import { entryLinks } from './entry-table.js';

const texts = loadTexts();
const ANNA = '79160000001';

onBothStores('Whoever writes', (place) => {
  let engine: Engine;
  let test: InboxUnderTest;
  let turns: Turns;
  let at: number;

  beforeEach(async () => {
    engine = await (await place()).open([...storageMigrations, ...inboxUnderTestMigrations]);
    test = await openInbox(engine);
    at = NOON;
    const entryOf = (text: string) => readEntryCode(PEPPER, text);
    turns = test.makeTurns(
      {},
      { advance, worldFacts: (now) => factsFor(texts, now, { entryOf }), isUrgent: () => true },
    );
    turns.start();
  });
  afterEach(async () => {
    await turns.stop();
    await engine.close();
  });

  const says = async (...said: readonly Parameters<typeof message>[1][]) => {
    for (const one of said) {
      test.clock.at = at += 1_000;
      await test.post(message(phone(ANNA), one, { at }));
      await drain(test, turns);
    }
  };
  const anna = async () => (await test.owner('phone', ANNA)) ?? assert.fail('nobody');
  const link = async (number: number, site: string | null) => {
    const code = entryCode(PEPPER, 'maintenance', number);
    await engine.append(entryLinks, [{ id: code, topic: 'maintenance', site, createdAt: NOON }]);
    return code;
  };
  const audited = () => engine.find(audit, { where: {}, orderBy: [['id', 'asc']], limit: 10 });

  it('a link’s code belongs to its site from then on, once, and the audit says by which link', async () => {
    const [first, second, nowhere] = [await link(1, 'М9'), await link(2, 'M1'), await link(3, null)];
    await says(`Код: ${shownCode(first)}`, `Код: ${first}`);
    assert.deepEqual((await anna()).sites, ['М9']);
    await says('привет', `и ещё ${shownCode(second)}`, shownCode(nowhere), 'MAAAA-11111');
    const { id, sites } = await anna();
    assert.deepEqual(sites, ['М9', 'M1']);
    assert.deepEqual(
      (await audited()).map((row) => [row.action, row.target, row.contactId, row.before, row.after]),
      [
        ['contact.site', `contact:${id}`, id, { sites: [] }, { sites: ['М9'], source: `link:${first}` }],
        ['contact.site', `contact:${id}`, id, { sites: ['М9'] }, { sites: ['М9', 'M1'], source: `link:${second}` }],
      ],
    );
  });

  it('is not of the site because somebody else’s link is tapped: only the code in their own words counts', async () => {
    const code = await link(1, 'М9');
    await says('привет', tap(`in:maintenance:1.ru.${code}`));
    assert.deepEqual((await anna()).sites, []);
  });

  it('is blocked by us no more, unless they wrote it before', async () => {
    await says('привет');
    const { id } = await anna();
    await engine.patchMany(contacts, [{ id, set: { blockedAt: at + 500 } }]);
    test.clock.at = at + 2_000;
    await test.post(message(phone(ANNA), 'меню', { at }));
    await drain(test, turns);
    assert.equal((await anna()).blockedAt, at + 500);
    await says('меню');
    assert.equal((await anna()).blockedAt, null);
  });
});

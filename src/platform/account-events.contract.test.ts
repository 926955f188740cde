import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { onBothStores } from '../../test/means/stores.js';
import { readUpdates } from '../../webhooks/read-updates.js';
import { cases } from '../cases/case-table.js';
import { colleagueWrote } from '../cases/colleague.js';
import { migrations } from '../composition.js';
import { contacts, identities } from '../contacts/contact-tables.js';
import { identityKey, type ContactId, type PersonKey } from '../contacts/identity.js';
import { newContactRow } from '../contacts/new-contact-row.js';
import { createAppend } from '../inbox/append.js';
import { inbox } from '../inbox/inbox-tables.js';
import { due } from '../schedule/due-table.js';
import type { Engine } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import { AccountEvents } from './account-events.js';
import type { PhoneNumberId } from './ids.js';
import { numbers } from './number-table.js';
import { templateKey, templateStatuses } from './template-table.js';

const NOW = Date.UTC(2026, 10, 22, 12);
/** Those of the payloads. */
const NUMBER = '100000000000001' as PhoneNumberId;
const ACCOUNT = '200000000000001';

onBothStores('What the platform says of the account', (place) => {
  let engine: Engine;
  let logged: string[];
  let changes: number;

  beforeEach(async () => {
    engine = await (await place()).open(migrations);
    [logged, changes] = [[], 0];
  });
  afterEach(() => engine.close());

  const events = () =>
    new AccountEvents({
      ...{ engine, phoneNumberId: NUMBER, businessAccountId: ACCOUNT },
      clock: { now: () => NOW, monotonic: () => 0 },
      mayRead: () => true,
      onColleague: (person) => colleagueWrote({ engine, phoneNumberId: NUMBER, newId: timeId }, person, NOW),
      onChange: () => (changes += 1),
      log: { warn: (event) => logged.push(event), error: (event) => logged.push(event) },
    });
  /** Through the door, as Meta posts it. */
  const post = async (payload: string, change: (text: string) => string = (text) => text): Promise<void> => {
    const file = new URL(`../../../test/payloads/${payload}.json`, import.meta.url);
    const read = readUpdates(Buffer.from(change(readFileSync(file, 'utf8'))));
    assert.ok(read.kind === 'ok');
    const append = createAppend({
      engine,
      pepper: Buffer.alloc(32, 1),
      isOurs: (id) => id === NUMBER,
      onAppended: () => undefined,
    });
    await append({ updates: read.updates, receivedAt: NOW });
  };
  const hear = async (payload: string, change?: (text: string) => string): Promise<void> => {
    await post(payload, change);
    await events().round();
  };
  const number = () => engine.get(numbers, NUMBER);
  const template = (name: string) => engine.get(templateStatuses, templateKey(name, 'ru'));
  const reasons = async () => (await engine.find(inbox, { where: {}, limit: 100 })).map(({ reason }) => reason);

  it('changes how a template stands, once, and marks what it has looked at', async () => {
    await hear('account-template-status');
    const row = await template('visit_reminder');
    assert.deepEqual([row?.status, row?.reason, row?.since], ['PAUSED', 'FIRST_PAUSE', 1_790_003_000_000]);
    assert.deepEqual([await reasons(), changes, logged], [['message_template_status_update'], 1, ['account.event']]);
    await events().round();
    assert.equal(changes, 1);
  });

  it('keeps the quality and the category of a template, the announced one too', async () => {
    await hear('account-template-quality');
    await hear('account-template-category');
    const rows = await engine.find(templateStatuses, { where: {}, limit: 10 });
    assert.ok(rows.some(({ quality }) => quality !== null));
    assert.deepEqual(
      rows
        .filter(({ nextCategory }) => nextCategory !== null)
        .map(({ category, nextCategory }) => [category, nextCategory]),
      [['UTILITY', 'MARKETING']],
    );
  });

  it('takes over the messaging limit, from a number and from a name', async () => {
    await hear('account-capability');
    assert.equal((await number())?.tier, 'TIER_UNLIMITED');
    await hear('account-number-quality', (text) => text.replace('TIER_UNLIMITED', 'TIER_10K'));
    assert.equal((await number())?.tier, 'TIER_10K');
  });

  it('pauses the notices when Meta restricts writing first, and everything when it disables the account', async () => {
    await hear('account-restriction');
    assert.deepEqual((await number())?.paused, [{ what: 'notices', why: 'restriction', since: NOW }]);
    await hear('account-disabled');
    assert.deepEqual(
      (await number())?.paused.map(({ what, why }) => `${what} ${why}`),
      ['notices restriction', 'number locked'],
    );
    assert.ok(logged.includes('notices.paused') && logged.includes('number.paused'));
  });

  it('calls a person when the PIN is changed, and leaves another account’s news alone', async () => {
    await hear('account-security');
    assert.deepEqual(logged, ['account.event']);
    await hear('account-disabled', (text) => text.replace(ACCOUNT, '999'));
    assert.deepEqual(
      [(await number())?.paused ?? [], (await reasons()).toSorted()],
      [[], ['foreignAccount', 'security']],
    );
  });

  it('shows that others answer our customers, and never answers those', async () => {
    await hear('bystander-standby');
    assert.equal((await number())?.elsewhere?.field, 'standby');
    await hear('bystander-handover');
    assert.ok(['standby', 'messaging_handovers'].includes((await number())?.elsewhere?.field ?? ''));
    assert.equal(await engine.count(inbox, { state: 'waiting' }), 0);
    assert.equal(await engine.count(cases, {}), 0);
  });

  it('leaves the conversation to a colleague who wrote from the phone app', async () => {
    const contactId = timeId(NOW) as ContactId;
    const identity = { kind: 'userId', value: 'KZ.8h2Kq' } as const;
    await engine.append(contacts, [
      newContactRow({ id: contactId, personKey: 'key' as PersonKey, identities: [identity], createdAt: NOW }),
    ]);
    await engine.append(identities, [
      { id: identityKey(identity), contactId, personKey: 'key' as PersonKey, former: false, since: NOW } as never,
    ]);
    await hear('bystander-phone-app-echo');
    const [open] = await engine.find(cases, { where: { contactId }, limit: 2 });
    assert.deepEqual([open?.state, open?.reason, open?.repliedAt], ['open', 'phoneApp', NOW]);
    assert.equal(await engine.count(due, {}), 1);
    await hear('bystander-phone-app-echo', (text) => text.replace('wamid.E1', 'wamid.E2'));
    assert.equal(await engine.count(cases, {}), 1);
    assert.equal((await number())?.elsewhere?.field, 'smb_message_echoes');
  });
});

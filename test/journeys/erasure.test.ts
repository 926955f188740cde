import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tables } from '../../src/composition.js';
import { found, type Canary } from '../invariants/canaries.js';
import { agree, ANY_HOUR, approved, withTemplates } from './announcing.js';
import { chatOf, idsOf } from './chat.js';
import { eventually } from './eventually.js';
import { inbound, wordsOf, type Customer } from './platform.js';
import { api, contactsOf, onBothStores, settled } from './stand.js';
import { everything, tablesWith } from './whole-store.js';

const word = () => randomBytes(9).toString('hex');
const HOUR = 3_600_000;
const BREAKING_WORD = word();
const idOf = ({ id }: { id: string }) => id.replace(/^wamid\./, '');

/** Tables that `docs/erasure.md` says something is left in. */
function documented(): string[] {
  const page = readFileSync('docs/erasure.md', 'utf8');
  const part = page.slice(page.indexOf('## What is left'), page.indexOf('## What is not ours'));
  return [...part.matchAll(/`([a-z]\w+)`/gi)].map((match) => match[1] ?? '');
}

type Post = { readonly path: string; readonly key: string; readonly body: string };
/** Somebody of whom every part of the house knows something. */
type Known = {
  readonly customer: Customer;
  readonly contactId: string;
  readonly canaries: Canary[];
  readonly posts: readonly Post[];
  readonly files: readonly string[];
  /** A webhook that had brought a message of theirs. */
  readonly delivered: object;
  readonly audited: string;
};

onBothStores(
  'Somebody of whom every part of the house knows something',
  (stand) => {
    const learnt = () =>
      eventually(async () => {
        const body = JSON.stringify({ text: 'как отписаться от рассылки' });
        return (
          ((await api(stand().server, '/answers', { method: 'POST', body })) as { kind: string }).kind === 'answer'
        );
      }, 30_000);
    const answerOf = ({ path, key, body }: Post) =>
      fetch(`${stand().server.url}/api/v1${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${stand().server.adminToken}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body,
      });
    type Dead = { id: string; contactId?: string; reason: string };
    const deadOf = async (contactId: string) =>
      ((await api(stand().server, '/inbox/dead?limit=200')) as { items: Dead[] }).items.filter(
        (one) => one.contactId === contactId,
      );
    type Entry = { target: string; action: string; before?: unknown; after?: unknown };
    const actsOn = async (target: string) =>
      ((await api(stand().server, '/audit?limit=200')) as { items: Entry[] }).items.filter(
        (one) => one.target === target,
      );

    async function knownEverywhere(wanted: Record<string, unknown>): Promise<Known> {
      const { platform, server } = stand();
      const name = `Кенар ${word()}`;
      const customer = await platform.customer({ name, ...wanted });
      const canaries: Canary[] = [
        { what: 'the name', text: name },
        { what: 'the BSUID', text: (customer.userId ?? '').slice(3) },
        ...(customer.phone === null ? [] : [{ what: 'the number', text: customer.phone }]),
      ];
      const secret = (what: string) => {
        const text = word();
        canaries.push({ what, text });
        return text;
      };
      const { answer, say, tap } = await chatOf(platform, customer);

      await say(`привет, это я ${secret('a text')}`);
      await tap(await say('как отписаться от рассылки'), 'star:');
      await say(`сколько весит слон 4711 из зоопарка ivan-${secret('an address in a question')}@example.com`);

      const phone = `7705${randomInt(1_000_000, 9_999_999)}`;
      canaries.push({ what: 'the number to call', text: phone });
      await say('перезвоните мне');
      const times = await tap(await say(`+${phone}`), 'call:day:');
      assert.match(wordsOf(await tap(await tap(times, 'call:at:'), 'call:confirm:')), /^Записали/);

      await say('оператор');
      const query = customer.phone === null ? `userId=${customer.userId}` : `phone=${customer.phone}`;
      const [contact] = await contactsOf(server, query);
      assert.ok(contact);
      const contactId = contact.id;
      const { items } = (await api(server, '/cases?state=waiting&limit=200')) as {
        items: { id: string; contactId: string }[];
      };
      const caseId = items.find((one) => one.contactId === contactId)?.id;
      assert.ok(caseId);
      const image = Buffer.from(`a picture of ${secret('the bytes of a file')} and more`);
      const file = { dataBase64: image.toString('base64'), mime_type: 'application/pdf' };
      await platform.write(customer, {
        type: 'document',
        document: { ...file, filename: `${secret('the name of a file')}.pdf` },
      });
      await answer();
      const stored = await eventually(async () => {
        type Message = { media?: { id: string; state: string } };
        const { messages } = (await api(server, `/cases/${caseId}`)) as { messages: Message[] };
        return messages.find(({ media }) => media?.state === 'stored')?.media;
      }, 30_000);
      const posts = [
        { path: `/cases/${caseId}/note`, key: word(), body: JSON.stringify({ text: `сложный ${secret('a note')}` }) },
        { path: `/cases/${caseId}/reply`, key: word(), body: JSON.stringify({ text: secret('words of an agent') }) },
      ];
      for (const post of posts) assert.equal((await answerOf(post)).status, 201);
      await answer();
      await platform.write(customer, secret('words to an agent'));
      await settled(server);
      await say('меню');

      // An operator's act, with what was before and after.
      const { items: calls } = (await api(server, `/callbacks?contactId=${contactId}`)) as { items: { id: string }[] };
      const audited = `callback:${calls[0]?.id}`;
      const act = { method: 'PATCH', body: JSON.stringify({ state: 'called' }) };
      await api(server, `/callbacks/${calls[0]?.id}`, act);
      const [entry] = await actsOn(audited);
      assert.deepEqual([entry?.before, entry?.after], [{ state: 'new' }, { state: 'called' }]);

      const tag = word();
      await agree(server, [customer], { tags: [tag] });
      await approved(server, 2 * HOUR, { audience: { tags: [tag] } });
      assert.match(wordsOf(await answer()), /работ/);

      const delivered = platform.body({ messages: [inbound(customer, `меню, ${secret('a text that comes twice')}`)] });
      assert.deepEqual(await platform.webhook(delivered), [200]);
      await answer();

      await platform.write(customer, `${BREAKING_WORD} ${secret('a dead update')}`);
      await eventually(async () => (await deadOf(contactId)).length === 1, 40_000);

      canaries.push(...(await platform.thread(customer)).map((each) => ({ what: 'a wamid', text: idOf(each) })));
      const files = [`/cases/${caseId}/media/${stored.id}`];
      return { customer, contactId, canaries, posts, files, delivered, audited };
    }

    before('the account has the templates of the notices', async function () {
      this.timeout(120_000);
      await withTemplates(stand());
    });

    for (const [who, wanted, how] of [
      ['in the chat', {}, 'chat'],
      ['by an operator, who has a BSUID alone', { phone: null }, 'operator'],
    ] as const)
      it(`leaves nothing once erased ${who}`, async function () {
        this.timeout(180_000);
        await learnt();
        const { platform, server } = stand();
        const known = await knownEverywhere(wanted);
        const { customer, contactId, canaries } = known;
        const seen = await everything(stand());
        const missed = canaries.filter((canary) => found(seen, [canary]).length === 0).map(({ what }) => what);
        // A wamid and what an answer says are hashed or sealed; an address in a question is masked, its message is not.
        assert.deepEqual(
          [...new Set(missed)].filter((what) => what !== 'a wamid'),
          [],
          'all of it is there before',
        );
        const mine = ['callbacks', 'cases', 'caseNotes', 'media', 'waitingTaps', 'recipients', 'outbox', 'audit'];
        const there = await tablesWith(stand(), contactId);
        for (const table of mine) assert.ok(there.includes(table), `${table} knows them`);

        if (how === 'operator') await api(server, `/contacts/${contactId}`, { method: 'DELETE' });
        else {
          const said = (await platform.answers(customer)).length;
          await platform.write(customer, 'удалите все мои данные');
          const asked = (await platform.answered(customer, said + 1)).at(-1);
          const yes = idsOf(asked).find((id) => id.startsWith('erase:'));
          assert.ok(asked && yes);
          await platform.tap(customer, asked, yes);
          assert.match(wordsOf((await platform.answered(customer, said + 2)).at(-1)), /^Готово: всё/);
          canaries.push(...(await platform.thread(customer)).map((each) => ({ what: 'a wamid', text: idOf(each) })));
        }
        await eventually(async () => {
          const left = found(await everything(stand()), canaries);
          if (left.length > 0) throw new Error(left.slice(0, 5).join('\n'));
          return true;
        }, 20_000);
        const left = await eventually(async () => {
          const names = await tablesWith(stand(), contactId);
          return names.includes('erasures') ? undefined : names;
        }, 20_000);
        assert.deepEqual(
          left.filter((name) => !documented().includes(name)),
          [],
          'our own id is left only where it is said',
        );
        for (const post of known.posts) assert.equal((await answerOf(post)).status, 410, 'a kept answer is gone');
        for (const path of known.files) await assert.rejects(api(server, path), /404/);
        const { items } = (await api(server, '/answers/unanswered')) as { items: { text: string }[] };
        assert.ok(
          items.some(({ text }) => text.includes('сколько весит слон')),
          'a masked question is nobody’s',
        );
        const [entry] = await actsOn(known.audited);
        assert.deepEqual([entry?.action, entry?.before, entry?.after], ['callback.change', undefined, undefined]);
        assert.deepEqual(await deadOf(contactId), []);

        // Nothing but a message of their own makes them a contact again.
        const query = customer.phone === null ? `userId=${customer.userId}` : `phone=${customer.phone}`;
        const said = (await platform.answers(customer)).length;
        assert.deepEqual(await platform.webhook(known.delivered), [200]);
        const last = (await platform.answers(customer)).at(-1);
        assert.ok(last);
        await platform.status(last.id, 'read');
        const row = { source: 'a list', consentedAt: '2026-01-01', topics: ['news'], name: word() };
        for (const identity of [
          { userId: customer.userId },
          ...(customer.phone === null ? [] : [{ phone: customer.phone }]),
        ]) {
          const body = JSON.stringify({ rows: [{ ...row, ...identity }] });
          assert.deepEqual(await api(server, '/contacts/import', { method: 'POST', body }), {
            ...{ added: 0, updated: 0, unchanged: 1, rejected: [] },
          });
        }
        await settled(server);
        assert.deepEqual(await contactsOf(server, query), []);
        assert.equal((await platform.answers(customer)).length, said);
        assert.deepEqual(
          found(await everything(stand()), [...canaries, { what: 'the name in the list', text: row.name }]),
          [],
        );
        assert.deepEqual(
          (await tablesWith(stand(), contactId)).filter((name) => !left.includes(name)),
          [],
        );
      });
  },
  { imports: ['breaking-word.js'], env: { ...ANY_HOUR, TEST_BREAKING_WORD: BREAKING_WORD } },
);

describe('What an erasure leaves', () => {
  it('is said of every table whose rows it does not delete', () => {
    const kept = tables.filter(({ erase }) => erase !== 'delete').map(({ name }) => name);
    const said = documented();
    assert.deepEqual(
      kept.filter((name) => !said.includes(name)),
      [],
    );
    const deleted = tables.filter(({ erase }) => erase === 'delete').map(({ name }) => name);
    assert.deepEqual(
      deleted.filter((name) => said.includes(name)),
      [],
    );
  });
});

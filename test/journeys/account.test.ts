import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { eventually } from './eventually.js';
import { api, contactsOf, metric, onBothStores } from './stand.js';

type Health = {
  quality: string | null;
  tier: string | null;
  tierLimit: number | null;
  paused: { what: string; why: string }[];
  templates: Record<string, number>;
  elsewhere: { field: string } | null;
};

onBothStores('How the account stands with Meta', (stand) => {
  const health = () => api(stand().server, '/health/account') as Promise<Health>;
  /** As Meta posts it: signed, with the account's id. */
  const say = (field: string, value: object) =>
    stand().platform.webhook({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: stand().emulator.account.businessAccountId,
          time: Math.floor(Date.now() / 1_000),
          changes: [{ field, value }],
        },
      ],
    });
  const resume = () => api(stand().server, '/health/account/resume', { method: 'POST', body: '{}' }) as Promise<Health>;

  it('is known soon after the start, templates included', async () => {
    await eventually(async () => (await health()).tier !== null, 20_000, 'that the tier is known');
    await eventually(
      async () => (await health()).templates['MISSING'] !== undefined,
      20_000,
      'that templates are listed',
    );
    assert.deepEqual((await health()).paused, []);
  });

  it('changes with the webhooks: a restriction pauses the notices until an operator resumes', async () => {
    await say('account_update', {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 1_790_100_000 }],
    });
    await eventually(async () => (await health()).paused.length > 0, 10_000, 'that the notices are paused');
    assert.deepEqual(
      (await health()).paused.map(({ what, why }) => `${what} ${why}`),
      ['notices restriction'],
    );
    assert.equal(await metric(stand().server, 'vestnik_paused{what="notices",why="restriction"}'), 1);
    assert.deepEqual((await resume()).paused, []);
    assert.deepEqual((await health()).paused, []);
  });

  it('takes over a new messaging limit at once', async () => {
    await say('business_capability_update', { max_daily_conversations_per_business: 2_000 });
    await eventually(async () => (await health()).tierLimit === 2_000, 10_000, 'that the limit is 2,000');
    assert.equal(await metric(stand().server, 'vestnik_messaging_limit'), 2_000);
  });

  it('shows that somebody else answers customers, and a template that Meta has paused', async () => {
    const { phoneNumberId } = stand().emulator.account;
    await say('standby', {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550100001', phone_number_id: phoneNumberId },
      standby: { messages: [{ from: '77010000001', id: 'wamid.S1', type: 'text', text: { body: 'to the agent' } }] },
    });
    await say('message_template_status_update', {
      event: 'PAUSED',
      message_template_id: 1,
      message_template_name: 'maintenance_begun',
      message_template_language: 'ru',
      reason: 'NONE',
    });
    await eventually(async () => (await health()).elsewhere?.field === 'standby', 10_000, 'that standby is shown');
    await eventually(
      async () => (await health()).paused.some(({ what }) => what === 'template:maintenance_begun:ru'),
      10_000,
      'that the template is shown',
    );
  });

  /** A program of ours as npm runs it, with the account that the server has. */
  const run = (program: string, ...args: string[]) => {
    const { account, url } = stand().emulator;
    return new Promise<{ code: number | null; said: string }>((resolve, reject) => {
      const child = spawn(process.execPath, [`dist/src/operations/${program}.js`, ...args], {
        env: {
          PATH: process.env['PATH'] ?? '',
          WHATSAPP_ACCESS_TOKEN: account.accessToken,
          WHATSAPP_APP_SECRET: account.appSecret,
          WHATSAPP_VERIFY_TOKEN: account.verifyToken,
          WHATSAPP_PHONE_NUMBER_ID: account.phoneNumberId,
          WHATSAPP_BUSINESS_ACCOUNT_ID: account.businessAccountId,
          WHATSAPP_GRAPH_URL: url,
        },
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, said }));
    });
  };

  it('has every template once `npm run templates -- submit` has run', async () => {
    const submitted = await run('templates', 'submit');
    assert.equal(submitted.code, 0, submitted.said);
    // Meta looks at them, and says by webhook what it thinks of each.
    await eventually(
      async () => (await health()).templates['APPROVED'] === 96,
      30_000,
      'that every template is known as approved',
    );
    const status = await run('templates', 'status');
    assert.deepEqual([status.code, /96 approved/.test(status.said)], [0, true], status.said);
    assert.deepEqual((await health()).paused, []);
  });

  it('offers what `npm run profile` has set', async () => {
    const { code, said } = await run('profile');
    assert.deepEqual([code, /Set in ru: 4 ice breakers/.test(said)], [0, true], said);
    const { url, account } = stand().emulator;
    const path = `${url}/v25.0/${account.phoneNumberId}?fields=conversational_automation`;
    const answer = await fetch(path, { headers: { authorization: `Bearer ${account.accessToken}` } });
    const { conversational_automation: kept } = (await answer.json()) as {
      conversational_automation: { prompts: string[]; commands: { command_name: string }[] };
    };
    assert.equal(kept.prompts.length, 4);
    assert.deepEqual(
      kept.commands.map(({ command_name: name }) => name),
      ['menu', 'operator', 'topics', 'stop'],
    );
  });

  it('makes click-to-chat links to its own number, by whose code the bot knows where somebody comes from', async () => {
    const link = (await api(stand().server, '/entry-links', {
      method: 'POST',
      body: JSON.stringify({ topic: 'maintenance', site: 'M9' }),
    })) as { id: string; texts: { ru: string } };
    const person = await stand().platform.customer();
    await stand().platform.write(person, link.texts.ru);
    const [offer] = await stand().platform.answered(person);
    assert.ok(offer);
    await stand().platform.tap(person, offer, 0);
    await stand().platform.answered(person, 2);
    const [contact] = await contactsOf(stand().server, `phone=${person.phone}`);
    assert.ok(contact);
    const { items } = (await api(stand().server, `/contacts/${contact.id}/consent`)) as {
      items: { act: string; topic: string | null; source: string | null }[];
    };
    assert.ok(
      items.some(
        ({ act, topic, source }) => act === 'optIn' && topic === 'maintenance' && source === `link:${link.id}`,
      ),
    );
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BadConfig, readConfig, SETTING_NAMES } from './config.js';

const ACCOUNT = {
  WHATSAPP_ACCESS_TOKEN: 'token',
  WHATSAPP_APP_SECRET: 'secret',
  WHATSAPP_VERIFY_TOKEN: 'verify',
  WHATSAPP_PHONE_NUMBER_ID: '1000',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '2000',
};
const SECRETS = { SECRET_KEY: 's'.repeat(32), ADMIN_API_TOKEN: 'a'.repeat(32) };
const EXAMPLE = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof BadConfig);
    for (const fault of error.faults) assert.ok(error.message.includes(fault));
    return error.faults;
  }
};

describe('the settings', () => {
  it('need not be set at all', () => {
    const config = readConfig({});
    assert.deepEqual(
      [config.port, config.host, config.dataDir, config.role, config.logLevel, config.timeZone, config.companyLanguage],
      [3_000, '127.0.0.1', './data', 'all', 'info', 'Europe/Moscow', 'ru'],
    );
    assert.deepEqual(
      [config.messagesPerSecond, config.repliesPerPersonHour, config.repliesPerPersonDay, config.messageBodyDays],
      [80, 60, 200, 90],
    );
    assert.deepEqual([config.quietHours, config.secondApprovalAbove], [{ fromHour: 22, toHour: 8 }, 1_000]);
    assert.deepEqual(
      [config.account, config.mongoUri, config.secretKey, config.holidays],
      [undefined, undefined, undefined, []],
    );
  });

  it('that are empty are not set', () => {
    const empty = Object.fromEntries(SETTING_NAMES.map((name) => [name, name.length % 2 ? '' : '  ']));
    assert.deepEqual(readConfig(empty), readConfig({}));
  });

  it('are explained in .env.example, every one of them, and no other', () => {
    const explained = [...EXAMPLE.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    assert.deepEqual([...explained].sort(), [...SETTING_NAMES, 'EMULATOR_PORT'].sort()); // that one is the launcher's
    assert.equal(new Set(explained).size, explained.length);
  });

  it('stand in .env.example with the values they have anyway', () => {
    const shown = Object.fromEntries(
      [...EXAMPLE.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    assert.deepEqual(readConfig(shown), readConfig({}));
  });

  it('are all named at once when they are wrong, each with what it should be, none with its value', () => {
    const wrong = {
      PORT: 'canary',
      PUBLIC_URL: 'canary',
      LOG_LEVEL: 'canary',
      ROLE: 'canary',
      TIME_ZONE: 'Canary/Canary',
      COMPANY_NAME: 'canary'.repeat(20),
      COMPANY_LANGUAGE: 'canary',
      QUIET_HOURS: '22-canary',
      SECOND_APPROVAL_ABOVE: '-1',
      HOLIDAYS: '2027-01-01,canary,2027-02-30',
      MONGODB_URI: 'canary',
      SECRET_KEY: 'canary',
      WHATSAPP_GRAPH_URL: 'ftp://canary',
      WHATSAPP_GRAPH_VERSION: 'canary',
      WHATSAPP_MESSAGES_PER_SECOND: '0',
      REPLIES_PER_PERSON_HOUR: '1.5',
      MESSAGE_BODY_DAYS: '99999',
      WHATSAPP_PHONE_NUMBER_ID: 'canary canary',
    };
    const faults = faultsOf(wrong);
    const named = new Set(faults.map((fault) => fault.split(' ')[0]));
    for (const name of [...Object.keys(wrong), ...Object.keys(ACCOUNT), 'ADMIN_API_TOKEN'])
      assert.ok(named.has(name), name);
    assert.equal(new Set(faults).size, faults.length);
    assert.ok(!faults.join().toLowerCase().includes('canary'));
  });

  it('of the account are all there or none: whatever is missing is named', () => {
    assert.deepEqual(readConfig(ACCOUNT).account?.phoneNumberId, '1000');
    for (const missing of Object.keys(ACCOUNT)) {
      const [fault, ...others] = faultsOf({ ...ACCOUNT, [missing]: '' });
      assert.match(fault ?? '', new RegExp(`^${missing} is missing`));
      assert.deepEqual(others, []);
    }
    assert.equal(faultsOf({ WHATSAPP_ACCESS_TOKEN: 'token' }).length, 4);
    assert.equal(faultsOf({ ...ACCOUNT, WHATSAPP_APP_SECRET: ' , ' }).length, 1);
  });

  it('may hold several secrets while they change', () => {
    const { account } = readConfig({ ...ACCOUNT, WHATSAPP_APP_SECRET: 'old, new', WHATSAPP_VERIFY_TOKEN: 'one,two,' });
    assert.deepEqual(
      [account?.appSecrets, account?.verifyTokens],
      [
        ['old', 'new'],
        ['one', 'two'],
      ],
    );
  });

  it('with MongoDB need the secrets that all processes share, and allow the roles', () => {
    const MONGODB_URI = 'mongodb://127.0.0.1/vestnik?replicaSet=rs';
    assert.deepEqual(
      faultsOf({ MONGODB_URI }).map((fault) => fault.split(' ')[0]),
      ['SECRET_KEY', 'ADMIN_API_TOKEN'],
    );
    assert.equal(readConfig({ MONGODB_URI, ...SECRETS, ROLE: 'worker' }).role, 'worker');
    assert.match(faultsOf({ ROLE: 'web' })[0] ?? '', /^ROLE=web needs MONGODB_URI/);
  });

  it('may turn the quiet hours off', () => {
    assert.equal(readConfig({ QUIET_HOURS: 'off' }).quietHours, null);
    assert.deepEqual(readConfig({ QUIET_HOURS: '0-07' }).quietHours, { fromHour: 0, toHour: 7 });
    assert.equal(faultsOf({ QUIET_HOURS: '24-8' }).length, 1);
  });
});

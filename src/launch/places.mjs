import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join, resolve } from 'node:path';
import { Refusal } from './refusal.mjs';

// Where things stand when the emulator runs beside the server; the names are INTERFACE.md's.

/** @param {Readonly<Record<string, string | undefined>>} env */
export function placesOf(env) {
  const dataDir = resolve(env.DATA_DIR || './data');
  return {
    serverData: join(dataDir, 'emulator'),
    platformData: join(dataDir, 'emulator-platform'),
    door: `http://${reachable(env.HOST)}:${port(env, 'PORT', 3000)}/webhooks/whatsapp`,
    emulatorPort: port(env, 'EMULATOR_PORT', 4000),
  };
}

/**
 * Which folder a tool like `npm run backup` means: that of the emulator's store when the only store there is is that one.
 * The lock file is what every opened SQLite store has.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function holdsOnlyTheEmulatorsStore(env) {
  const dataDir = resolve(env.DATA_DIR || './data');
  const isStore = (folder) => existsSync(join(folder, 'lock.sqlite'));
  return !isStore(dataDir) && isStore(placesOf(env).serverData);
}

/**
 * What tells the server that its platform is the emulator at `emulatorUrl`; real `WHATSAPP_*` are overridden by it.
 * @param {import('./account.mjs').Account} account
 */
export function serverEnvironment(env, account, emulatorUrl) {
  return {
    ...env,
    DATA_DIR: placesOf(env).serverData,
    WHATSAPP_ACCESS_TOKEN: account.accessToken,
    WHATSAPP_APP_SECRET: account.appSecret,
    WHATSAPP_VERIFY_TOKEN: account.verifyToken,
    WHATSAPP_PHONE_NUMBER_ID: account.phoneNumberId,
    WHATSAPP_BUSINESS_ACCOUNT_ID: account.businessAccountId,
    WHATSAPP_GRAPH_URL: emulatorUrl,
    VESTNIK_EMULATOR_PAGE: `${emulatorUrl}/`,
  };
}

/**
 * The emulator's command line and secrets. It gets none of the server's settings: the two share nothing but the account.
 * @param {import('./account.mjs').Account} account
 */
export function emulatorCommand(env, account) {
  const { door, emulatorPort, platformData } = placesOf(env);
  const own = Object.entries(env).filter(
    ([name]) => !/^(WHATSAPP_|MONGODB_URI$|SECRET_KEY$|ADMIN_API_TOKEN$)/.test(name),
  );
  return {
    args: [
      ...['--host', '127.0.0.1', '--port', String(emulatorPort), '--webhook-url', door, '--data-dir', platformData],
      ...['--phone-number-id', account.phoneNumberId, '--waba-id', account.businessAccountId],
    ],
    env: {
      EMULATOR_APP_SECRET: account.appSecret,
      EMULATOR_ACCESS_TOKEN: account.accessToken,
      EMULATOR_VERIFY_TOKEN: account.verifyToken,
      ...Object.fromEntries(own),
    },
  };
}

function port(env, name, usual) {
  const value = Number(env[name] || usual);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new Refusal(`${name} must be a port, 0 to 65535; it is "${env[name]}".`);
}

// The server may listen on every address; the emulator on this machine then still knocks at the loopback.
function reachable(host) {
  if (!host || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

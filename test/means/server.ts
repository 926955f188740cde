import { createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from './caretaker.js';
import { freePort } from './free-port.js';
import { bringLearnt } from './learnt.js';
import { killPrograms, Program } from './program.js';

/** An account at the pretended platform, in the terms of `WHATSAPP_*`. */
export type Account = {
  phoneNumberId: string;
  businessAccountId: string;
  appSecret: string;
  verifyToken: string;
  accessToken: string;
};

/** A running server; `restart`, `kill`, `stop`, `signal`, `output` are the program's. */
export type RunningServer = { program: Program; port: number; url: string; dataDir: string; adminToken: string };

/** A running emulator with the account it serves. */
export type RunningEmulator = { program: Program; port: number; url: string; dataDir: string; account: Account };

type ServerOptions = {
  /** On top of what this function sets; every name of INTERFACE.md may be given. */
  env?: Readonly<Record<string, string>>;
  /** See `Program`. */
  imports?: readonly string[];
  dataDir?: string;
  port?: number;
  /** From `freshMongoUri`; SQLite without it. Servers with the same URI share their SECRET_KEY. */
  mongoUri?: string;
  /** Whose account it uses; without one (and without WHATSAPP_* in `env`) it serves the API alone. */
  emulator?: RunningEmulator;
};

type EmulatorOptions = {
  env?: Readonly<Record<string, string>>;
  args?: readonly string[];
  dataDir?: string;
  port?: number;
  account?: Account;
  /** The door it posts to. */
  webhookUrl: string;
};

/** The path of the door; see INTERFACE.md. */
export const DOOR = '/webhooks/whatsapp';

/** Starts `dist/src/main.js` on a free port and waits until `/readyz` says 200. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const port = options.port ?? (await freePort());
  const dataDir = options.dataDir ?? temporaryFolder('server');
  if (!options.dataDir) await bringLearnt(dataDir);
  const url = `http://127.0.0.1:${port}`;
  const adminToken = options.env?.['ADMIN_API_TOKEN'] ?? secretFrom(`admin ${options.mongoUri ?? dataDir}`);
  const program = await Program.start({
    file: 'dist/src/main.js',
    env: {
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      ADMIN_API_TOKEN: adminToken,
      ...(options.mongoUri ? { MONGODB_URI: options.mongoUri, SECRET_KEY: secretFrom(options.mongoUri) } : {}),
      ...(options.emulator ? accountEnvironment(options.emulator) : {}),
      ...options.env,
    },
    ...(options.imports ? { imports: options.imports } : {}),
    ready: (server) => untilOk(server, `${url}/readyz`),
  });
  return { program, port, url, dataDir, adminToken };
}

/** Starts `dist/emulator/main.js` on a free port and waits for its ready line. */
export async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  const account = options.account ?? makeAccount();
  const dataDir = options.dataDir ?? temporaryFolder('emulator');
  const port = options.port ?? (await freePort());
  const program = await Program.start({
    file: 'dist/emulator/main.js',
    args: [
      ...['--host', '127.0.0.1', '--port', String(port), '--data-dir', dataDir, '--webhook-url', options.webhookUrl],
      ...['--phone-number-id', account.phoneNumberId, '--waba-id', account.businessAccountId, ...(options.args ?? [])],
    ],
    env: {
      EMULATOR_APP_SECRET: account.appSecret,
      EMULATOR_ACCESS_TOKEN: account.accessToken,
      EMULATOR_VERIFY_TOKEN: account.verifyToken,
      ...options.env,
    },
    ready: async (emulator) => void (await emulator.line(/"event":\s*"ready"/)),
  });
  return { program, port, url: `http://127.0.0.1:${port}`, dataDir, account };
}

/** An emulator and a server that know each other. */
export async function startPair(
  options: { server?: Omit<ServerOptions, 'emulator'>; emulator?: Partial<EmulatorOptions>; mongoUri?: string } = {},
): Promise<{ server: RunningServer; emulator: RunningEmulator; stop: () => Promise<void> }> {
  const port = options.server?.port ?? (await freePort());
  const emulator = await startEmulator({ webhookUrl: `http://127.0.0.1:${port}${DOOR}`, ...options.emulator });
  const mongo = options.mongoUri ? { mongoUri: options.mongoUri } : {};
  const server = await startServer({ ...mongo, ...options.server, port, emulator });
  const stop = async () => {
    await server.program.stop();
    await emulator.program.stop();
  };
  return { server, emulator, stop };
}

/** Kills every server and emulator of this run. */
export const stopServers = (): Promise<void> => killPrograms();

/** A random account; nothing in it is a real one's. */
export function makeAccount(): Account {
  return {
    phoneNumberId: randomDigits(15),
    businessAccountId: randomDigits(15),
    appSecret: randomBytes(16).toString('hex'),
    verifyToken: randomBytes(12).toString('hex'),
    accessToken: `EAA${randomBytes(40).toString('hex')}`,
  };
}

/** What tells a server to use the emulator's account. */
export function accountEnvironment({ account, url }: RunningEmulator): Record<string, string> {
  return {
    WHATSAPP_PHONE_NUMBER_ID: account.phoneNumberId,
    WHATSAPP_BUSINESS_ACCOUNT_ID: account.businessAccountId,
    WHATSAPP_APP_SECRET: account.appSecret,
    WHATSAPP_VERIFY_TOKEN: account.verifyToken,
    WHATSAPP_ACCESS_TOKEN: account.accessToken,
    WHATSAPP_GRAPH_URL: url,
  };
}

const randomDigits = (length: number) =>
  String(randomInt(1, 10)) + Array.from({ length: length - 1 }, () => randomInt(10)).join('');

const secretFrom = (seed: string) => createHash('sha256').update(seed).digest('hex');

async function untilOk(program: Program, url: string): Promise<void> {
  while (program.isRunning) {
    const ok = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false, // not listening yet; Program gives up in time
    );
    if (ok) return;
    await sleep(20);
  }
}

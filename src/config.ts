import { z } from 'zod';
import { PhoneNumberId } from './platform/ids.js';

/** The environment, read once (INTERFACE "Environment"): names and defaults are fixed for outsiders. */

export type WhatsAppAccount = {
  readonly accessToken: string;
  readonly appSecrets: readonly string[];
  readonly verifyTokens: readonly string[];
  readonly phoneNumberId: PhoneNumberId;
  readonly businessAccountId: string;
};

export type Config = {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly dataDir: string;
  readonly mongoUri: string | undefined;
  readonly role: 'all' | 'web' | 'worker';
  /** Absent: made and kept in the data folder. */
  readonly secretKey: string | undefined;
  readonly adminApiToken: string | undefined;
  readonly timeZone: string;
  readonly companyName: string;
  readonly companyLanguage: 'ru' | 'en';
  /** Absent: the server serves the API, answers the door 503 and sends nothing. */
  readonly account: WhatsAppAccount | undefined;
  readonly graphUrl: string;
  readonly graphVersion: string;
  readonly messagesPerSecond: number;
  readonly repliesPerPersonHour: number;
  readonly repliesPerPersonDay: number;
  /** How long the words of messages are kept, days. */
  readonly messageBodyDays: number;
  /** Local days, YYYY-MM-DD, on which nobody works. */
  readonly holidays: readonly string[];
  /** Set by `npm start` beside the emulator: where its phone page is. */
  readonly emulatorPage: string | undefined;
};

/** The environment makes no sense; `faults` names everything that is wrong with it, one line each. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';
  constructor(readonly faults: readonly string[]) {
    super(
      `The settings are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nEvery setting is explained in .env.example.`,
    );
  }
}

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

const whole = (from: number, to: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/, `has to be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((value) => value >= from && value <= to, `has to be a whole number from ${from} to ${to}`)
    .default(fallback);

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const url = z.url({ protocol: /^https?$/, error: 'has to be a URL such as https://example.org' });

const Environment = z.object({
  PORT: whole(0, 65_535, 3_000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: url.optional(),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug'], 'has to be error, warn, info or debug').default('info'),
  DATA_DIR: z.string().default('./data'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'has to start with mongodb:// or mongodb+srv://')
    .optional(),
  ROLE: z.enum(['all', 'web', 'worker'], 'has to be all, web or worker').default('all'),
  SECRET_KEY: z.string().min(32, 'has to have 32 characters or more').optional(),
  ADMIN_API_TOKEN: z.string().min(32, 'has to have 32 characters or more').optional(),
  TIME_ZONE: z.string().refine(isTimeZone, 'has to be a time zone such as Europe/Moscow').default('Europe/Moscow'),
  COMPANY_NAME: z.string().min(1).max(60, 'has to have 60 characters at the most').default('Vestnik'),
  COMPANY_LANGUAGE: z.enum(['ru', 'en'], 'has to be ru or en').default('ru'),
  WHATSAPP_GRAPH_URL: url.default('https://graph.facebook.com'),
  WHATSAPP_GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, 'has to look like v25.0')
    .default('v25.0'),
  WHATSAPP_MESSAGES_PER_SECOND: whole(1, 10_000, 80),
  REPLIES_PER_PERSON_HOUR: whole(1, 10_000, 60),
  REPLIES_PER_PERSON_DAY: whole(1, 100_000, 200),
  MESSAGE_BODY_DAYS: whole(1, 3_650, 90),
  HOLIDAYS: list
    .pipe(z.array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'has to be days such as 2027-01-01, separated by commas')))
    .default([]),
  VESTNIK_EMULATOR_PAGE: url.optional(),
  NODE_ENV: z.string().optional(),
});

const Account = z.object({
  WHATSAPP_ACCESS_TOKEN: z.string(),
  WHATSAPP_APP_SECRET: list.pipe(z.array(z.string()).min(1, 'holds no secret')),
  WHATSAPP_VERIFY_TOKEN: list.pipe(z.array(z.string()).min(1, 'holds no token')),
  WHATSAPP_PHONE_NUMBER_ID: PhoneNumberId,
  WHATSAPP_BUSINESS_ACCOUNT_ID: z.string(),
});
const ACCOUNT_NAMES = Object.keys(Account.shape) as (keyof typeof Account.shape)[];

/** @throws BadConfig naming every fault at once; no value is ever quoted */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  // An empty setting is one that is not set: `.env` files are full of them.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const faults: string[] = [];
  const parsed = Environment.safeParse(given);
  if (!parsed.success)
    for (const issue of parsed.error.issues) faults.push(`${String(issue.path[0])} ${issue.message}`);
  const account = readAccount(given, faults);
  const values = parsed.data;
  if (values?.MONGODB_URI) {
    for (const name of ['SECRET_KEY', 'ADMIN_API_TOKEN'] as const)
      if (!values[name]) faults.push(`${name} has to be set with MONGODB_URI: every process needs the same one`);
  } else if (values && values.ROLE !== 'all') {
    faults.push(`ROLE=${values.ROLE} needs MONGODB_URI: on SQLite one process does everything`);
  }
  if (!values || faults.length > 0) throw new BadConfig(faults);
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    logLevel: values.LOG_LEVEL,
    dataDir: values.DATA_DIR,
    mongoUri: values.MONGODB_URI,
    role: values.ROLE,
    secretKey: values.SECRET_KEY,
    adminApiToken: values.ADMIN_API_TOKEN,
    timeZone: values.TIME_ZONE,
    companyName: values.COMPANY_NAME,
    companyLanguage: values.COMPANY_LANGUAGE,
    account,
    graphUrl: values.WHATSAPP_GRAPH_URL,
    graphVersion: values.WHATSAPP_GRAPH_VERSION,
    messagesPerSecond: values.WHATSAPP_MESSAGES_PER_SECOND,
    repliesPerPersonHour: values.REPLIES_PER_PERSON_HOUR,
    repliesPerPersonDay: values.REPLIES_PER_PERSON_DAY,
    messageBodyDays: values.MESSAGE_BODY_DAYS,
    holidays: values.HOLIDAYS,
    emulatorPage: values.VESTNIK_EMULATOR_PAGE,
  };
}

function readAccount(given: Record<string, string | undefined>, faults: string[]): WhatsAppAccount | undefined {
  const missing = ACCOUNT_NAMES.filter((name) => given[name] === undefined);
  if (missing.length === ACCOUNT_NAMES.length) return undefined;
  for (const name of missing) faults.push(`${name} is missing: the five settings of the WhatsApp account go together`);
  const parsed = Account.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      if (!(missing as string[]).includes(name))
        faults.push(`${name} ${name === 'WHATSAPP_PHONE_NUMBER_ID' ? "is not an id of Meta's" : issue.message}`);
    }
    return undefined;
  }
  const { data } = parsed;
  return {
    accessToken: data.WHATSAPP_ACCESS_TOKEN,
    appSecrets: data.WHATSAPP_APP_SECRET,
    verifyTokens: data.WHATSAPP_VERIFY_TOKEN,
    phoneNumberId: data.WHATSAPP_PHONE_NUMBER_ID,
    businessAccountId: data.WHATSAPP_BUSINESS_ACCOUNT_ID,
  };
}

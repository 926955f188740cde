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

/** Hours of the recipient's day in which no notice leaves; both from 0 to 23. */
export type QuietHours = { readonly fromHour: number; readonly toHour: number };

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
  /** Null: none. */
  readonly quietHours: QuietHours | null;
  /** A notice to more people than this needs a second person's approval. */
  readonly secondApprovalAbove: number;
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
  /** When the company works; absent: what stands in `templates`. */
  readonly calendarFile: string | undefined;
  /** The price list of mailings; absent: the one in `templates`. */
  readonly tariffsFile: string | undefined;
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

const isDay = (text: string): boolean => {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};
const DAYS = 'has to be days such as 2027-01-01, separated by commas';

/** From one full hour to another, over midnight or not; `off` for none. */
const quietHours = z
  .string()
  .regex(/^(off|([01]?\d|2[0-3])-([01]?\d|2[0-3]))$/, 'has to be two hours such as 22-8, or off')
  .transform((text): QuietHours | null => {
    if (text === 'off') return null;
    const [fromHour = 0, toHour = 0] = text.split('-').map(Number);
    return { fromHour, toHour };
  });

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
  QUIET_HOURS: quietHours.default({ fromHour: 22, toHour: 8 }),
  SECOND_APPROVAL_ABOVE: whole(0, 100_000_000, 1_000),
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
    .pipe(
      z.array(
        z
          .string()
          .regex(/^\d{4}-\d{2}-\d{2}$/, DAYS)
          .refine(isDay, DAYS),
      ),
    )
    .default([]),
  CALENDAR_FILE: z.string().optional(),
  TARIFFS_FILE: z.string().optional(),
  VESTNIK_EMULATOR_PAGE: url.optional(),
});

const Account = z.object({
  WHATSAPP_ACCESS_TOKEN: z.string(),
  WHATSAPP_APP_SECRET: list.pipe(z.array(z.string()).min(1, 'holds no secret')),
  WHATSAPP_VERIFY_TOKEN: list.pipe(z.array(z.string()).min(1, 'holds no token')),
  WHATSAPP_PHONE_NUMBER_ID: PhoneNumberId,
  WHATSAPP_BUSINESS_ACCOUNT_ID: z.string(),
});
/** Every setting that the server reads; what `npm start` sets by itself is not among them. */
export const SETTING_NAMES: readonly string[] = [
  ...Object.keys(Environment.shape).filter((name) => !name.startsWith('VESTNIK_')),
  ...Object.keys(Account.shape),
];

const ACCOUNT_NAMES = Object.keys(Account.shape) as (keyof typeof Account.shape)[];

/** @throws BadConfig naming every fault at once; no value is ever quoted */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  // An empty setting is one that is not set: `.env` files are full of them.
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value?.trim()) given[name] = value.trim();
  const parsed = Environment.safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
  const account = readAccount(given, faults);
  if (given['MONGODB_URI']) {
    for (const name of ['SECRET_KEY', 'ADMIN_API_TOKEN'])
      if (!given[name]) faults.push(`${name} has to be set with MONGODB_URI: every process needs the same one`);
  } else if (['web', 'worker'].includes(given['ROLE'] ?? '')) {
    faults.push(`ROLE=${given['ROLE']} needs MONGODB_URI: on SQLite one process does everything`);
  }
  const values = parsed.data;
  if (!values || faults.length > 0) throw new BadConfig([...new Set(faults)]);
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
    quietHours: values.QUIET_HOURS,
    secondApprovalAbove: values.SECOND_APPROVAL_ABOVE,
    account,
    graphUrl: values.WHATSAPP_GRAPH_URL,
    graphVersion: values.WHATSAPP_GRAPH_VERSION,
    messagesPerSecond: values.WHATSAPP_MESSAGES_PER_SECOND,
    repliesPerPersonHour: values.REPLIES_PER_PERSON_HOUR,
    repliesPerPersonDay: values.REPLIES_PER_PERSON_DAY,
    messageBodyDays: values.MESSAGE_BODY_DAYS,
    holidays: values.HOLIDAYS,
    calendarFile: values.CALENDAR_FILE,
    tariffsFile: values.TARIFFS_FILE,
    emulatorPage: values.VESTNIK_EMULATOR_PAGE,
  };
}

function readAccount(given: Readonly<Record<string, string>>, faults: string[]): WhatsAppAccount | undefined {
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

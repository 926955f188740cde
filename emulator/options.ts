import { parseArgs } from 'node:util';
import type { EmulatorOptions } from './emulator.js';

/** What the command line asks for. */
export interface CommandLine {
  readonly options: EmulatorOptions;
  readonly endWithParent: boolean;
}

export const USAGE = `node dist/emulator/main.js --port 4000 --webhook-url http://127.0.0.1:3000/webhooks/whatsapp
  --app-secret S --verify-token V --access-token T --phone-number-id PN --waba-id W
  [--display-phone-number 15550100001] [--data-dir DIR] [--host 127.0.0.1] [--end-with-parent]
Secrets may come as EMULATOR_APP_SECRET, EMULATOR_VERIFY_TOKEN, EMULATOR_ACCESS_TOKEN instead.`;

/** Reads the command line and the environment.
 *  @returns the options, or every fault at once, a sentence each */
export function readCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): CommandLine | readonly string[] {
  const text = { type: 'string' } as const;
  const known = {
    port: text,
    host: text,
    'webhook-url': text,
    'app-secret': text,
    'verify-token': text,
    'access-token': text,
    'phone-number-id': text,
    'waba-id': text,
    'display-phone-number': text,
    'data-dir': text,
    'end-with-parent': { type: 'boolean' },
  } as const;
  const { values, tokens } = parseArgs({ args: [...args], options: known, strict: false, tokens: true });
  const faults = tokens
    .filter((token) => token.kind === 'positional' || (token.kind === 'option' && !(token.name in known)))
    .map(
      (token) =>
        `there is no ${token.kind === 'option' ? token.rawName : `argument '${token.kind === 'positional' ? token.value : ''}'`}`,
    );
  const given = (name: Exclude<keyof typeof known, 'end-with-parent'>, fromEnv?: string): string => {
    const value = typeof values[name] === 'string' ? values[name] : (fromEnv && env[fromEnv]) || '';
    if (value === '') faults.push(`--${name}${fromEnv ? ` (or ${fromEnv})` : ''} is missing`);
    return value;
  };
  const optional = (name: keyof typeof known): string | undefined =>
    typeof values[name] === 'string' && values[name] !== '' ? values[name] : undefined;

  const portText = optional('port') ?? '4000';
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65_535) faults.push(`--port ${portText} is not a number from 0 to 65535`);
  const webhookUrl = given('webhook-url');
  if (webhookUrl && !/^https?:$/.test(protocolOf(webhookUrl)))
    faults.push('--webhook-url is not an address that begins with http');
  const displayPhoneNumber = optional('display-phone-number') ?? '15550100001';
  if (!/^\d{5,20}$/.test(displayPhoneNumber)) faults.push('--display-phone-number must be digits only');
  const dataDir = optional('data-dir');
  const options: EmulatorOptions = {
    host: optional('host') ?? '127.0.0.1',
    port,
    webhookUrl,
    appSecret: given('app-secret', 'EMULATOR_APP_SECRET'),
    verifyToken: given('verify-token', 'EMULATOR_VERIFY_TOKEN'),
    accessToken: given('access-token', 'EMULATOR_ACCESS_TOKEN'),
    phoneNumberId: given('phone-number-id'),
    businessAccountId: given('waba-id'),
    displayPhoneNumber,
    ...(dataDir ? { dataDir } : {}),
  };
  return faults.length > 0 ? faults : { options, endWithParent: values['end-with-parent'] === true };
}

function protocolOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return '';
  }
}

import type { Config } from './config.js';

/** What a human reads at the start, and nothing more. */
export function startLines(start: {
  readonly config: Config;
  readonly version: string;
  readonly dataDir: string;
  readonly port: number;
  /** Absent when the token was given in the environment. */
  readonly tokenFile: string | undefined;
}): string[] {
  const { config, version, dataDir, port, tokenFile } = start;
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const origin = config.publicUrl?.replace(/\/$/, '') ?? `http://${shownHost}:${port}`;
  const first = `Vestnik ${version}, data in ${config.mongoUri ? 'MongoDB' : dataDir}`;
  const api = `API          ${origin}/api/v1/ (token ${tokenFile ? `in ${tokenFile}` : 'as in ADMIN_API_TOKEN'})`;
  if (config.emulatorPage)
    return [first, 'no WhatsApp account: emulator', `phone page   ${config.emulatorPage}`, api, "write 'привет' there"];
  if (config.role === 'worker') return [`${first}, worker, health on ${origin}/readyz`];
  const door = config.account
    ? `webhook      ${origin}/webhooks/whatsapp`
    : 'no WhatsApp account: nothing is received or sent (see README, "A real number")';
  return [first, door, api];
}

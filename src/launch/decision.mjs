const USAGE = 'npm start [-- --emulator]';

/**
 * Whether `npm start` starts the emulator beside the server.
 *
 * By itself only for the newcomer, who has set nothing: no `WHATSAPP_*`, no `MONGODB_URI`, not `NODE_ENV=production` (a
 * production server that lost its settings must not come up talking to a toy). `--emulator` asks for it whatever is set.
 * An empty value counts as not set, as in a `.env` whose lines were left blank.
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {{ kind: 'server' } | { kind: 'pair' } | { kind: 'refuse', message: string }}
 */
export function decide(args, env) {
  const unknown = args.filter((argument) => argument !== '--emulator');
  if (unknown.length > 0) return { kind: 'refuse', message: `Unknown: ${unknown.join(' ')}. Usage: ${USAGE}` };
  if (args.includes('--emulator')) return { kind: 'pair' };
  const isConfigured = Object.keys(env).some((name) => name.startsWith('WHATSAPP_') && env[name]);
  const isSerious = env.NODE_ENV === 'production' || Boolean(env.MONGODB_URI);
  return isConfigured || isSerious ? { kind: 'server' } : { kind: 'pair' };
}

import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder that outlives runs and clones, for the server and the browser the tests fetch. Created if absent. */
export async function cacheFolder(name: string): Promise<string> {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vestnik', name);
  await mkdir(folder, { recursive: true });
  return folder;
}

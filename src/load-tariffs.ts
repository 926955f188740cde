import { BadConfig } from './config.js';
import { loadJson } from './load-json.js';
import { readTariffs, type Tariffs } from './quotes/tariffs.js';

const OURS = new URL('../../templates/tariffs.json', import.meta.url);

/** Reads the price list of mailings, from `templates` (beside `dist` as beside `src`) unless a file is named.
 *  @param day today, YYYY-MM-DD @throws BadConfig naming everything that is wrong with it; the start stops there */
export function loadTariffs(file: string | undefined, day: string): Tariffs {
  const name = file === undefined ? 'templates/tariffs.json' : 'TARIFFS_FILE';
  const read = readTariffs(loadJson(file ?? OURS, name), day);
  if (read.kind === 'faults') throw new BadConfig(read.faults.map((fault) => `${name}: ${fault}`));
  return read.tariffs;
}

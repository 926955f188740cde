import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readTemplates, type MessageTemplates } from './platform/template-file.js';

/** The files of `templates/messages`, beside `dist` as beside `src`. */
export const TEMPLATES_FOLDER = new URL('../../templates/messages/', import.meta.url);

/** Reads every message template. @throws Error naming everything that is wrong with all of them; the start stops there */
export function loadTemplates(folder: URL = TEMPLATES_FOLDER): MessageTemplates {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const faults: string[] = [];
  const contents = new Map<string, unknown>();
  for (const file of files.toSorted()) {
    const name = basename(file, '.json');
    try {
      contents.set(name, JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    } catch {
      faults.push(`${name}: this is no JSON`);
    }
  }
  const read = readTemplates(contents);
  if (read.kind === 'faults') faults.push(...read.faults);
  if (read.kind === 'faults' || faults.length > 0)
    throw new Error(`The message templates are not right:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  return read.templates;
}

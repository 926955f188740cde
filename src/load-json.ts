import { readFileSync } from 'node:fs';
import { BadConfig } from './config.js';

/** A JSON file that somebody writes by hand. @param name how the fault calls it @throws BadConfig */
export function loadJson(file: string | URL, name: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new BadConfig([`${name}: the file cannot be read`]);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new BadConfig([`${name}: this is no JSON`]);
  }
}

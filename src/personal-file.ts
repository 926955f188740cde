import { tables } from './composition.js';
import { stateOf, readGuards } from './consent/ledger.js';
import { TOPICS } from './contacts/contact-shape.js';
import { personalDocument } from './contacts/personal-document.js';
import { withSummary } from './conversation/data-summary.js';
import type { Texts } from './conversation/texts.js';
import type { MakerOf } from './documents.js';
import type { Engine } from './storage/engine.js';

/** The file with everything that we know of a person, and the words with its summary. */
export const personalFile =
  (engine: Engine, texts: Texts, timeZone: string): MakerOf<'personalData'> =>
  async ({ fileName, language }, contact, body) => {
    const guard = (await readGuards(engine, [contact.id])).get(contact.id);
    const { topics } = stateOf(guard);
    const agreed = TOPICS.filter((topic) => topics[topic].state === 'in');
    const { bytes, known } = await personalDocument(engine, tables, contact, agreed);
    return {
      // Meta takes texts and office files, and names no JSON among them (reference §6.7).
      file: { bytes, mimeType: 'text/plain', fileName },
      body: withSummary(body, known, language, { texts, timeZone }),
    };
  };

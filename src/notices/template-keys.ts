import type { AnnouncementRow } from './notice-tables.js';
import { NOTICE_LANGUAGES, type TemplateKey } from './wordings.js';

/** The templates that a started announcement uses. */
export const templateKeys = ({ texts }: Pick<AnnouncementRow, 'texts'>): readonly TemplateKey[] =>
  texts ? NOTICE_LANGUAGES.map((language) => ({ name: texts[language].template, language })) : [];

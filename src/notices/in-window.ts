import type { Forms } from '../delivery/announcements.js';
import type { OutboundContent } from '../messages/outbound.js';
import { NOTICE_LANGUAGES, type NoticeLanguage, type Wording } from './wordings.js';

/** An announcement without its template. Where somebody wrote within the last 24 hours anything may be said to them: while the template
 *  cannot be used, the very same words leave as a message with the very same button. Pure. */

/** The words as a message that needs an open window. */
export const inWindow = ({ body, footer, buttons, content }: Wording): OutboundContent => ({
  type: 'buttons',
  body,
  ...(footer === null ? {} : { footer }),
  buttons: buttons.map((title, at) => ({ id: content.buttonPayloads[at] ?? '', title })),
});

/** Both forms of what a message of the announcement says, whichever of them it has now; undefined for words that are not its own.
 *  @param texts as they were frozen at its start */
export function formsOf(
  texts: Readonly<Record<NoticeLanguage, Wording>> | null,
  content: OutboundContent | null,
): Forms | undefined {
  if (!texts || !content) return undefined;
  const wording = NOTICE_LANGUAGES.map((language) => texts[language]).find((one) => says(one, content));
  return wording && { template: wording.content, inWindow: inWindow(wording) };
}

const says = (wording: Wording, content: OutboundContent): boolean =>
  content.type === 'template'
    ? content.name === wording.template && content.language === wording.language
    : content.type === 'buttons' && content.body === wording.body;

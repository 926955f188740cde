import type { OutboundContent } from '../messages/outbound.js';

/** What an ask for stars adds to a list when it leaves. */
const ASK_ROWS = 5;

/** Meta does not say what it counts in; UTF-16 units (JavaScript's `length`) are the careful reading.
 *  Source: reference §6.2, §6.3, §6.5, §6.6 */
export const OUTBOUND_LIMITS = {
  callbackData: 512,
  text: { body: 4096 },
  // Meta names no limit for a file's name; this is what file systems take.
  buttons: { body: 1024, footer: 60, buttons: 3, id: 256, title: 20, fileName: 240 },
  list: {
    body: 4096,
    footer: 60,
    button: 20,
    sections: 10,
    rows: 10,
    sectionTitle: 24,
    id: 200,
    title: 24,
    description: 72,
  },
  contactRequest: { body: 1024 },
  template: { name: 512, text: 1024, buttonPayloads: 10, payload: 256 },
} as const;

/** Which part breaks which rule. Names the part, never its text. */
export type OutboundFault = { readonly field: string; readonly message: string };

/** Checks what the platform would refuse (131009, 132000, 132005). No faults: it may be sent. */
export function validateOutbound(content: OutboundContent): OutboundFault[] {
  const faults: OutboundFault[] = [];
  const check = (holds: boolean, field: string, message: string) => {
    if (!holds) faults.push({ field, message });
  };
  const text = (field: string, value: string, limit: number) => {
    check(value.trim() !== '', field, 'must not be empty');
    check(value.length <= limit, field, `must be at most ${limit} characters long`);
  };
  const optional = (field: string, value: string | undefined, limit: number) => {
    if (value !== undefined) text(field, value, limit);
  };
  const count = (field: string, size: number, min: number, max: number) =>
    check(size >= min && size <= max, field, `must be ${min} to ${max}`);
  const unique = (field: string, values: readonly string[]) =>
    check(new Set(values).size === values.length, field, 'must differ from each other');

  switch (content.type) {
    case 'text':
      text('body', content.body, OUTBOUND_LIMITS.text.body);
      return faults;
    case 'contactRequest':
      text('body', content.body, OUTBOUND_LIMITS.contactRequest.body);
      return faults;
    case 'buttons': {
      const limits = OUTBOUND_LIMITS.buttons;
      text('body', content.body, limits.body);
      optional('footer', content.footer, limits.footer);
      optional('document.fileName', content.document?.fileName, limits.fileName);
      count('buttons', content.buttons.length, 1, limits.buttons);
      content.buttons.forEach(({ id, title }, at) => {
        text(`buttons.${at}.id`, id, limits.id);
        text(`buttons.${at}.title`, title, limits.title);
      });
      unique(
        'buttons.id',
        content.buttons.map(({ id }) => id),
      );
      unique(
        'buttons.title',
        content.buttons.map(({ title }) => title),
      );
      return faults;
    }
    case 'list': {
      const limits = OUTBOUND_LIMITS.list;
      text('body', content.body, limits.body);
      optional('footer', content.footer, limits.footer);
      text('button', content.button, limits.button);
      count('sections', content.sections.length, 1, limits.sections);
      const rows = content.sections.flatMap((section) => section.rows);
      count('rows', rows.length + (content.ask ? ASK_ROWS : 0), 1, limits.rows);
      unique(
        'rows.id',
        rows.map(({ id }) => id),
      );
      content.sections.forEach((section, at) => {
        const field = `sections.${at}`;
        check(section.rows.length > 0, `${field}.rows`, 'must not be empty');
        check(
          section.title !== undefined || (content.sections.length === 1 && !content.ask),
          `${field}.title`,
          'must be there',
        );
        optional(`${field}.title`, section.title, limits.sectionTitle);
        unique(
          `${field}.rows.title`,
          section.rows.map(({ title }) => title),
        );
        section.rows.forEach(({ id, title, description }, row) => {
          text(`${field}.rows.${row}.id`, id, limits.id);
          text(`${field}.rows.${row}.title`, title, limits.title);
          optional(`${field}.rows.${row}.description`, description, limits.description);
        });
      });
      return faults;
    }
    case 'template': {
      const limits = OUTBOUND_LIMITS.template;
      text('name', content.name, limits.name);
      check(/^[a-z0-9_]*$/.test(content.name), 'name', 'must hold a-z, 0-9 and _ only');
      check(/^[a-z]{2,3}(_[A-Z]{2,3})?$/.test(content.language), 'language', 'must be a code such as ru or en_US');
      content.bodyParameters.forEach(({ name, text: value }, at) => {
        check(/^[a-z][a-z0-9_]*$/.test(name), `bodyParameters.${at}.name`, 'must hold a-z, 0-9 and _ only');
        text(`bodyParameters.${at}.text`, value, limits.text);
        check(!/[\n\r\t]| {4}/.test(value), `bodyParameters.${at}.text`, 'must hold no line break, tab or four spaces');
      });
      unique(
        'bodyParameters.name',
        content.bodyParameters.map(({ name }) => name),
      );
      const together = content.bodyParameters.reduce((sum, parameter) => sum + parameter.text.length, 0);
      check(together <= limits.text, 'bodyParameters', `must be at most ${limits.text} characters together`);
      count('buttonPayloads', content.buttonPayloads.length, 0, limits.buttonPayloads);
      content.buttonPayloads.forEach((payload, at) => text(`buttonPayloads.${at}`, payload, limits.payload));
      return faults;
    }
  }
}

import type { Request } from 'express';
import type { Emulator } from '../../emulator.js';
import { graphError, type GraphError } from '../../graph-errors.js';
import { componentOf, type Template } from './template-store.js';

const USUAL_FIELDS = ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'previous_category'];
const USUAL_LIMIT = 25;
const MOST_PER_PAGE = 250;

type Page = { readonly data: unknown[]; readonly paging: unknown };

/** What `?fields=` asks for of a template; `id` always comes along. */
export function templateFields(template: Template, fields: unknown): Record<string, unknown> {
  const { version: _version, history: _history, ...told } = template;
  const wanted = typeof fields === 'string' && fields !== '' ? fields.split(',').map((each) => each.trim()) : USUAL_FIELDS;
  return Object.fromEntries(Object.entries(told).filter(([key]) => key === 'id' || wanted.includes(key)));
}

/** One page of `GET /{waba}/message_templates` (reference §10.2). A cursor names the template it stands at, so that a list
 *  which changes meanwhile neither skips nor repeats; once that template is gone, the cursor is refused (131059). */
export function pageOf(emulator: Emulator, request: Request): Page | { readonly error: GraphError } {
  const { after, before, limit, fields } = request.query;
  const found = [...emulator.templates.all()].filter((each) => fits(each, request.query));
  const size = Math.min(Math.max(Math.trunc(Number(limit)) || USUAL_LIMIT, 1), MOST_PER_PAGE);
  const placeOf = (cursor: unknown) => found.findIndex((each) => each.id === Buffer.from(String(cursor), 'base64').toString());
  let start = 0;
  if (typeof after === 'string' && after !== '') {
    const place = placeOf(after);
    if (place < 0) return { error: graphError(131059, 'The cursor is not valid.') };
    start = place + 1;
  } else if (typeof before === 'string' && before !== '') {
    const place = placeOf(before);
    if (place < 0) return { error: graphError(131059, 'The cursor is not valid.') };
    start = Math.max(0, place - size);
  }
  const data = found.slice(start, start + size);
  const cursorOf = (template: Template) => Buffer.from(template.id).toString('base64');
  const link = (name: 'after' | 'before', template: Template) => {
    const url = new URL(request.originalUrl, emulator.baseUrl);
    for (const each of ['after', 'before']) url.searchParams.delete(each);
    url.searchParams.set(name, cursorOf(template));
    return url.href;
  };
  const [first, last] = [data[0], data.at(-1)];
  return {
    data: data.map((each) => templateFields(each, fields)),
    ...(first && last
      ? {
          paging: {
            cursors: { before: cursorOf(first), after: cursorOf(last) },
            ...(start + size < found.length ? { next: link('after', last) } : {}),
            ...(start > 0 ? { previous: link('before', first) } : {}),
          },
        }
      : { paging: {} }),
  };
}

function fits(template: Template, { name, status, language, category, quality_score: score, content, name_or_content: either }: Request['query']): boolean {
  const is = (wanted: unknown, value: string) => wanted === undefined || wanted === '' || String(wanted).toUpperCase() === value.toUpperCase();
  const inName = (wanted: unknown) => template.name.includes(String(wanted));
  const inBody = (wanted: unknown) => String(componentOf(template.components, 'body')?.['text'] ?? '').includes(String(wanted));
  return (
    is(name, template.name) &&
    is(status, template.status) &&
    is(language, template.language) &&
    is(category, template.category) &&
    is(score, template.quality_score.score) &&
    (content === undefined || inBody(content)) &&
    (either === undefined || inName(either) || inBody(either))
  );
}

import { createHash } from 'node:crypto';
import type { OpenApiDocument } from './openapi.js';

export type DocsPage = { readonly html: string; readonly contentSecurityPolicy: string };

type Json = Readonly<Record<string, unknown>>;
type Operation = Json & {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Json>> };
  readonly responses?: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Json>> }>
  >;
};

/** A text of the description, its code in code. */
const prose = (value: string): string => text(value).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** The page that shows the API: written from the description once, self-contained (no file from elsewhere, which its policy forbids
 *  too). Every route opens to its parameters, bodies and answers and can be tried with a token, which stays in the page. */
export function docsPage(document: OpenApiDocument): DocsPage {
  const base = document.servers?.[0]?.url ?? '';
  const sections = new Map<string, string[]>();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      const tag = operation.tags?.[0] ?? 'Others';
      sections.set(tag, [...(sections.get(tag) ?? []), operationHtml(method, base, path, operation, document)]);
    }
  }
  const body = [...sections].map(
    ([tag, operations]) => `<section><h2>${text(tag)}</h2>${operations.join('')}</section>`,
  );
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vestnik API</title><style>${STYLE}</style></head><body>
<header><h1>Vestnik API <small>${text(document.info.version)}</small></h1>
<label>Token <input id="token" type="password" autocomplete="off" placeholder="ADMIN_API_TOKEN or an operator’s"></label>
<a href="${text(base)}/openapi.json">openapi.json</a></header>
<p>${prose(document.info.description ?? '')}</p>${body.join('')}
<script>${SCRIPT}</script></body></html>`;
  const contentSecurityPolicy =
    `default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
    `script-src '${digest(SCRIPT)}'; style-src '${digest(STYLE)}'`;
  return { html, contentSecurityPolicy };
}

function operationHtml(
  method: string,
  base: string,
  path: string,
  operation: Operation,
  document: OpenApiDocument,
): string {
  const inputs = (operation.parameters ?? []).map(
    ({ name, in: place, required }) =>
      `<label>${text(name)}${required ? ' *' : ''} <input data-in="${text(place)}" data-name="${text(name)}"></label>`,
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  const types = bodies.map(([type]) => `<option>${text(type)}</option>`).join('');
  const sample = bodies[0] ? exampleOf(bodies[0][1]['schema'], document) : undefined;
  const bodyInput = bodies.length
    ? `<label>Body <select>${types}</select><textarea rows="6" spellcheck="false">${text(pretty(sample))}</textarea></label>`
    : '';
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const example = exampleOf(Object.values(answer.content ?? {})[0]?.['schema'], document);
    const shown = example === undefined || Number(status) >= 400 ? '' : `<pre>${text(pretty(example))}</pre>`;
    return `<dt>${text(status)}</dt><dd>${text(answer.description)}${shown}</dd>`;
  });
  return `<details><summary><b class="${text(method)}">${text(method)}</b> <code>${text(path)}</code> ${text(operation.summary ?? '')}</summary>
<form data-method="${text(method)}" data-path="${text(base + path)}"><p>${prose(operation.description ?? '')}</p>${inputs.join('')}${bodyInput}
<button>Try</button><output></output></form><dl>${answers.join('')}</dl></details>`;
}

const MAX_DEPTH = 8;

/** A value of the schema's shape, from its examples where it has them. */
function exampleOf(schema: unknown, document: OpenApiDocument, depth = 0): unknown {
  if (typeof schema !== 'object' || schema === null || depth > MAX_DEPTH) return undefined;
  const of = schema as Json & { properties?: Json; enum?: readonly unknown[] };
  if ('example' in of) return of['example'];
  if (typeof of['$ref'] === 'string') {
    const name = of['$ref'].split('/').at(-1) ?? '';
    return exampleOf((document.components?.schemas as Json | undefined)?.[name], document, depth + 1);
  }
  if (Array.isArray(of['examples'])) return of['examples'][0];
  if (of.enum) return of.enum[0];
  if ('const' in of) return of['const'];
  const choice = (of['anyOf'] ?? of['oneOf'] ?? of['allOf']) as readonly unknown[] | undefined;
  if (choice) return exampleOf(choice[0], document, depth + 1);
  if (of.properties) {
    const members = Object.entries(of.properties).map(([name, member]) => [
      name,
      exampleOf(member, document, depth + 1),
    ]);
    return Object.fromEntries(members);
  }
  const type = Array.isArray(of['type']) ? (of['type'] as unknown[])[0] : of['type'];
  if (type === 'array') return [exampleOf(of['items'], document, depth + 1)].filter((item) => item !== undefined);
  return { string: '…', integer: 0, number: 0, boolean: true, object: {} }[String(type)] ?? null;
}

const pretty = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, undefined, 2));

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const text = (value: string): string => value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
const digest = (source: string): string => `sha256-${createHash('sha256').update(source).digest('base64')}`;

const STYLE = `
:root{color-scheme:light dark;font:16px/1.45 system-ui,sans-serif}body{max-width:60rem;margin:0 auto;padding:1rem}
header{display:flex;flex-wrap:wrap;gap:1rem;align-items:baseline}h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:1.5rem 0 .3rem}
details{border-bottom:1px solid #8885}summary{padding:.45rem 0;cursor:pointer}b{display:inline-block;min-width:3.6rem;font-size:.8rem;text-transform:uppercase}
.get{color:#1769aa}.post{color:#2e7d32}.patch{color:#a15c00}.delete{color:#b3261e}form,dl{margin:.3rem 0 1rem 1rem}form label{display:block;margin:.3rem 0}
input,textarea,select,button{font:inherit;padding:.25rem .4rem}textarea{display:block;width:100%;box-sizing:border-box;font-family:ui-monospace,monospace;font-size:.85rem}
pre,output{display:block;overflow:auto;white-space:pre-wrap;word-break:break-word;font:.85rem ui-monospace,monospace}dt{font-weight:600}dd{margin:0 0 .4rem 1rem}
`;

const SCRIPT = `
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target, output = form.querySelector('output'), query = new URLSearchParams();
  let path = form.dataset.path;
  for (const input of form.querySelectorAll('input')) {
    if (input.dataset.in === 'path') path = path.replace('{' + input.dataset.name + '}', encodeURIComponent(input.value));
    else if (input.value !== '') query.set(input.dataset.name, input.value);
  }
  const headers = { authorization: 'Bearer ' + document.getElementById('token').value.trim() };
  const body = form.querySelector('textarea');
  if (body) headers['content-type'] = form.querySelector('select').value;
  const options = { method: form.dataset.method.toUpperCase(), headers, body: body ? body.value : undefined };
  output.textContent = '…';
  try {
    const answer = await fetch(path + (query.size ? '?' + query : ''), options);
    const words = await answer.text();
    let shown = words;
    try { shown = JSON.stringify(JSON.parse(words), undefined, 2); } catch {}
    output.textContent = answer.status + '\\n' + shown;
  } catch (error) {
    output.textContent = String(error);
  }
});
`;

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/* Stands in for Graph, a process of its own: takes every send, gives each its own wamid, counts who got how many. It checks nothing
 * (the emulator does), so that it is never the slower side. */

/** What the double has seen since the last reset. */
export type GraphSummary = {
  readonly sends: number;
  readonly people: number;
  /** People who got more than one message. */
  readonly twice: number;
  /** For every person who got one: the phone, and when the first came, ms by the machine's clock. */
  readonly firsts: readonly (readonly [phone: string, at: number])[];
};

export type GraphQuestion = { readonly ask: 'count' | 'summary' | 'reset' };

const answerMs = Number(process.argv[2] ?? 0);
const got = new Map<string, { times: number; readonly firstAt: number }>();
/** Of the number: no limit but its rate. */
const NUMBER = '{"id":"1","quality_rating":"GREEN","whatsapp_business_manager_messaging_limit":"TIER_UNLIMITED"}';
let sends = 0;
let wamids = 0;

function take(body: string): string {
  const message = JSON.parse(body) as { to?: string; recipient?: string; status?: string };
  if (message.status === 'read') return '{"success":true}';
  sends += 1;
  wamids += 1;
  const person = (message.to ?? message.recipient ?? '').replace('+', '');
  const before = got.get(person);
  if (before) before.times += 1;
  else got.set(person, { times: 1, firstAt: performance.timeOrigin + performance.now() });
  return (
    `{"messaging_product":"whatsapp","contacts":[{"input":"+${person}","wa_id":"${person}"}],` +
    `"messages":[{"id":"wamid.HBgL${person}FQIAERgSOUEzQ0E1QjNE${String(wamids).padStart(12, '0')}"}]}`
  );
}

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    // It knows no templates: to list none would say that all are gone.
    const listsTemplates = request.method === 'GET' && request.url?.includes('/message_templates') === true;
    const status = listsTemplates ? 400 : 200;
    const known = listsTemplates ? '{"error":{"code":100,"message":"not here"}}' : NUMBER;
    const text = request.method === 'POST' ? take(Buffer.concat(chunks).toString()) : known;
    const answer = () => {
      response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
      response.end(text);
    };
    if (answerMs > 0) setTimeout(answer, answerMs);
    else answer();
  });
});

process.on('message', ({ ask }: GraphQuestion) => {
  if (ask === 'reset') {
    got.clear();
    sends = 0;
  }
  const twice = [...got.values()].filter(({ times }) => times > 1).length;
  const firsts = ask === 'summary' ? [...got].map(([phone, { firstAt }]): [string, number] => [phone, firstAt]) : [];
  process.send?.({ sends, people: got.size, twice, firsts } satisfies GraphSummary);
});
process.once('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

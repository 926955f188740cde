import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/* Where the time goes, from a `.cpuprofile`: every sample belongs to the nearest frame, from the top of the stack down, that one of the
 * rules below knows; so a JSON.parse that the door called is JSON, and a map lookup of the folder's is the folder. */

type Frame = { readonly functionName: string; readonly url: string; readonly lineNumber: number };
type ProfileNode = { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] };
type Profile = {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

export type Share = { readonly name: string; readonly share: number };
export type ProfileSummary = {
  readonly busyMs: number;
  readonly areas: readonly Share[];
  readonly functions: readonly Share[];
};

const RULES: readonly (readonly [area: string, test: (frame: Frame) => boolean])[] = [
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  ['JSON', ({ functionName, url }) => url === '' && (functionName === 'parse' || functionName === 'stringify')],
  ['MongoDB driver', ({ url }) => /node_modules\/(mongo|bson)/.test(url)],
  [
    'hashes and signature',
    ({ url }) => url === 'node:internal/crypto/hash' || /src\/(keys|hmac)\.js|webhooks\/signature\.js/.test(url),
  ],
  // The profiler counts SQLite's own time, the disk's included, for whoever called it.
  ['SQLite and its rows, the disk included', ({ url }) => /\/src\/storage\/|@photostructure\/sqlite/.test(url)],
  ['door: reading a payload', ({ url }) => url.includes('/webhooks/') || /node_modules\/zod/.test(url)],
  ['door: append', ({ url }) => url.includes('/src/inbox/append')],
  ['turns', ({ url }) => /\/src\/(inbox|cases|contacts)\//.test(url) || url.includes('libphonenumber')],
  [
    'conversation',
    ({ url }) => url.includes('/src/conversation/') || url.includes('formatjs') || url.includes('intl-messageformat'),
  ],
  ['dispatcher', ({ url }) => url.includes('/src/delivery/')],
  ['folder', ({ url }) => url.includes('/src/messages/')],
  ['HTTP client', ({ url }) => /\/src\/platform\/|node_modules\/(undici|axios)/.test(url)],
  ['metrics', ({ url }) => /prom-client|\/src\/observability\//.test(url)],
  [
    'HTTP server and sockets',
    ({ url }) =>
      /^node:(_?http|internal\/(http|stream|net)|net|_?stream|internal\/streams)/.test(url) ||
      /node_modules\/(express|router)/.test(url),
  ],
  ['timers, promises, start', ({ url }) => url.startsWith('node:')],
  ['native code called by nothing of ours', ({ functionName }) => functionName === '(program)'],
];
const IDLE = '(idle)';

/** Summarises the profiles that a process left in a folder. */
export function summarize(folder: string): ProfileSummary {
  const areas = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
    const parents = new Map(
      profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)),
    );
    const areaOfNode = new Map<number, string>();
    for (const [index, id] of profile.samples.entries()) {
      const node = nodes.get(id);
      if (!node || node.callFrame.functionName === IDLE) continue;
      const spent = profile.timeDeltas[index] ?? 0;
      let area = areaOfNode.get(id);
      if (area === undefined) areaOfNode.set(id, (area = areaOf(id, nodes, parents)));
      areas.set(area, (areas.get(area) ?? 0) + spent);
      const name = nameOf(node.callFrame);
      functions.set(name, (functions.get(name) ?? 0) + spent);
      busy += spent;
    }
  }
  return { busyMs: busy / 1_000, areas: shares(areas, busy), functions: shares(functions, busy) };
}

function areaOf(id: number, nodes: ReadonlyMap<number, ProfileNode>, parents: ReadonlyMap<number, number>): string {
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const frame = nodes.get(at)?.callFrame;
    if (!frame) continue;
    const rule = RULES.find(([, test]) => test(frame));
    if (rule) return rule[0];
  }
  return 'other';
}

const nameOf = ({ functionName, url, lineNumber }: Frame): string => {
  const file = url.replace(/^.*\/(node_modules|dist)\//, '');
  return `${functionName || '(anonymous)'}${file ? ` ${file}:${lineNumber + 1}` : ''}`;
};

const shares = (spent: ReadonlyMap<string, number>, busy: number): Share[] =>
  [...spent].map(([name, time]) => ({ name, share: time / busy })).sort((one, other) => other.share - one.share);

import { builtinModules } from 'node:module';
import { posix, relative, resolve, sep } from 'node:path';

// The walls of the house (docs and DESIGN: who may import whom) as one lint rule. A wall is a function that is handed an
// import and says why it must not be, or nothing. `import { type X }` counts as a value: with `verbatimModuleSyntax` the
// module is loaded all the same.

const PURE = ['conversation', 'knowledge'];
const PURE_PACKAGES = ['intl-messageformat', 'zod', 'libphonenumber-js'];
const NO_CAPABILITIES = ['api', 'operations', 'launch', 'storage'];
const COMPOSERS = ['main.ts', 'app.ts'];

/**
 * A file of the project as the walls see it.
 * @typedef {{ path: string, area: string, room: string, name: string, isTest: boolean }} Place
 *   `area` is the top folder; `room` the folder below it, `''` for a file that stands in the area itself
 * @typedef {{ from: Place, to: Place | undefined, package: string | undefined, typeOnly: boolean }} Import
 */

/** @type {Record<string, (link: Import) => string | undefined>} */
const walls = {
  emulator({ from, to }) {
    if (!to || from.area === to.area) return undefined;
    if (from.area === 'emulator') {
      return 'The emulator imports nothing of ours: it and the server meet over HTTP only, so that the one can prove the other.';
    }
    if (to.area === 'emulator') {
      return 'Nothing imports the emulator: start it as a process (test/means/server.ts) and speak HTTP to it.';
    }
    return undefined;
  },

  console({ from, to }) {
    if (!to || from.area === to.area || (from.area !== 'console' && to.area !== 'console')) return undefined;
    return 'The console and the server share no code: the console speaks to the API over HTTP.';
  },

  pure({ from, to, package: packageName, typeOnly }) {
    if (!isIn(from, PURE) || from.isTest) return undefined;
    if (packageName !== undefined) {
      if (PURE_PACKAGES.includes(packageName)) return undefined;
      return `${from.room} is pure and touches nothing of the world: of packages it may import ${PURE_PACKAGES.join(', ')}.`;
    }
    if (to && (isIn(to, PURE) || (typeOnly && to.area === 'src'))) return undefined;
    return `${from.room} is pure: from elsewhere it may take types only (\`import type\`); values come in as arguments.`;
  },

  composition({ from, to }) {
    if (to?.area !== 'src' || to.room !== '' || !COMPOSERS.includes(to.name) || from.isTest) return undefined;
    if (from.area === 'src' && from.room === '' && COMPOSERS.includes(from.name)) return undefined;
    return `src/${to.name} wires the others together and is imported by none of them: let it hand in what is needed.`;
  },

  door({ from, to }) {
    if (!isCapability(from) || to?.area !== 'webhooks') return undefined;
    return 'A capability does not know the door (webhooks/): what comes through it are the updates of src/inbox.';
  },

  api({ from, to }) {
    if (!to || !isIn(to, ['api']) || !isCapability(from)) return undefined;
    if (/(^|-)routes\.ts$/.test(from.name)) return undefined;
    return 'Of a capability only its routes (routes.ts, *-routes.ts) may import src/api: its rules do not know HTTP.';
  },

  operations({ from, to }) {
    if (!to || !isIn(to, ['operations']) || isIn(from, ['operations']) || from.isTest) return undefined;
    return 'src/operations are programs of their own: nothing imports them.';
  },

  storage({ from, to }) {
    if (!to || !isIn(to, ['storage']) || !/^(sqlite|mongo)-/.test(to.name)) return undefined;
    if (!isCapability(from) && from.area !== 'webhooks') return undefined;
    return "This is storage's inside: import its contracts (src/storage/table.ts, src/storage/engine.ts) instead.";
  },

  storageKnowsNoCapability({ from, to }) {
    if (!isIn(from, ['storage']) || from.isTest || !to || !isCapability(to)) return undefined;
    return 'Storage knows no capability: each hands in its tables and appliers through the composition root.';
  },

  launcher({ from, to, package: packageName }) {
    if (!isIn(from, ['launch']) || from.isTest) return undefined;
    if (packageName === undefined ? to && isIn(to, ['launch']) : isBuiltin(packageName)) return undefined;
    return 'The launcher runs before anything is installed or compiled: Node itself and src/launch are all it has.';
  },

  binding({ from, package: packageName }) {
    if (packageName !== '@photostructure/sqlite' || from.path === 'src/storage/sqlite-binding.ts') return undefined;
    return 'One file touches the SQLite binding: src/storage/sqlite-binding.ts.';
  },
};

const isIn = (place, rooms) => place.area === 'src' && rooms.includes(place.room);

const isCapability = (place) =>
  place.area === 'src' && place.room !== '' && !NO_CAPABILITIES.includes(place.room) && !place.isTest;

const isBuiltin = (name) => name.startsWith('node:') || builtinModules.includes(name);

/** @returns {Place | undefined} `undefined` outside the project */
function placeOf(root, file) {
  const path = relative(root, file).split(sep).join('/');
  if (path.startsWith('..')) return undefined;
  const [area, ...rest] = path.split('/');
  return {
    path,
    area,
    room: rest.length > 1 ? rest[0] : '',
    name: posix.basename(path),
    isTest: area === 'test' || area === 'bench' || /\.(test|contract|fixture)\.m?[jt]s$/.test(path),
  };
}

const packageNameOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** @type {import('eslint').Rule.RuleModule} */
const imports = {
  meta: { type: 'problem', schema: [], docs: { description: 'Keeps the walls between the rooms of the house.' } },
  create(context) {
    const from = placeOf(context.cwd, context.filename);
    if (!from) return {};
    const check = (source, typeOnly) => {
      if (typeof source?.value !== 'string') return;
      const isRelative = source.value.startsWith('.');
      const file = resolve(context.filename, '..', source.value).replace(/\.js$/, '.ts');
      const to = isRelative ? placeOf(context.cwd, file) : undefined;
      const link = { from, to, package: isRelative ? undefined : packageNameOf(source.value), typeOnly };
      for (const wall of Object.values(walls)) {
        const message = wall(link);
        if (message) context.report({ node: source, message });
      }
    };
    return {
      ImportDeclaration: (node) => check(node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node.source, false),
      TSImportType: (node) => check(node.source ?? node.argument?.literal, true),
    };
  },
};

export default { rules: { imports } };

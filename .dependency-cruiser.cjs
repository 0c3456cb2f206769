/** Who may import whom: the table in docs/architecture.md, at error level. */
const { ENGINE_FLOORS, ENGINE_PAIRS } = require('./scripts/lib/floors.cjs');

const OURS = 'contract|english|engine|hosts|db|app|main|preload|server|ovirt|cli|renderer';

/** A rule: files of `from` may import, of our own folders, only those matching one of `allowed`. */
function only(name, from, allowed) {
  return {
    name,
    severity: 'error',
    from: { path: `^${from}/`, pathNot: '\\.test\\.tsx?$' },
    to: { path: `^(${OURS}|test|scripts)/`, pathNot: [`^${from}/`, ...allowed] },
  };
}

const inEngine = (place) => (place.endsWith('.ts') ? `^engine/${place}$` : `^engine/${place}/[^/]+$`);

/** One rule for each folder of the engine: what it may import of the engine. Types count as much as values. */
function engineFloors() {
  return ENGINE_FLOORS.flatMap((floor, level) =>
    floor.map((place) => ({
      name: `engine-floor-${place.replaceAll(/[^a-z]+/g, '-').replace(/^-|-$/g, '')}`,
      comment:
        'An import from a lower floor of the engine to a higher one, or between two areas that are no allowed pair.',
      severity: 'error',
      from: { path: itself(place), pathNot: '\\.test\\.ts$' },
      to: {
        path: '^engine/',
        pathNot: [...ENGINE_FLOORS.slice(0, level).flat(), ...(ENGINE_PAIRS[place] ?? [])]
          .map(inEngine)
          .concat(itself(place)),
      },
    })),
  );
}

/** All files of a floor's folder, without the folders inside it that are floors of their own. */
function itself(place) {
  if (place.endsWith('.ts')) return inEngine(place);
  const nested = ENGINE_FLOORS.flat().filter((other) => other.startsWith(`${place}/`));
  const without = nested.map((other) => `(?!${other.slice(place.length + 1)}/)`).join('');
  return `^engine/${place}/${without}`;
}

/** A rule: files of `from` never import these packages or Node modules. */
function never(name, from, path) {
  return { name, severity: 'error', from: { path: `^(${from})/`, pathNot: '\\.test\\.tsx?$' }, to: { path } };
}

const NODE_IO =
  '^(node:)?(child_process|fs|fs/promises|net|http|https|dgram|tls|os|worker_threads|cluster|path|process)$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('contract-is-pure', 'contract', []),
    // The one English catalogue: what engine, hosts and db say is data, so none of them may know it.
    only('english-knows-only-contract', 'english', ['^contract/']),
    only('engine-knows-only-contract', 'engine', ['^contract/']),
    ...engineFloors(),
    {
      name: 'every-engine-folder-is-on-a-floor',
      severity: 'error',
      from: {
        path: '^engine/',
        pathNot: [
          ...ENGINE_FLOORS.flat().map((place) => (place.endsWith('.ts') ? inEngine(place) : `^engine/${place}/`)),
          '\\.test\\.ts$',
        ],
      },
      to: {},
    },
    only('hosts-know-ports', 'hosts', ['^contract/', '^engine/ports/']),
    only('db-knows-ports', 'db', ['^contract/', '^engine/ports/']),
    only('app-composes', 'app', ['^contract/', '^english/', '^engine/', '^hosts/', '^db/', '^ovirt/start\\.ts$']),
    // A door that the engine's own process opens: it is handed a client, so that it needs nothing but the contract.
    only('ovirt-knows-only-contract', 'ovirt', ['^contract/', '^english/']),
    only('main-knows-app', 'main', ['^contract/', '^english/', '^app/']),
    only('server-knows-app', 'server', ['^contract/', '^english/', '^app/']),
    only('cli-knows-app', 'cli', ['^contract/', '^english/', '^app/', '^server/']),
    only('preload-knows-contract', 'preload', ['^contract/']),
    only('renderer-knows-contract', 'renderer', ['^contract/', '^english/']),
    never('contract-has-no-io', 'contract|english', NODE_IO),
    never('engine-has-no-io', 'engine', NODE_IO),
    never('renderer-has-no-node', 'renderer', NODE_IO),
    never(
      'electron-only-in-shell',
      'contract|english|engine|hosts|db|app|server|ovirt|cli|renderer',
      '(^|node_modules/)electron(/|$)',
    ),
    never(
      'react-only-in-renderer',
      'contract|english|engine|hosts|db|app|main|preload|server|ovirt|cli',
      '(^|node_modules/)react(-dom)?(/|$)',
    ),
    never(
      'sqlite-only-in-db',
      'contract|english|engine|hosts|app|main|preload|server|ovirt|cli|renderer',
      '(^|node_modules/)better-sqlite3(/|$)',
    ),
    {
      name: 'ssh2-only-in-its-shell',
      severity: 'error',
      from: { path: `^(${OURS})/`, pathNot: ['^hosts/shells/ssh', '\\.test\\.tsx?$'] },
      to: { path: '(^|node_modules/)ssh2(/|$)' },
    },
    {
      name: 'a-shell-never-imports-another',
      severity: 'error',
      from: { path: '^hosts/shells/([^/]+)\\.ts$', pathNot: '\\.test\\.ts$' },
      to: { path: '^hosts/shells/(local|lab|ssh)', pathNot: '^hosts/shells/$1' },
    },
    {
      name: 'a-feature-never-imports-another',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/([^/]+)/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'widgets-know-neither-router-nor-api',
      severity: 'error',
      from: { path: '^renderer/ui/' },
      to: { path: '(^renderer/(api|app|features)/|@tanstack/react-router)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

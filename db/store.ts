import type { Database } from 'better-sqlite3';
import { v7 as uuid } from 'uuid';
import type { Log } from '../engine/ports/log';
import type { Repositories, Store } from '../engine/ports/store';
import { backup } from './backup';
import { connect, connectMemory } from './connection';
import { translating } from './errors';
import { latestVersion } from './migrate';
import { MIGRATIONS } from './migrations/all';
import type { Migration } from './migrations/migration';
import { counterRepository, eventRepository, jobRepository, stepRepository } from './repositories/activity';
import { forwardRepository } from './repositories/forwards';
import {
  attachmentRepository,
  checkRepository,
  networkClusterRepository,
  networkRepository,
  vnicProfileRepository,
} from './repositories/networks';
import {
  clusterRepository,
  dataCenterRepository,
  hostBondRepository,
  hostNicRepository,
  hostRepository,
} from './repositories/places';
import { noteRepository } from './repositories/notes';
import { acceptedPartRepository } from './repositories/accepted-parts';
import { diskRepository } from './repositories/disks';
import { leftoverRepository } from './repositories/leftovers';
import { preferenceRepository } from './repositories/preferences';
import { promiseBreachRepository, promiseGroupRepository, promiseRepository } from './repositories/promises';
import { snapshotRepository, snapshotVmRepository } from './repositories/snapshots';
import { settingsRepository } from './repositories/settings';
import { imageRepository, vmRepository, vnicRepository } from './repositories/vms';
import { takeOverRepository } from './repositories/take-overs';
import { tunnelPairRepository, tunnelRepository } from './repositories/tunnels';
import { trashRepository } from './repositories/trash';
import type { Context } from './row-table';
import { UnitOfWork } from './unit-of-work';

export { verifyBackup } from './backup';

export interface StoreOptions {
  /** Called for listeners that fail after a commit. Without it they become process warnings. */
  readonly log?: Log;
  /** For tests of migrating. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the store in the file `path`, making it (with data center and cluster *Default*) or migrating it as needed.
 * The folder must exist.
 * @throws AppError STORE_FAILED when the file is damaged, foreign, newer, read-only or can't be written
 */
export function openStore(path: string, options: StoreOptions = {}): Store {
  const migrations = options.migrations ?? MIGRATIONS;
  return storeOn(connect(path, migrations), options, migrations);
}

/** A store in memory, for tests: the same code, gone when closed. */
export function openMemoryStore(options: StoreOptions = {}): Store {
  const migrations = options.migrations ?? MIGRATIONS;
  return storeOn(connectMemory(migrations), options, migrations);
}

function storeOn(sqlite: Database, { log = warnings }: StoreOptions, migrations: readonly Migration[]): Store {
  const unit = new UnitOfWork(sqlite, log);
  try {
    const repositories = repositoriesOn({ sqlite, unit });
    const storeId = unit.transaction(() => firstFacts(sqlite, repositories));
    return {
      ...repositories,
      storeId,
      schemaVersion: latestVersion(migrations),
      transaction: (fn, durable) => unit.transaction(() => fn(repositories), durable),
      preview: (fn) => unit.preview(() => fn(repositories)),
      tentative: (fn) => unit.tentative(fn),
      touched: () => unit.touched(),
      onCommit: (listener) => unit.onCommit(listener),
      backup: (path) => backup(sqlite, path, migrations),
      close: () => void translating(() => sqlite.close()),
    };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function repositoriesOn(context: Context): Repositories {
  return {
    dataCenters: dataCenterRepository(context),
    clusters: clusterRepository(context),
    hosts: hostRepository(context),
    hostBonds: hostBondRepository(context),
    hostNics: hostNicRepository(context),
    networks: networkRepository(context),
    networkClusters: networkClusterRepository(context),
    attachments: attachmentRepository(context),
    notes: noteRepository(context),
    vnicProfiles: vnicProfileRepository(context),
    vms: vmRepository(context),
    vnics: vnicRepository(context),
    forwards: forwardRepository(context),
    promises: promiseRepository(context),
    promiseGroups: promiseGroupRepository(context),
    promiseBreaches: promiseBreachRepository(context),
    images: imageRepository(context),
    snapshots: snapshotRepository(context),
    snapshotVms: snapshotVmRepository(context),
    jobs: jobRepository(context),
    steps: stepRepository(context),
    events: eventRepository(context),
    checks: checkRepository(context),
    trash: trashRepository(context),
    disks: diskRepository(context),
    leftovers: leftoverRepository(context),
    takeOvers: takeOverRepository(context),
    tunnels: tunnelRepository(context),
    tunnelPairs: tunnelPairRepository(context),
    acceptedParts: acceptedPartRepository(context),
    counters: counterRepository(context),
    settings: settingsRepository(context),
    preferences: preferenceRepository(context),
  };
}

/** The store's id; made at the first open, together with data center and cluster *Default*. */
function firstFacts(sqlite: Database, { dataCenters, clusters }: Repositories): string {
  const known = sqlite.prepare<[], string>("SELECT value FROM meta WHERE key = 'store_id'").pluck().get();
  if (known !== undefined) return known;
  const storeId = uuid();
  const createdAt = new Date().toISOString();
  sqlite.prepare("INSERT INTO meta (key, value) VALUES ('store_id', ?), ('created_at', ?)").run(storeId, createdAt);
  const dataCenterId = uuid();
  dataCenters.insert({ id: dataCenterId, name: 'Default', comment: '', createdAt });
  clusters.insert({ id: uuid(), dataCenterId, name: 'Default', comment: '', createdAt });
  return storeId;
}

const warn = (fields: object, message: string): void => process.emitWarning(`${message}: ${JSON.stringify(fields)}`);
const warnings: Log = { debug: () => undefined, info: () => undefined, warn, error: warn };

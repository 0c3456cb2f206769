import { type RouterClient, createRouterClient } from '@orpc/server';
import { vi } from 'vitest';
import {
  type Actor,
  AppError,
  type Appliance,
  type DiskFormat,
  type Job,
  type OvirtApi,
  type Protocol,
} from '../../contract';
import { type Engine, createEngine } from '../../engine';
import type { EngineRouter } from '../../engine';
import type { BrowserSessions } from '../../engine/core/ports';
import type { ApiDoor } from '../../engine/ports/api-door';
import type { Appliances } from '../../engine/ports/appliances';
import type { AllowedFiles } from '../../engine/ports/allowed-files';
import type { Backups } from '../../engine/ports/backups';
import type { Clock } from '../../engine/ports/clock';
import type { Hosts, Images, NoFile, Remedy } from '../../engine/ports/hosts';
import { readLabFile } from '../../engine/labfile/parse';
import type { Log } from '../../engine/ports/log';
import type { ObservedHost } from '../../engine/ports/observed';
import type { Store } from '../../engine/ports/store';
import { memorySecrets } from '../../app/memory-secrets';
import { openMemoryStore } from '../../db/store';
import { type SimulatedHost, createSimulatedHost } from '../../hosts/simulated/simulated-host';
import { textOf } from '../../english';

/** Real time, in timers that do not keep a test's process alive. */
export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The same, `times` as fast: an hour of an engine and its hosts within a test's patience. */
export function hastyClock(times: number): Clock {
  const began = Date.now();
  return {
    now: () => Math.round(began + (Date.now() - began) * times),
    after: (ms, fn) => realClock.after(ms / times, fn),
  };
}

/** What was logged, for a test to look at. */
export class MemoryLog implements Log {
  readonly lines: Array<{ level: string; fields: object; message: string }> = [];
  debug(fields: object, message: string): void {
    this.lines.push({ level: 'debug', fields, message });
  }
  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message });
  }
  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message });
  }
  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message });
  }
}

/** What stands in for a lab, or a host over SSH: the engine cannot know, since it only has the port. */
const LAB = { kind: 'simulated', delayMs: 0, faultRate: 0, memoryMiB: 8192, cpus: 2 } as const;

/** Simulated hosts in memory; each outlives the engines that drive it, as a real one does. */
export class Fleet implements Hosts {
  private readonly machines = new Map<string, SimulatedHost>();
  /** Ids of labs; a test adds one to have a folder that was left by a host that is gone. */
  readonly labIds = new Set<string>();
  private nextPort = 40_000;
  /** Paths at which this computer has no file; it has one at any other. */
  readonly absent = new Map<string, NoFile>();
  /** Formats of files of this computer, or why they can't be disks; others have the format that their name says. */
  readonly disks = new Map<string, DiskFormat | AppError>();
  /** What can be mended here; a test puts its own in. */
  readonly remedies = new Map<string, Remedy>();

  constructor(private readonly clock: Clock = realClock) {}

  driver({ id, storeId, how }: Parameters<Hosts['driver']>[0]): SimulatedHost {
    if (how.kind === 'lab') this.labIds.add(id);
    const { clock } = this;
    const machine = { id, storeId, how: how.kind === 'simulated' ? how : LAB, stateFile: null, clock };
    const found = this.machines.get(id) ?? createSimulatedHost(machine);
    this.machines.set(id, found);
    return found;
  }

  /** The host as the test sees it, with the hand that can meddle with it. */
  machine(id: string): SimulatedHost {
    const found = this.machines.get(id);
    if (!found) throw new Error(`the fleet has no host ${id}`);
    return found;
  }

  doctor(): ReturnType<Hosts['doctor']> {
    return Promise.resolve({ checks: [], canRunLab: false, canRunVms: false, accelerated: false });
  }
  freePort(_protocol: Protocol, port: number): Promise<number> {
    if (port !== 0) return Promise.resolve(port);
    this.nextPort += 1;
    return Promise.resolve(this.nextPort);
  }
  noFile(path: string): ReturnType<Hosts['noFile']> {
    return Promise.resolve(this.absent.get(path) ?? null);
  }
  diskFormat(path: string, format?: DiskFormat): ReturnType<Hosts['diskFormat']> {
    const seen = this.disks.get(path) ?? format ?? (path.endsWith('.qcow2') ? 'qcow2' : 'raw');
    return seen instanceof AppError ? Promise.reject(seen) : Promise.resolve(seen);
  }
  remedy(check: string): ReturnType<Hosts['remedy']> {
    const found = this.remedies.get(check);
    if (!found) throw new AppError('NOT_FOUND', `Doctor has no check "${check}"`, { field: 'check' });
    return Promise.resolve(found);
  }
  labs(): ReturnType<Hosts['labs']> {
    const nothing = { running: false, pid: null, rootless: true, diskBytes: 0, memoryBytes: null };
    return Promise.resolve([...this.labIds].map((id) => ({ id, path: `/labs/${id}`, ...nothing })));
  }
  acceptHostKey(): ReturnType<Hosts['acceptHostKey']> {
    return Promise.resolve();
  }

  keyState(): ReturnType<Hosts['keyState']> {
    return Promise.resolve('unknown');
  }

  hostKey(): ReturnType<Hosts['hostKey']> {
    return Promise.resolve(null);
  }
  examine(): ReturnType<Hosts['examine']> {
    return Promise.resolve([]);
  }
  removeLab(id: string): Promise<void> {
    this.labIds.delete(id);
    return Promise.resolve();
  }
}

/** A VM with a disk and a NIC, in any file. */
export const APPLIANCE: Appliance = {
  ...{ name: 'old', comment: '', memoryMiB: 512, cpus: 1, firmware: 'bios', tpm: 'none', sound: 'none' },
  ...{ nicModel: 'e1000', cdroms: 1, leftOut: ['USB controller'] },
  disks: [{ file: 'old.vmdk', format: 'vmdk', sizeBytes: 1024 ** 3, bus: 'sata' }],
  nics: [{ network: 'blue' }],
};

const APPLIANCES: Appliances = {
  read: () => Promise.resolve(APPLIANCE),
  unpack: () => Promise.resolve({ appliance: APPLIANCE, disks: ['/private/old.vmdk'], bytes: 4096 }),
  pack: () => Promise.resolve(8192),
  remove: () => Promise.resolve(),
};

const IMAGES: Images = {
  add: () => Promise.resolve({ format: 'qcow2', sizeBytes: 1024, virtualBytes: 4096 }),
  addDisk: async (_id, { read }, _progress, signal) => {
    for await (const _chunk of read(signal)) signal.throwIfAborted();
    return { format: 'qcow2', sizeBytes: 512, virtualBytes: 4096 };
  },
  writeOut: () => Promise.resolve(2048),
  path: (id) => `/images/${id}`,
  remove: () => Promise.resolve(),
};

/** The oVirt API of an engine without one: only its settings. */
function memoryApiDoor(): ApiDoor {
  let shown: OvirtApi = {
    enabled: false,
    url: null,
    user: 'admin@internal',
    caFile: null,
    port: null,
    insecureHttp: false,
    problem: null,
  };
  let password: string | null = null;
  const set = (given: string | undefined): string | null => {
    const made = given === undefined ? 'made-by-the-door' : null;
    password = given ?? made;
    return made;
  };
  return {
    show: () => shown,
    hasPassword: () => password !== null,
    enable: ({ port = 443, password: given, insecureHttp = false }) => {
      shown = { ...shown, enabled: true, url: `https://127.0.0.1:${port}/ovirt-engine/api`, port, insecureHttp };
      return Promise.resolve(given === undefined && password !== null ? null : set(given));
    },
    setPassword: (given) => Promise.resolve(set(given)),
    disable: () => {
      shown = { ...shown, enabled: false, url: null };
      return Promise.resolve();
    },
  };
}

/** A home whose last backup has just been made, so that none is due. */
const freshlyBackedUp = (clock: Clock): Backups => ({
  folder: '/nowhere/backups',
  list: () => {
    const at = new Date(clock.now()).toISOString();
    return Promise.resolve([{ name: 'fresh', path: '/nowhere/backups/fresh', kind: 'automatic', at, bytes: 1 }]);
  },
  free: () => Promise.resolve('/nowhere/backups/next'),
  inspect: () => Promise.reject(new AppError('NOT_FOUND', 'There is no such backup')),
  remove: () => Promise.resolve(),
});

export const TESTER: Actor = { user: 'tester', door: 'cli' };

/** An engine on a store in memory and a fleet of simulated hosts, with every answer checked against the contract. */
export class TestEngine {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly log = new MemoryLog();
  readonly engine: Engine;
  readonly client: RouterClient<EngineRouter>;
  readonly secrets = memorySecrets();
  stopAsked = 0;
  /** Who is signed in at the door that a test engine does not have. */
  readonly sessions = { list: (): ReturnType<BrowserSessions['list']> => [], end: (_id: string): boolean => false };
  /** The paths that the screens may name here. */
  readonly allowed = new Set<string>();
  private readonly allowedFolders = new Set<string>();
  private readonly allowedFiles: AllowedFiles = {
    backups: '/nowhere/backups',
    folders: () => [...this.allowedFolders],
    allows: ({ path }) => Promise.resolve(this.allowed.has(path)),
    beside: (folder, paths) => Promise.resolve(new Set(paths.filter((path) => path.startsWith(`${folder}/`)))),
    files: () => Promise.resolve([...this.allowed]),
    find: (path) => Promise.resolve(path),
    allow: (folder) => Promise.resolve(void this.allowedFolders.add(folder)),
    remove: (folder) => Promise.resolve(void this.allowedFolders.delete(folder)),
  };

  /** `of`: another test engine whose store and hosts this one takes over, as the next engine after a crash does. */
  constructor(of?: Pick<TestEngine, 'store' | 'fleet'>, clock = realClock, backups = freshlyBackedUp(clock)) {
    this.store = of?.store ?? openMemoryStore();
    this.fleet = of?.fleet ?? new Fleet(clock);
    this.engine = createEngine(
      {
        store: this.store,
        hosts: this.fleet,
        backups,
        allowedFiles: this.allowedFiles,
        secrets: this.secrets,
        signer: {
          sign: () => Promise.resolve({ algorithm: 'ed25519', sha256: '', publicKey: '', signature: '' }),
        },
        images: IMAGES,
        appliances: APPLIANCES,
        labTexts: { read: (text) => Promise.resolve(text).then(readLabFile) },
        clock,
        log: this.log,
        info: {
          version: '0.0.0',
          home: '/nowhere',
          pid: 1,
          node: 'v20',
          memoryBytes: () => 1,
          logs: () => [{ name: 'engine.log', text: 'a line' }],
        },
        sessions: this.sessions,
        apiDoor: memoryApiDoor(),
        lifecycle: {
          link: () => null,
          page: () => null,
          stop: () => {
            this.stopAsked += 1;
          },
          restore: () => Promise.resolve({ kept: null }),
        },
      },
      { checkOutputs: true },
    );
    this.client = createRouterClient(this.engine.router, { context: { actor: TESTER } });
  }

  /** Waits for the job of a command's answer; throws when it did not succeed. Null: there was no job. */
  async done(answer: { job: string | null } | Promise<{ job: string | null }>): Promise<Job | null> {
    const job = await this.ended(answer);
    if (job && job.state !== 'succeeded')
      throw new Error(`${textOf(job.title)}: ${job.state}: ${job.error?.message ?? ''}`);
    return job;
  }

  /** Waits for the job of a command's answer, however it ends. */
  async ended(answer: { job: string | null } | Promise<{ job: string | null }>): Promise<Job | null> {
    const { job } = await answer;
    if (job === null) return null;
    let last: Job | null = null;
    for await (const state of await this.client.jobs.follow({ job })) last = state;
    return last;
  }

  /** What is on a simulated host now, seen without the engine. */
  observe(host: string): Promise<ObservedHost> {
    return this.fleet.machine(host).observe(new AbortController().signal);
  }

  /** Adds simulated hosts to a cluster and waits until they are up; returns their ids. */
  async addHosts(count: number, how: { delayMs?: number; cluster?: string; prefix?: string } = {}): Promise<string[]> {
    const { delayMs = 0, cluster = 'Default', prefix = 'sim' } = how;
    const answers = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        this.client.hosts.add({ name: `${prefix}${i + 1}`, cluster, how: { kind: 'simulated', delayMs } }),
      ),
    );
    await Promise.all(answers.map((answer) => this.done(answer)));
    return answers.map((answer) => answer.host.id);
  }

  /** Waits until `check` holds; throws after `ms`. */
  async until(check: () => boolean | Promise<boolean>, timeout = 20_000): Promise<void> {
    await vi.waitUntil(check, { timeout, interval: 5 });
  }

  /** Types of the events after `seq`, in order. */
  eventTypes(seq = 0): string[] {
    return this.store.events.after(seq, 100_000).map((event) => event.type);
  }

  async close(): Promise<void> {
    await this.engine.stop();
    this.store.close();
  }
}

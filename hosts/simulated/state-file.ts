import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError, Cdrom, Hardware, ImageCopy, ImportedLines, Mac, NicModel, note, SeedFiles } from '../../contract';
import type { VmSpec } from '../../engine/ports/host-driver';
import type { SimState } from './state';

const seen = new Map<string, string>();

/** Equal texts of a file as one: a VM has the id of its store, and a MAC address stands in four places. */
function once<T extends string | null>(text: T): T {
  if (text === null) return text;
  const known = seen.get(text);
  if (known !== undefined) return known as T;
  seen.set(text, text);
  return text;
}

const Repeated = z.string().transform(once);
const RepeatedMac = Mac.transform(once);

const Bridge = z.object({
  name: Repeated,
  mac: z.string(),
  mtu: z.int(),
  up: z.boolean(),
  alias: z.string().nullable(),
  addresses: z.array(z.string()),
  ipv6Disabled: z.boolean(),
  stp: z.boolean(),
  forwardDelay: z.number(),
  multicastSnooping: z.boolean(),
  vlanFiltering: z.boolean(),
});

const Link = z.object({
  name: Repeated,
  kind: z.enum(['nic', 'veth', 'tap', 'bond', 'vlan', 'vxlan']),
  mac: Repeated,
  mtu: z.int(),
  up: z.boolean(),
  master: Repeated.nullable(),
  ipv6Disabled: z.boolean(),
  addresses: z.array(z.string()).optional(),
  alias: z.string().nullable().optional(),
  options: z.array(z.object({ name: z.string(), wanted: z.string(), actual: z.string() })).optional(),
  vlan: z.object({ parent: z.string(), tag: z.int() }).optional(),
  bondMode: z.string().optional(),
  speedMbps: z.int().optional(),
  end: z.object({ vni: z.int(), members: z.array(z.int()), faults: z.array(z.string()) }).optional(),
});

const Route = z.object({
  to: z.string(),
  via: z.string().nullable(),
  dev: z.string(),
  metric: z.number().nullable(),
});

const ServedSubnet = z.object({
  address: z.string(),
  pool: z.object({ from: z.string(), to: z.string() }).nullable(),
});

const Server = z.object({
  spec: z.object({
    ...{
      networkId: z.string(),
      bridge: z.string(),
      mtu: z.int(),
      port: z.string(),
      alias: z.string(),
      mac: z.string(),
    },
    ...{ ipv4: ServedSubnet.nullable(), ipv6: ServedSubnet.nullable(), domain: z.string() },
    ...{ dhcp: z.boolean(), dns: z.boolean(), leaseSeconds: z.number() },
    options: z.array(z.object({ code: z.int(), value: z.string() })),
    gateway: z
      .object({ mac: z.string(), ipv4: z.string().nullable(), ipv6: z.string().nullable().default(null) })
      .nullable(),
    // Older files have no guard.
    guard: z.boolean().default(false),
    vnics: z.array(
      z.object({ mac: z.string(), ipv4: z.string().nullable(), ipv6: z.string().nullable(), name: z.string() }),
    ),
    names: z.array(z.object({ name: z.string(), addresses: z.array(z.string()) })),
    ...{ settings: z.string(), records: z.string() },
  }),
  isRunning: z.boolean(),
  faults: z.array(z.string()),
  isOpen: z.boolean().optional(),
  unknown: z.array(z.string()).optional(),
});

const Tunnel = z.object({
  publicKey: z.string(),
  nextKey: z.string().nullable(),
  running: z
    .object({
      spec: z.object({
        ...{ namespace: z.string(), device: z.string(), alias: z.string(), number: z.int(), mtu: z.int() },
        ...{ port: z.int().nullable(), key: z.string().nullable(), settings: z.string() },
        peers: z.array(
          z.object({
            ...{ number: z.int(), publicKey: z.string(), nextKey: z.string().nullable() },
            ...{ endpoint: z.string().nullable(), vnis: z.array(z.int()) },
          }),
        ),
      }),
      endpoints: z.record(z.coerce.number(), z.string().nullable()),
    })
    .nullable(),
  faults: z.array(z.string()),
  heard: z.record(z.coerce.number(), z.number()),
});

const Seal = z.object({ device: Repeated, ingress: z.enum(['ok', 'wrong']), egress: z.enum(['ok', 'wrong']) });

const Addresses = z.array(z.object({ mac: RepeatedMac, address: z.string(), gateway: z.string().optional() }));

const Boot = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('tiny'),
    addresses: Addresses,
  }),
  z.object({
    kind: z.literal('image'),
    base: z.string().nullable(),
    format: z.enum(['qcow2', 'raw']),
    copy: ImageCopy.default('thin'),
    diskBytes: z.int().nullable().default(null),
    // Older files have another form, without addresses; the next start of the VM writes this one.
    seed: SeedFiles.nullable().catch(null),
    addresses: Addresses.default([]),
  }),
  // Older files have no format.
  z.object({ kind: z.literal('disk'), path: z.string(), format: z.enum(['qcow2', 'raw']).nullable().default(null) }),
  z.object({ kind: z.literal('devices') }),
  // Of files from before CD drives existed; `Spec` turns it into one.
  z.object({ kind: z.literal('iso'), path: z.string() }),
  z.object({ kind: z.literal('kernel'), kernel: z.string(), initrd: z.string().nullable(), append: z.string() }),
  z.object({ kind: z.literal('imported'), others: z.array(z.string()) }),
]);

const BootTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('disk'), id: z.string().nullable() }),
  z.object({ kind: z.literal('cdrom'), name: z.string() }),
  z.object({ kind: z.literal('vnic'), mac: Mac }),
]);

const Spec = z
  .object({
    id: z.string(),
    name: z.string(),
    memoryMiB: z.int(),
    cpus: z.int(),
    boot: Boot,
    // Older files have no disks.
    disks: z
      .array(
        z.object({
          ...{ id: z.string(), bus: z.enum(['virtio', 'sata', 'scsi']), format: z.enum(['qcow2', 'raw']) },
          ...{ sizeBytes: z.number(), readOnly: z.boolean(), discard: z.boolean() },
        }),
      )
      .default([]),
    cdroms: z.array(Cdrom).optional(),
    hardware: Hardware.extend({
      // Older files lack these.
      diskBus: Hardware.shape.diskBus.default('virtio'),
      bootOrder: Hardware.shape.bootOrder.default([]),
      cpuModel: Hardware.shape.cpuModel.default('host'),
      cpuTopology: Hardware.shape.cpuTopology.default('sockets'),
      machine: Hardware.shape.machine.default('q35'),
    }).optional(),
    bootOrder: z.array(BootTarget).optional(),
    vnics: z.array(
      z.object({
        ...{ id: Repeated, mac: RepeatedMac, bridge: Repeated.nullable(), linked: z.boolean(), mtu: z.int() },
        model: NicModel.optional(),
      }),
    ),
  })
  .transform((spec): VmSpec => {
    const { boot } = spec;
    // No copy of the others: 10,000 of them would each have a hidden class of its own in V8, by the spread.
    if (boot.kind !== 'iso') return Object.assign(spec, { boot });
    return { ...spec, boot: { kind: 'devices' }, cdroms: [{ name: 'cd1', path: boot.path }] };
  });

const LiveVnic = z.object({
  id: Repeated,
  mac: RepeatedMac,
  tap: Repeated,
  bridge: Repeated.nullable(),
  linked: z.boolean(),
});

const SavedVm = z.object({
  spec: Spec,
  storeId: Repeated.nullable(),
  kept: z.boolean().optional(),
  lines: ImportedLines.optional(),
  noted: z.array(z.string()).optional(),
  state: z.enum(['down', 'powering_up', 'up', 'powering_down', 'reboot_in_progress', 'suspended', 'paused']),
  until: z.number().nullable(),
  why: z.string().nullable(),
  live: z.object({ memoryMiB: z.int(), vnics: z.array(LiveVnic) }).nullable(),
  transcript: z.string(),
  parts: z.array(z.object({ id: z.string(), what: z.string(), xml: z.string(), canCarry: z.boolean() })).optional(),
});

const Saved = z.object({
  format: z.literal(1),
  bootId: z.string(),
  powered: z.boolean(),
  nextTap: z.int(),
  // Older files have no fault plan.
  bornAt: z.number().nullable().default(null),
  bridges: z.array(Bridge),
  links: z.array(Link),
  // Older files have no *Setup networks* state.
  routes: z.array(Route).default([]),
  dhcp: z.array(z.string()).default([]),
  seals: z.array(Seal),
  // Older files have no servers.
  servers: z.array(Server).default([]),
  tunnel: Tunnel.optional(),
  vms: z.array(SavedVm),
  // Older files have no snapshots.
  snapshots: z.array(z.object({ key: z.string(), withMemory: z.boolean(), transcript: z.string() })).default([]),
});

function serialize(state: SimState): string {
  const saved: z.input<typeof Saved> = {
    format: 1,
    bootId: state.bootId,
    powered: state.powered,
    nextTap: state.nextTap,
    bornAt: state.bornAt,
    bridges: [...state.bridges.values()],
    links: [...state.links.values()],
    routes: state.routes,
    dhcp: [...state.dhcp],
    seals: [...state.seals].map(([device, seal]) => ({ device, ...seal })),
    servers: [...state.servers.values()] as z.input<typeof Server>[],
    tunnel: state.tunnel as z.input<typeof Tunnel> | undefined,
    snapshots: [...state.snapshots].map(([key, kept]) => ({ key, ...kept })),
    vms: [...state.vms.values()].map((vm) => ({ ...vm, spec: { ...vm.spec } as z.input<typeof Spec> })),
  };
  return JSON.stringify(saved);
}

function read(text: string): z.output<typeof Saved> {
  try {
    return Saved.parse(JSON.parse(text));
  } finally {
    seen.clear();
  }
}

function parse(text: string): SimState {
  const saved = read(text);
  return {
    bootId: saved.bootId,
    powered: saved.powered,
    nextTap: saved.nextTap,
    bornAt: saved.bornAt,
    bridges: new Map(saved.bridges.map((bridge) => [bridge.name, bridge])),
    links: new Map(saved.links.map((link) => [link.name, link])),
    routes: saved.routes,
    dhcp: new Set(saved.dhcp),
    seals: new Map(saved.seals.map(({ device, ...seal }) => [device, seal])),
    servers: new Map(saved.servers.map((server) => [server.spec.port, server])),
    tunnel: saved.tunnel,
    vms: new Map(saved.vms.map((vm) => [vm.spec.id, vm])),
    snapshots: new Map(saved.snapshots.map(({ key, ...kept }) => [key, kept])),
  };
}

/**
 * The persistent state of a simulated host. Without a path (null) it is in memory only. It writes to a temporary file and renames
 * it, so that a reader finds either the old or the new state. It does not sync: after a crash of the whole computer, the state can
 * be minutes old.
 */
export class StateFile {
  readonly #path: string | null;
  #waiting: Promise<void> | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string | null) {
    this.#path = path;
  }

  /** The saved state, or null if there is none. Throws AppError STORE_FAILED for an invalid file. */
  async load(): Promise<SimState | null> {
    if (this.#path === null) return null;
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    try {
      return parse(text);
    } catch (cause) {
      throw new AppError('STORE_FAILED', `The state of the simulated host in ${this.#path} cannot be read`, {
        remedy: note('Move the file away; the simulated host then starts over, without its bridges and VMs.'),
        cause,
      });
    }
  }

  /** Resolves when the current state is in the file. Calls during a write share the next write. */
  save(state: SimState): Promise<void> {
    const path = this.#path;
    if (path === null) return Promise.resolve();
    this.#waiting ??= this.#last.then(() => {
      this.#waiting = null;
      const writing = write(path, serialize(state));
      // The caller gets the error of a failed write; the next write only waits for its end.
      this.#last = writing.then(
        () => undefined,
        () => undefined,
      );
      return writing;
    });
    return this.#waiting;
  }

  async remove(): Promise<void> {
    await this.#last;
    if (this.#path !== null) await rm(this.#path, { force: true });
  }
}

async function write(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(beside, text, { mode: 0o600 });
  await rename(beside, path);
}

import type { Vm } from '../../contract';
import { isRunning, whyNoScreen } from '../../contract/state/vm';
import { type Ask, type Searched, collection } from '../table';
import type { Doc } from '../wire/doc';
import { Fault, OPERATION_FAILED, incomplete, unsupported } from '../wire/fault';
import { type Rep, refTo } from '../wire/rep';
import { existingVm } from '../world';
import {
  clusterRef,
  commentIn,
  given,
  hostRef,
  nameIn,
  neededRef,
  showFigure,
  textOfRef,
  textsOf,
  toBytes,
  toMiB,
  vmRef,
} from './shared';
import { bootOf, templateOf } from './templates';

/** The VM of the path. */
export const vmIn = ({ world, ids }: Ask): Promise<Vm> => existingVm(world, ids['vms'] ?? '');

const vmsSearched: Searched<Vm> = async ({ world }) => {
  const [clusters, hosts, dataCenters, networks] = await Promise.all([
    world.clusters(),
    world.hosts(),
    world.dataCenters(),
    world.networks(),
  ]);
  return (row) => {
    const host = row.hostId !== null && isRunning(row.state) ? hosts.byId.get(row.hostId)?.name : undefined;
    const cluster = clusters.byId.get(row.clusterId)?.name;
    const place = dataCenters.byId.get(row.dataCenterId)?.name;
    return {
      id: row.id,
      name: row.name,
      comment: row.comment,
      description: row.comment,
      status: row.state,
      host,
      'hosts.name': host,
      cluster,
      'clusters.name': cluster,
      datacenter: place,
      'datacenters.name': place,
      memory: row.memoryMiB,
      mem: row.memoryMiB,
      cpus: row.cpus,
      tag: [],
      template: templateOf(row),
      'networks.name': row.vnics.flatMap(({ networkId }) =>
        networkId === null ? [] : (networks.byId.get(networkId)?.name ?? []),
      ),
    };
  };
};

const FIRMWARE = { bios: 'q35_sea_bios', uefi: 'q35_ovmf', 'uefi-secure': 'q35_secure_boot' } as const;
/** oVirt has no i440fx with UEFI. */
const OLD_MACHINE = 'i440fx_sea_bios';

const biosType = ({ machine, firmware }: Vm['hardware']): string =>
  machine === 'i440fx' && firmware === 'bios' ? OLD_MACHINE : FIRMWARE[firmware];

function showVm(ask: Ask, row: Vm): Rep {
  const bytes = toBytes(row.memoryMiB);
  const runs = isRunning(row.state);
  const console = ask.consoles.at(row.id);
  const template = templateOf(row);
  return {
    name: row.name,
    ...textsOf(row),
    status: row.state,
    memory: bytes,
    cpu: { architecture: 'x86_64', topology: { cores: row.cpus, sockets: 1, threads: 1 } },
    cpu_shares: 0,
    cluster: clusterRef(ask, row.clusterId),
    ...(row.hostId !== null && runs ? { host: hostRef(ask, row.hostId) } : {}),
    template: refTo(ask.href('templates', template), template),
    original_template: refTo(ask.href('templates', template), template),
    type: 'server',
    origin: 'ovirt',
    stateless: false,
    delete_protected: false,
    run_once: false,
    start_paused: false,
    next_run_configuration_exists: false,
    bios: { boot_menu: { enabled: false }, type: biosType(row.hardware) },
    display: {
      type: 'vnc',
      monitors: whyNoScreen(row.boot) === null ? 1 : 0,
      allow_override: false,
      copy_paste_enabled: false,
      file_transfer_enabled: false,
      smartcard_enabled: false,
      disconnect_action: 'NONE',
      ...(console === null || !runs ? {} : { address: console.host, port: console.port }),
    },
    high_availability: { enabled: false, priority: 0 },
    io: { threads: 0 },
    memory_policy: { guaranteed: bytes, max: bytes, ballooning: false },
    migration: { auto_converge: 'inherit', compressed: 'inherit', encrypted: 'inherit' },
    migration_downtime: -1,
    os: {
      type: 'other',
      boot: { devices: { device: bootDevicesOf(row) } },
    },
    placement_policy: {
      affinity: 'migratable',
      ...(row.hostId === null ? {} : { hosts: { host: [hostRef(ask, row.hostId)] } }),
    },
    soundcard_enabled: row.hardware.sound !== 'none',
    sso: { methods: {} },
    time_zone: { name: row.hardware.clock === 'utc' ? 'Etc/GMT' : 'local' },
    tpm_enabled: false,
    usb: { enabled: false },
    creation_time: row.createdAt,
    ...(row.startedAt !== null && runs ? { start_time: row.startedAt } : {}),
  };
}

const BOOT_DEVICES = { disk: ['hd'], cdrom: ['cdrom', 'hd'], network: ['network', 'hd'] } as const;
const KINDS: Readonly<Record<string, string>> = { disk: 'hd', cdrom: 'cdrom', vnic: 'network' };

/** The kinds of devices in boot order; the API of oVirt names no single ones here. */
function bootDevicesOf({ hardware: { bootOrder, bootFirst } }: Vm): string[] {
  if (bootOrder.length === 0) return [...BOOT_DEVICES[bootFirst]];
  return [...new Set(bootOrder.map((device) => KINDS[device.slice(0, device.indexOf(':'))] ?? 'hd'))];
}

function memoryIn(body: Doc): number | undefined {
  const bytes = body.int('memory');
  return bytes === undefined ? undefined : toMiB(bytes);
}

function cpusIn(body: Doc): number | undefined {
  const topology = body.child('cpu')?.child('topology');
  if (!topology) return undefined;
  const of = (name: string): number => topology.int(name) ?? 1;
  return of('cores') * of('sockets') * of('threads');
}

/** The kinds of devices that a request boots from. */
const bootKindsIn = (body: Doc): string[] =>
  (body.child('os')?.child('boot')?.list('devices', 'device') ?? []).map((device) => device.text.trim());

/** Hardware that a request names; what Atoll has no choice for is left as it is. */
function hardwareIn(body: Doc): Record<string, string> {
  const bios = body.str('bios', 'type')?.trim().toLowerCase();
  const found = Object.entries(FIRMWARE).find(([, type]) => type === bios)?.[0];
  const firmware = bios === OLD_MACHINE ? 'bios' : found;
  const machine = bios === OLD_MACHINE ? 'i440fx' : found === undefined ? undefined : 'q35';
  const [first] = bootKindsIn(body);
  const bootFirst = { cdrom: 'cdrom', hd: 'disk', network: 'network' }[first ?? ''];
  return given({ firmware, machine, bootFirst }) as Record<string, string>;
}

/** A VM of a template, which in Atoll is its boot source. */
async function addVm(ask: Ask, body: Doc): Promise<{ id: string; job: string | null }> {
  const name = nameIn(body, 'Vm');
  const cluster = neededRef(body, 'cluster', 'Vm');
  const template = body.ref('template');
  if (template === null) throw incomplete('Vm', 'add', ['template.id|name']);
  // Left out, it would make an empty VM in place of a copy.
  if ((body.list('snapshots', 'snapshot') ?? []).length > 0) throw unsupported('A VM of a snapshot');
  const wanted = body.child('placement_policy')?.list('hosts', 'host')?.[0] ?? null;
  const host = wanted === null ? undefined : (wanted.id ?? wanted.str('name')?.trim());
  const hardware = hardwareIn(body);
  const { vm, job } = await ask.client.vms.add({
    name,
    cluster,
    comment: commentIn(body) ?? '',
    boot: await bootOf(ask, template, body.child('initialization')),
    ...given({ host, memoryMiB: memoryIn(body), cpus: cpusIn(body) }),
    ...(Object.keys(hardware).length === 0 ? {} : { hardware }),
  });
  return { id: vm.id, job };
}

/** The host that a start or migration names. */
function hostIn(body: Doc): string | undefined {
  const direct = body.ref('host');
  if (direct !== null) return textOfRef(direct);
  const placed = body.child('vm')?.child('placement_policy')?.list('hosts', 'host')?.[0];
  return placed?.id ?? placed?.str('name')?.trim();
}

function assertPlainStart(body: Doc): void {
  for (const flag of ['pause', 'volatile']) if (body.bool(flag)) throw unsupported(`The option ${flag} of a start`);
  if (body.child('vm')?.child('initialization') && body.bool('use_cloud_init'))
    throw unsupported('Cloud-init at a start (give it when the VM is added)');
}

export const VMS = collection<Vm>({
  path: 'vms',
  tag: 'vm',
  tags: 'vms',
  calls: ['vms.list'],
  items: async ({ world }) => (await world.vms()).all,
  id: ({ id }) => id,
  one: ({ world }, id) => existingVm(world, id),
  show: showVm,
  searched: vmsSearched,
  links: [
    'nics',
    'diskattachments',
    'snapshots',
    'graphicsconsoles',
    'statistics',
    'cdroms',
    'reporteddevices',
    'permissions',
    'tags',
  ],
  empty: {
    affinitylabels: ['affinity_labels', 'affinity_label'],
    applications: ['applications', 'application'],
    backups: ['backups', 'backup'],
    checkpoints: ['checkpoints', 'checkpoint'],
    hostdevices: ['host_devices', 'host_device'],
    katelloerrata: ['katello_errata', 'katello_erratum'],
    mediateddevices: ['vm_mediated_devices', 'vm_mediated_device'],
    numanodes: ['vm_numa_nodes', 'vm_numa_node'],
    sessions: ['sessions', 'session'],
    watchdogs: ['watchdogs', 'watchdog'],
  },
  add: {
    calls: ['vms.add'],
    waits: 'work',
    reads: ['name', 'cluster', 'template', 'memory', 'cpu', 'placement_policy', 'bios', 'os.boot', 'initialization'],
    note: 'Of the template Blank it boots its own disks and CDs; `atoll-tiny-guest` boots the tiny guest',
    run: addVm,
  },
  update: {
    calls: ['vms.update'],
    waits: 'work',
    reads: ['name', 'description', 'comment', 'memory', 'cpu', 'bios', 'os.boot'],
    run: ({ client }, row, body) => {
      const [memoryMiB, cpus] = [memoryIn(body), cpusIn(body)];
      const hardware = Object.fromEntries(
        Object.entries(hardwareIn(body)).filter(([key, value]) => Reflect.get(row.hardware, key) !== value),
      );
      // Another sequence of kinds replaces an order of single devices; the same one leaves it.
      const kinds = bootKindsIn(body);
      if (kinds.join() === bootDevicesOf(row).join()) delete hardware['bootFirst'];
      const bootOrder =
        kinds.length > 0 && row.hardware.bootOrder.length > 0 && kinds.join() !== bootDevicesOf(row).join();
      return client.vms.update({
        vm: row.id,
        ...given({
          name: body.str('name'),
          comment: commentIn(body),
          // What is unchanged is not asked for: of a running VM it could not be changed.
          memoryMiB: memoryMiB === row.memoryMiB ? undefined : memoryMiB,
          cpus: cpus === row.cpus ? undefined : cpus,
        }),
        ...(Object.keys(hardware).length === 0 && !bootOrder
          ? {}
          : { hardware: { ...hardware, ...(bootOrder ? { bootOrder: [] } : {}) } }),
      });
    },
  },
  remove: {
    calls: ['vms.remove'],
    waits: 'work',
    reads: ['detach_only (query)'],
    run: ({ client, query }, { id }) => client.vms.remove({ vm: id, keepDisks: query.get('detach_only') === 'true' }),
  },
  actions: {
    start: {
      calls: ['vms.start'],
      waits: 'work',
      reads: ['host', 'vm.placement_policy'],
      run: ({ client }, { id }, body) => {
        assertPlainStart(body);
        return client.vms.start({ vm: id, ...given({ host: hostIn(body) }) });
      },
    },
    stop: { calls: ['vms.stop'], waits: 'work', run: ({ client }, { id }) => client.vms.stop({ vm: id }) },
    shutdown: { calls: ['vms.shutdown'], waits: 'none', run: ({ client }, { id }) => client.vms.shutdown({ vm: id }) },
    reboot: { calls: ['vms.reboot'], waits: 'none', run: ({ client }, { id }) => client.vms.reboot({ vm: id }) },
    reset: { calls: ['vms.reset'], waits: 'work', run: ({ client }, { id }) => client.vms.reset({ vm: id }) },
    suspend: { calls: ['vms.suspend'], waits: 'none', run: ({ client }, { id }) => client.vms.suspend({ vm: id }) },
    migrate: {
      calls: ['vms.move'],
      waits: 'none',
      reads: ['host'],
      note: 'Atoll moves stopped VMs, with their disks',
      run: ({ client }, { id }, body) => {
        const host = hostIn(body);
        if (host === undefined) throw incomplete('Action', 'migrate', ['host.id|name']);
        return client.vms.move({ vm: id, host });
      },
    },
    clone: {
      calls: ['vms.clone'],
      waits: 'none',
      reads: ['vm.name'],
      run: ({ client }, { id }, body) => {
        const name = body.str('vm', 'name')?.trim();
        if (!name) throw incomplete('Action', 'clone', ['vm.name']);
        return client.vms.clone({ vm: id, name });
      },
    },
    ticket: {
      calls: ['vms.screen', 'vms.screenWrite'],
      note: 'Opens a VNC port on 127.0.0.1 for the password in the answer, until it expires',
      reads: ['ticket.value', 'ticket.expiry'],
      run: async (ask, row, body) => ({ job: null, reply: await ticketFor(ask, row, body) }),
    },
  },
  refused: {
    autopincpuandnumanodes: 'CPUs are not pinned',
    cancelmigration: 'A move is cancelled as a job',
    commitsnapshot: 'Snapshots are reverted at once',
    detach: 'There are no pools',
    export: 'There is no export domain',
    freezefilesystems: 'Guests are not frozen',
    logon: 'Nobody is logged on to guests',
    maintenance: 'There is no hosted engine',
    previewsnapshot: 'Snapshots are reverted at once',
    reordermacaddresses: 'MAC addresses stay as they are',
    screenshot: 'Screens are shown, and not photographed',
    thawfilesystems: 'Guests are not frozen',
    undosnapshot: 'Snapshots are reverted at once',
  },
});

function statusIllegal(name: string, state: string): Fault {
  const words = `Cannot open its console. VM ${name} is ${state.replaceAll('_', ' ')}.`;
  return new Fault(409, OPERATION_FAILED, `[ACTION_TYPE_FAILED_VM_STATUS_ILLEGAL: ${words}]`);
}

/** Opens the screen of a VM for a password; the answer of the action ticket. */
async function ticketFor(ask: Ask, row: Vm, body: Doc): Promise<Rep> {
  const why = whyNoScreen(row.boot);
  if (why !== null) throw new Fault(409, OPERATION_FAILED, `[${why}]`);
  if (!isRunning(row.state)) throw statusIllegal(row.name, row.state);
  const ticket = await ask.consoles.open(row.id, {
    value: body.str('ticket', 'value')?.trim() || undefined,
    seconds: body.int('ticket', 'expiry'),
  });
  return { ticket: { value: ticket.value, expiry: ticket.seconds } };
}

/** oVirt's id of the one VNC console of a VM: the word VNC in hexadecimal digits. */
const VNC = '564e43';

export const CONSOLES = collection<Vm>({
  path: 'vms/{vms}/graphicsconsoles',
  tag: 'graphics_console',
  tags: 'graphics_consoles',
  calls: ['vms.show'],
  items: async (ask) => {
    const vm = await vmIn(ask);
    return whyNoScreen(vm.boot) === null ? [vm] : [];
  },
  id: () => VNC,
  show: (ask, vm) => {
    const console = isRunning(vm.state) ? ask.consoles.at(vm.id) : null;
    return {
      protocol: 'vnc',
      vm: vmRef(ask, vm.id),
      ...(console === null ? {} : { address: console.host, port: console.port }),
    };
  },
  note: 'With `Accept: application/x-virt-viewer` it is a file for remote-viewer, with a password that expires',
  actions: {
    ticket: {
      calls: ['vms.screen', 'vms.screenWrite'],
      reads: ['ticket.value', 'ticket.expiry'],
      run: async (ask, vm, body) => ({ job: null, reply: await ticketFor(ask, vm, body) }),
    },
    remoteviewerconnectionfile: {
      calls: ['vms.screen', 'vms.screenWrite'],
      run: async (ask, vm, body) => {
        await ticketFor(ask, vm, body);
        return { job: null, reply: { remote_viewer_connection_file: ask.consoles.file(vm) } };
      },
    },
  },
  refused: { proxyticket: 'There is no proxy of consoles' },
});

export const VM_STATISTICS = collection<{ readonly name: string; readonly value: number }>({
  path: 'vms/{vms}/statistics',
  tag: 'statistic',
  tags: 'statistics',
  calls: ['vms.show'],
  items: async (ask) => [{ name: 'memory.installed', value: toBytes((await vmIn(ask)).memoryMiB) }],
  id: ({ name }) => name,
  show: (ask, { name, value }) => ({
    ...showFigure({ name, description: 'Total memory configured', unit: 'bytes', value }),
    vm: vmRef(ask, ask.ids['vms'] ?? ''),
  }),
});

import type { Disk, Host, Vm } from '../../contract';
import { hasBootDisk } from '../../contract/state/vm';
import { type Ask, type Searched, collection } from '../table';
import { type Doc, EMPTY } from '../wire/doc';
import { Fault, OPERATION_FAILED, incomplete, notFound, unsupported } from '../wire/fault';
import { type Rep, refTo } from '../wire/rep';
import { existing } from '../world';
import { dataCenterRef, derivedId, given, hostRef, vmRef } from './shared';
import { vmIn } from './vms';

/** A disk of a VM; `own` null: the one of its boot source. */
interface VmDisk {
  readonly id: string;
  readonly vm: Vm;
  readonly own: Disk | null;
}

const INTERFACES = { virtio: 'virtio', sata: 'sata', scsi: 'virtio_scsi' } as const;

const disksOf = (vm: Vm): VmDisk[] => [
  ...(hasBootDisk(vm.boot) ? [{ id: derivedId(vm.id, 'boot'), vm, own: null }] : []),
  ...vm.disks.map((own) => ({ id: own.id, vm, own })),
];

const domainNameOf = ({ name }: Host): string => `${name} (local)`;
const domainOf = (hostId: string): string => derivedId('storage', hostId);

/** The size of a boot disk that is its image's own. */
async function sizeOf({ world }: Ask, { vm, own }: VmDisk): Promise<number> {
  if (own !== null) return own.sizeBytes;
  if (vm.boot.kind !== 'image') return 0;
  const { diskBytes, imageId } = vm.boot;
  if (diskBytes !== null || imageId === null) return diskBytes ?? 0;
  return (await world.images()).byId.get(imageId)?.virtualBytes ?? 0;
}

async function showDisk(ask: Ask, disk: VmDisk): Promise<Rep> {
  const { own, vm } = disk;
  const name = own?.name ?? 'boot';
  const bytes = await sizeOf(ask, disk);
  const domain = vm.hostId === null ? null : domainOf(vm.hostId);
  return {
    name,
    alias: name,
    description: `${name} of ${vm.name}`,
    comment: '',
    status: vm.state === 'image_locked' ? 'locked' : 'ok',
    storage_type: 'image',
    content_type: 'data',
    format: own?.format === 'raw' ? 'raw' : 'cow',
    sparse: true,
    shareable: false,
    propagate_errors: false,
    wipe_after_delete: false,
    backup: 'none',
    provisioned_size: bytes,
    actual_size: bytes,
    total_size: bytes,
    qcow_version: 'qcow2_v3',
    image_id: disk.id,
    vms: { vm: [vmRef(ask, vm.id)] },
    ...(domain === null
      ? {}
      : { storage_domains: { storage_domain: [refTo(ask.href('storagedomains', domain), domain)] } }),
  };
}

const disksSearched: Searched<VmDisk> = async ({ world }) => {
  const hosts = (await world.hosts()).byId;
  return ({ id, own, vm }) => {
    const name = own?.name ?? 'boot';
    const host = vm.hostId === null ? undefined : hosts.get(vm.hostId);
    const domain = host && domainNameOf(host);
    return {
      ...{ id, name, alias: name, status: 'ok', disk_type: 'image', provisioned_size: own?.sizeBytes },
      ...{ 'vms.name': vm.name, 'vms.id': vm.id, vm_names: vm.name, 'storages.name': domain, storage: domain },
    };
  };
};

export const DISKS = collection<VmDisk>({
  path: 'disks',
  tag: 'disk',
  tags: 'disks',
  calls: ['vms.list', 'disks.list'],
  items: async ({ world }) => (await world.vms()).all.flatMap(disksOf),
  id: ({ id }) => id,
  show: showDisk,
  searched: disksSearched,
  links: ['permissions'],
  empty: { statistics: ['statistics', 'statistic'], disksnapshots: ['disk_snapshots', 'disk_snapshot'] },
  note: 'Each belongs to a VM: `/vms/{id}/diskattachments` adds them',
  update: {
    calls: ['disks.resize'],
    waits: 'work',
    reads: ['provisioned_size'],
    run: (ask, disk, body) => {
      assertSameName(disk, body);
      return resize(ask, disk, body.int('provisioned_size'));
    },
  },
  remove: { calls: ['disks.remove'], waits: 'work', run: (ask, disk) => removeDisk(ask, disk) },
  refused: {
    copy: 'Disks are copied with their VMs',
    export: 'There is no export domain',
    move: 'Disks are moved with their VMs',
    reduce: 'Disks only grow',
    convert: 'Disks keep their format',
    refreshlun: 'There are no LUNs',
    register: 'Disks are found with their VMs',
    sparsify: 'Guests free their blocks themselves',
  },
});

/** Disks keep their names; a request for another one is not to be answered as if it were done. */
function assertSameName({ own }: VmDisk, body: Doc): void {
  const name = (body.str('name') || body.str('alias'))?.trim();
  if (name && name !== (own?.name ?? 'boot')) throw unsupported('Renaming a disk');
}

/** The disks of VMs on the host whose domain it is. */
export const STORAGE_DISKS = collection<VmDisk>({
  path: 'storagedomains/{storagedomains}/disks',
  tag: 'disk',
  tags: 'disks',
  home: 'disks',
  calls: ['vms.list', 'disks.list'],
  items: async ({ world, ids }) =>
    (await world.vms()).all
      .filter(({ hostId }) => hostId !== null && domainOf(hostId) === ids['storagedomains'])
      .flatMap(disksOf),
  id: ({ id }) => id,
  show: showDisk,
  searched: disksSearched,
});

async function resize(ask: Ask, disk: VmDisk, bytes: number | undefined): Promise<{ job: string | null }> {
  if (bytes === undefined || bytes === (await sizeOf(ask, disk))) return { job: null };
  return ask.client.disks.resize({ vm: disk.vm.id, disk: disk.own?.id ?? 'boot', sizeBytes: bytes });
}

async function removeDisk({ client }: Ask, { vm, own }: VmDisk): Promise<{ job: string | null }> {
  if (own === null) throw new Fault(409, OPERATION_FAILED, '[The disk of the boot source stays with its VM.]');
  return client.disks.remove({ vm: vm.id, disk: own.id });
}

export const DISK_ATTACHMENTS = collection<VmDisk>({
  path: 'vms/{vms}/diskattachments',
  tag: 'disk_attachment',
  tags: 'disk_attachments',
  calls: ['vms.show'],
  items: async (ask) => disksOf(await vmIn(ask)),
  id: ({ id }) => id,
  show: (ask, { id, vm, own }) => ({
    active: true,
    bootable: own === null || (vm.boot.kind === 'devices' && vm.disks[0]?.id === id),
    interface: INTERFACES[own?.bus ?? vm.hardware.diskBus],
    read_only: own?.readOnly ?? false,
    pass_discard: own?.discard ?? false,
    uses_scsi_reservation: false,
    disk: refTo(ask.href('disks', id), id),
    vm: vmRef(ask, vm.id),
  }),
  add: {
    calls: ['disks.add'],
    waits: 'work',
    reads: ['disk (provisioned_size, name, format)', 'interface', 'read_only', 'pass_discard'],
    run: (ask, body) => addDisk(ask, body),
  },
  update: {
    calls: ['disks.resize'],
    waits: 'work',
    reads: ['disk.provisioned_size'],
    run: (ask, disk, body) => {
      assertSameName(disk, body.child('disk') ?? EMPTY);
      return resize(ask, disk, body.int('disk', 'provisioned_size'));
    },
  },
  remove: { calls: ['disks.remove'], waits: 'work', run: (ask, disk) => removeDisk(ask, disk) },
});

async function addDisk(ask: Ask, body: Doc): Promise<{ id: string; job: string | null }> {
  const vm = await vmIn(ask);
  const asked = body.child('disk');
  if (asked?.id !== undefined) throw unsupported('Attaching an existing disk (each belongs to its VM)');
  const sizeBytes = asked?.int('provisioned_size') ?? asked?.int('size');
  if (asked === null || sizeBytes === undefined) throw incomplete('DiskAttachment', 'add', ['disk.provisionedSize']);
  const kind = body.str('interface')?.trim().toLowerCase();
  const bus = Object.entries(INTERFACES).find(([, name]) => name === kind)?.[0];
  if (kind && bus === undefined) throw unsupported(`A disk on ${kind}`);
  const format = asked.str('format')?.trim().toLowerCase();
  const { disk, job } = await ask.client.disks.add({
    vm: vm.id,
    sizeBytes,
    ...given({
      name: asked.str('name')?.trim() || asked.str('alias')?.trim() || undefined,
      bus: bus as keyof typeof INTERFACES | undefined,
      format: format === 'raw' ? ('raw' as const) : undefined,
      readOnly: body.bool('read_only'),
      discard: body.bool('pass_discard'),
    }),
  });
  return { id: disk.id, job };
}

/** oVirt keeps disks in storage domains; Atoll in a folder of each host, which is shown as a local one. */
export const STORAGE_DOMAINS = collection<Host>({
  path: 'storagedomains',
  tag: 'storage_domain',
  tags: 'storage_domains',
  calls: ['hosts.list'],
  items: async ({ world }) => (await world.hosts()).all,
  id: ({ id }) => domainOf(id),
  show: (ask, host) => showDomain(ask, host),
  searched: async () => (host) => ({ id: domainOf(host.id), name: domainNameOf(host), status: 'active', type: 'data' }),
  links: ['disks', 'permissions'],
  empty: {
    disksnapshots: ['disk_snapshots', 'disk_snapshot'],
    diskprofiles: ['disk_profiles', 'disk_profile'],
    files: ['files', 'file'],
    images: ['images', 'image'],
    templates: ['templates', 'template'],
    vms: ['vms', 'vm'],
    storageconnections: ['storage_connections', 'storage_connection'],
  },
  refused: {
    isattached: 'Each domain is that of a host',
    reduceluns: 'There are no LUNs',
    refreshluns: 'There are no LUNs',
    updateovfstore: 'Definitions of VMs are in the database',
  },
  note: 'One for each host: the folder with its disks. Read only',
});

async function showDomain(ask: Ask, host: Host): Promise<Rep> {
  const { id, name, clusterId, state } = host;
  const place = (await ask.world.clusters()).byId.get(clusterId)?.dataCenterId;
  return {
    name: domainNameOf(host),
    description: `The disks that ${name} has`,
    comment: '',
    type: 'data',
    status: state === 'up' ? 'active' : 'inactive',
    external_status: 'ok',
    master: false,
    backup: false,
    discard_after_delete: false,
    supports_discard: false,
    supports_discard_zeroes_data: false,
    wipe_after_delete: false,
    storage: { type: 'localfs', path: '' },
    storage_format: 'v5',
    host: hostRef(ask, id),
    ...(place === undefined ? {} : { data_centers: { data_center: [dataCenterRef(ask, place)] } }),
  };
}

export const DATA_CENTER_STORAGE = collection<Host>({
  path: 'datacenters/{datacenters}/storagedomains',
  linksOf: 'storagedomains',
  tag: 'storage_domain',
  tags: 'storage_domains',
  calls: ['hosts.list'],
  items: async ({ world, ids }) => {
    const { id } = await existing(world.dataCenters(), ids['datacenters'] ?? '', 'Data Center');
    const clusters = (await world.clusters()).byId;
    return (await world.hosts()).all.filter(({ clusterId }) => clusters.get(clusterId)?.dataCenterId === id);
  },
  id: ({ id }) => domainOf(id),
  show: (ask, host) => showDomain(ask, host),
  refused: {
    activate: 'Each domain is as active as its host',
    deactivate: 'Each domain is as active as its host',
  },
});

/** `isThere` false: oVirt's VMs always have a drive, so clients take the first one; Atoll's have one once a CD goes into it. */
interface Drive {
  readonly vm: Vm;
  readonly name: string;
  readonly path: string | null;
  readonly isThere: boolean;
}

const drivesOf = (vm: Vm): Drive[] =>
  vm.cdroms.length === 0
    ? [{ vm, name: FIRST_DRIVE, path: null, isThere: false }]
    : vm.cdroms.map(({ name, path }) => ({ vm, name, path, isThere: true }));

/** The name that the engine gives to the first drive of a VM. */
const FIRST_DRIVE = 'cd1';

export const CDROMS = collection<Drive>({
  path: 'vms/{vms}/cdroms',
  tag: 'cdrom',
  tags: 'cdroms',
  calls: ['vms.show'],
  items: async (ask) => drivesOf(await vmIn(ask)),
  id: ({ vm, name }) => derivedId(vm.id, name),
  show: (ask, { vm, name, path }) => ({
    name,
    vm: vmRef(ask, vm.id),
    ...(path === null ? {} : { file: { id: path } }),
  }),
  note: 'A file is named by its path, in a folder that was allowed (`atoll folder allow`)',
  add: {
    calls: ['cdroms.add'],
    waits: 'work',
    reads: ['file.id'],
    run: async (ask, body) => {
      const before = await vmIn(ask);
      const { vm, job } = await ask.client.cdroms.add({ vm: before.id, path: body.child('file')?.id ?? null });
      const added = vm.cdroms.find(({ name }) => !before.cdroms.some((each) => each.name === name));
      if (added === undefined) throw notFound('CD drive');
      return { id: derivedId(vm.id, added.name), job };
    },
  },
  update: {
    calls: ['cdroms.change', 'cdroms.add'],
    waits: 'work',
    reads: ['file.id; empty: eject'],
    run: async ({ client }, { vm, name, path: now, isThere }, body) => {
      const path = body.child('file')?.id ?? null;
      if (path === now) return { job: null };
      if (!isThere) return client.cdroms.add({ vm: vm.id, path });
      return client.cdroms.change({ vm: vm.id, drive: name, path });
    },
  },
  remove: {
    calls: ['cdroms.remove'],
    waits: 'work',
    run: async ({ client }, { vm, name, isThere }) =>
      isThere ? client.cdroms.remove({ vm: vm.id, drive: name }) : { job: null },
  },
});

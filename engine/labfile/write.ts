import { Document } from 'yaml';
import {
  type Boot,
  LABFILE_VERSION,
  type LabFile,
  type LabFileHost,
  type LabFileNetwork,
  type LabFileVm,
  type NetworkServices,
  type NetworkStretch,
  type PromiseGroup,
  type Seed,
  isRunning,
  otherHardware,
  subjectText,
  whyNotReservable,
} from '../../contract';
import { pairsOf } from '../networks/stretches';
import { OUTSIDE_NAME, isOutside, outsideNetwork } from '../plan/model/outside-network';
import { seedAddresses } from '../plan/model/seed-addresses';
import type { PromiseKeeper } from '../promises/keeper';
import { diskEntry } from './apply-disks';
import { presentHardware } from '../vms/boot-order';
import type { HostRow, Repositories, VmRow, VnicRow } from '../ports/store';

const HEAD = ` yaml-language-server: $schema=lab-${LABFILE_VERSION}.json
 A data center of Atoll. Applying this file creates and changes what it names, and never removes anything.`;

/**
 * A data center as a lab file. Hosts over SSH, and this computer as a host, are left out; if they exist where the file is applied,
 * its VMs are placed on them.
 */
export function writeLabFile(db: Repositories, keeper: PromiseKeeper, dataCenterId: string): string {
  // Names such as `yes` are quoted too: YAML 1.1 parsers would read a boolean.
  const document = new Document(labFileOf(db, keeper, dataCenterId), { compat: 'yaml-1.1' });
  document.commentBefore = HEAD;
  return document.toString({ lineWidth: 0, aliasDuplicateObjects: false } as object);
}

function labFileOf(db: Repositories, keeper: PromiseKeeper, dataCenterId: string): LabFile {
  const clusters = db.clusters.ofDataCenter(dataCenterId);
  const names = new Map(clusters.map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const { name = dataCenterId, comment = '' } = db.dataCenters.get(dataCenterId) ?? {};
  const networks = db.networks.ofDataCenter(dataCenterId).filter((network) => !isOutside(network));
  return {
    atoll: LABFILE_VERSION,
    dataCenter: name,
    ...said(comment),
    clusters: clusters.map((cluster) => ({ name: cluster.name, ...said(cluster.comment) })),
    networks: networks.map((network) => ({
      name: network.name,
      ...said(network.comment),
      isolated: network.isIsolated,
      mtu: network.mtu,
      ...(network.vlan === null ? {} : { vlan: network.vlan }),
      ...(network.label === null ? {} : { label: network.label }),
      clusters: db.networkClusters.ofNetwork(network.id).map(({ clusterId }) => nameOf(clusterId)),
      ...(network.services === null ? {} : { services: servicesOf(db, network.services) }),
      ...(network.stretch === null ? {} : { stretch: stretchOf(db, network.stretch) }),
    })),
    hosts: clusters
      .flatMap(({ id }) => db.hosts.ofCluster(id))
      .flatMap((host) => hostOf(db, dataCenterId, host, nameOf)),
    vms: clusters
      .flatMap(({ id }) => db.vms.ofCluster(id))
      // The definition of an imported VM is its owner's, and no file could create it.
      .filter(({ boot }) => boot.kind !== 'imported')
      .map((vm) => vmOf(db, vm, nameOf(vm.clusterId))),
    ...promisesOf(db, keeper, dataCenterId),
  };
}

/** Without those whose subjects are gone, and groups with such members: no file could be applied that names them. */
function promisesOf(
  db: Repositories,
  keeper: PromiseKeeper,
  dataCenterId: string,
): Pick<LabFile, 'groups' | 'promises'> {
  const groups = db.promiseGroups.ofDataCenter(dataCenterId).map((row) => keeper.presentGroup(row));
  const promises = db.promises.ofDataCenter(dataCenterId).map((row) => keeper.present(row));
  const whole = promises.filter(({ who, to, through }) => [...who, ...to, ...through].every(({ gone }) => !gone));
  const listed = inOrder(groups).map(({ name, members }) => ({
    name,
    members: members.filter(({ gone }) => !gone).map(subjectText),
  }));
  const said = whole.map(({ sentence, severity, note }) => ({
    promise: sentence,
    severity,
    ...(note === '' ? {} : { note }),
  }));
  return {
    ...(listed.length === 0 ? {} : { groups: listed.filter(({ members }) => members.length > 0) }),
    ...(said.length === 0 ? {} : { promises: said }),
  };
}

/** Groups after those that they have as members. */
function inOrder(groups: readonly PromiseGroup[]): PromiseGroup[] {
  const byId = new Map(groups.map((group) => [group.id, group]));
  const ordered = new Map<string, PromiseGroup>();
  const put = (group: PromiseGroup, above: ReadonlySet<string>): void => {
    if (ordered.has(group.id) || above.has(group.id)) return;
    for (const { kind, id } of group.members) {
      const inner = kind === 'group' ? byId.get(id) : undefined;
      if (inner) put(inner, new Set([...above, group.id]));
    }
    ordered.set(group.id, group);
  };
  for (const group of groups) put(group, new Set());
  return [...ordered.values()];
}

function servicesOf(db: Repositories, services: NetworkServices): LabFileNetwork['services'] {
  const { gatewayVmId, ...settings } = services;
  const gateway = gatewayVmId === null ? undefined : db.vms.get(gatewayVmId)?.name;
  return { ...settings, ...(gateway === undefined ? {} : { gateway }) };
}

/** The hosts of a stretched network by name; the way, if all pairs have the same and a user chose it. */
function stretchOf(db: Repositories, { hosts }: NetworkStretch): LabFileNetwork['stretch'] {
  const choices = new Set(pairsOf(hosts).map((key) => db.tunnelPairs.get(key)?.choice ?? 'auto'));
  const [way = 'auto'] = choices;
  return {
    hosts: hosts.flatMap((id) => db.hosts.get(id)?.name ?? []),
    ...(choices.size === 1 && way !== 'auto' ? { way } : {}),
  };
}

/** The reserved address of a vNIC, unless the seed of its VM gives it. */
function reservedOf(
  db: Repositories,
  vm: VmRow,
  vnic: Pick<VnicRow, 'name' | 'networkId' | 'assignedAddress'>,
): { address?: string } {
  const { networkId, assignedAddress } = vnic;
  const services = networkId === null ? null : (db.networks.get(networkId)?.services ?? null);
  if (services === null || assignedAddress === null || seedAddresses(vm, vnic).length > 0) return {};
  const address = assignedAddress.replace(/\/.*/, '');
  return whyNotReservable(services, address) === null ? { address } : {};
}

const said = (comment: string): { comment?: string } => (comment === '' ? {} : { comment });

function hostOf(db: Repositories, dataCenterId: string, host: HostRow, nameOf: (id: string) => string): LabFileHost[] {
  const labels = host.labels.length === 0 ? {} : { labels: host.labels };
  const base = { name: host.name, cluster: nameOf(host.clusterId), ...said(host.comment), ...labels };
  const { how } = host;
  switch (how.kind) {
    case 'lab': {
      const out = outsideNetwork(db, dataCenterId);
      const isOut = out !== undefined && db.attachments.get({ networkId: out.id, hostId: host.id }) !== undefined;
      return [{ kind: 'lab', ...base, ...(isOut ? { outside: true } : {}) }];
    }
    case 'simulated': {
      const { delayMs, memoryMiB, cpus } = how;
      return [{ kind: 'simulated', ...base, delayMs, memoryMiB, cpus }];
    }
    case 'local':
    case 'ssh':
      // How a host is reached, and that its key is trusted, is specific to this home.
      return [];
  }
}

function vmOf(db: Repositories, vm: VmRow, cluster: string): LabFileVm {
  const host = vm.hostId === null ? undefined : db.hosts.get(vm.hostId);
  const disks = db.disks.ofVm(vm.id).map(diskEntry);
  const forwards = db.forwards
    .ofVm(vm.id)
    .map(({ protocol, guestPort, hostPort }) => ({ protocol, guestPort, hostPort }));
  return {
    name: vm.name,
    cluster,
    ...said(vm.comment),
    ...(host ? { host: host.name } : {}),
    boot: bootOf(db, vm),
    ...(vm.cdroms.length === 0 ? {} : { cdroms: vm.cdroms }),
    ...hardwareOf(db, vm),
    memoryMiB: vm.memoryMiB,
    cpus: vm.cpus,
    ...(vm.autostart ? { autostart: true } : {}),
    ...(disks.length > 0 ? { disks } : {}),
    vnics: db.vnics.ofVm(vm.id).map(({ name, networkId, mac, plugged, linked, assignedAddress }) => ({
      name,
      network: networkName(db, networkId),
      mac,
      plugged,
      linked,
      ...reservedOf(db, vm, { name, networkId, assignedAddress }),
    })),
    ...(forwards.length > 0 ? { forwards } : {}),
    ...(isRunning(vm.state) ? { running: true } : {}),
  };
}

/** Only what differs from the defaults. */
function hardwareOf(db: Repositories, vm: VmRow): Pick<LabFileVm, 'hardware'> {
  const other = otherHardware(presentHardware(db, vm));
  return Object.keys(other).length === 0 ? {} : { hardware: other };
}

function bootOf(db: Repositories, { boot }: VmRow): NonNullable<LabFileVm['boot']> {
  if (boot.kind === 'imported') throw new Error('an imported VM is not exported');
  if (boot.kind === 'disk') {
    const { kind, path, format } = boot;
    return { kind, path, ...(format === null ? {} : { format }) };
  }
  if (boot.kind !== 'image') return boot;
  return {
    kind: 'image',
    image: imageName(db, boot),
    ...(boot.seed ? { seed: seedOf(boot.seed) } : {}),
    ...(boot.diskBytes === null ? {} : { diskBytes: boot.diskBytes }),
    ...(boot.copy === 'thin' ? {} : { copy: boot.copy }),
  };
}

/** Of a full copy: as the image was named then. */
function imageName(db: Repositories, { imageId, copiedFrom }: Extract<Boot, { kind: 'image' }>): string {
  if (imageId === null) return copiedFrom ?? '';
  return db.images.get(imageId)?.name ?? imageId;
}

/** Only what is set: a person reads the file. */
const seedOf = (seed: Seed): Partial<Seed> =>
  Object.fromEntries(
    Object.entries(seed).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)),
  );

function networkName(db: Repositories, id: string | null): string | null {
  const network = id === null ? undefined : db.networks.get(id);
  if (!network) return null;
  return isOutside(network) ? OUTSIDE_NAME : network.name;
}

import {
  AppError,
  type OtherNic,
  type Remedy,
  type VmAction,
  vmAllows,
  vmStatesFor,
  whyNoScreen,
  whyNotOfBoot,
  note,
  run,
} from '../../contract';
import { listed } from '../core/listed';
import type { NetworkClusterRow, NetworkRow, VmRow, VnicRow } from '../ports/store';

type Named = { readonly id: string; readonly name: string };

const ACTION_WORDS: Record<VmAction, string> = {
  start: 'start',
  shutdown: 'shut down',
  stop: 'stop',
  reboot: 'reboot',
  reset: 'reset',
  suspend: 'suspend',
  resume: 'resume',
  update: 'change name, memory or CPUs of',
  remove: 'remove',
  move: 'move',
  clone: 'clone',
  makeImage: 'make an image of',
  editVnics: 'change the vNICs of',
  editDisks: 'change the disks of',
  editHardware: 'change the hardware of',
  changeCd: 'change the CD of',
  growDisk: 'grow a disk of',
  console: 'open the console of',
  screen: 'open the screen of',
  snapshot: 'take a snapshot of',
  revert: 'revert',
  forget: 'forget',
};

const spaced = (state: string): string => state.replaceAll('_', ' ');

/** `up, paused or suspended` */
const anyOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/**
 * Bad: starting a VM that is up, removing one that runs, editing vNICs while it powers up: see contract/state/vm. `words`: what the
 * user asked for, if several commands need the same.
 */
export function assertVmStateAllows(
  vm: Pick<VmRow, 'name' | 'state' | 'boot'>,
  action: VmAction,
  words = ACTION_WORDS[action],
): void {
  assertBootAllows(vm, action, words);
  if (vmAllows(vm.state, action)) return;
  const states = vmStatesFor(action).map(spaced);
  throw new AppError('STATE_ILLEGAL', `Can't ${words} the VM "${vm.name}": it is ${spaced(vm.state)}`, {
    rule: 'VM_STATE',
    field: 'vm',
    remedy: remedyOfState(vm, action, `Possible when it is ${anyOf(states)}.`),
  });
}

/** A VM that must be down for it is shut down first, or powered off where it can't be shut down. */
function remedyOfState({ name, state }: Pick<VmRow, 'name' | 'state'>, action: VmAction, words: string): Remedy {
  if (action === 'start' || !vmAllows('down', action) || vmAllows('up', action)) return note(words);
  if (vmAllows(state, 'shutdown')) return run('vms.shutdown', { vm: name }, words);
  return vmAllows(state, 'stop') ? run('vms.stop', { vm: name }, words) : note(words);
}

/** Bad: a snapshot or a move of an imported VM, whose disks belong to its owner; forgetting one that Atoll created. */
export function assertBootAllows(
  vm: Pick<VmRow, 'name' | 'boot'>,
  action: VmAction,
  words = ACTION_WORDS[action],
): void {
  const why = whyNotOfBoot(vm.boot, action);
  if (why === null) return;
  throw new AppError('NOT_SUPPORTED', `Can't ${words} the VM "${vm.name}". ${why}`, {
    rule: 'IMPORTED',
    field: 'vm',
    remedy:
      vm.boot.kind === 'imported'
        ? note('Use the tool that created the VM, on its host.')
        : run('vms.remove', { vm: vm.name }),
  });
}

/** Bad: changing the memory of an imported VM: its definition belongs to its owner, and Atoll follows it. */
export function assertDefinitionOwned(vm: Pick<VmRow, 'name' | 'boot'>): void {
  if (vm.boot.kind !== 'imported') return;
  throw new AppError('NOT_SUPPORTED', `The VM "${vm.name}" was imported: only its owner can change memory and CPUs`, {
    rule: 'IMPORTED',
    field: 'memoryMiB',
    remedy: note('Change them on its host (virsh edit, virt-manager); Atoll follows.'),
  });
}

/** Bad: the screen of a tiny guest, which has none. */
export function assertVmHasScreen(vm: Pick<VmRow, 'name' | 'boot'>): void {
  const why = whyNoScreen(vm.boot);
  if (why === null) return;
  throw new AppError('NOT_SUPPORTED', `The VM "${vm.name}" has no screen. ${why}`, {
    rule: 'VM_SCREEN',
    field: 'vm',
    remedy: note(
      vm.boot.kind === 'imported'
        ? 'Use a viewer on its host, or add a VNC display to its definition (virsh edit).'
        : 'Use its console.',
    ),
  });
}

/** Bad: a second VM "web1" in the data center, new or by renaming. */
export function ruleO5VmNameIsUnique(name: string, others: readonly Named[], self?: string): void {
  if (!others.some((other) => other.name === name && other.id !== self)) return;
  throw new AppError('CONFLICT', `The data center already has a VM "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Choose another name.'),
  });
}

/** Bad: two vNICs "nic1" on one VM. */
export function assertVnicNameUnique(vm: Named, name: string, others: readonly Named[]): void {
  if (!others.some((other) => other.name === name)) return;
  throw new AppError('CONFLICT', `The VM "${vm.name}" already has a vNIC "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Choose another name, or leave it out.'),
  });
}

/** Bad: a MAC address that a vNIC of any VM has. `holder` is that VM. */
export function ruleO5MacIsUnique(mac: string, holder: { readonly name: string } | undefined): void {
  if (!holder) return;
  throw new AppError('CONFLICT', `The MAC address ${mac} is in use by the VM "${holder.name}"`, {
    rule: 'O5',
    field: 'mac',
    remedy: note('Choose another, or leave it out to get a free one.'),
  });
}

/** Bad: a 29th vNIC: a VM has this many spare PCI ports (hot plug needs one for each). */
export const MAX_VNICS = 28;
export function assertVnicsFit(vm: Named, count: number): void {
  if (count <= MAX_VNICS) return;
  throw new AppError('NO_CAPACITY', `The VM "${vm.name}" would have ${count} vNICs; the maximum is ${MAX_VNICS}`, {
    rule: 'VNICS',
    field: 'vnics',
    remedy: note('Remove a vNIC first.'),
  });
}

/** Bad: taking the NIC of a running imported VM off libvirt's network: its guest would lose it in the middle of its work. */
export function assertTakesNicOver(vm: Pick<VmRow, 'name' | 'state'>, nic: OtherNic): void {
  if (vm.state === 'down') return;
  throw new AppError(
    'STATE_ILLEGAL',
    `Can't move the NIC ${nic.mac} of the VM "${vm.name}" from ${nic.on}: it is ${spaced(vm.state)}`,
    {
      rule: 'VM_STATE',
      field: 'mac',
      remedy: run('vms.shutdown', { vm: vm.name }, 'Then try again.'),
    },
  );
}

/** Bad: a vNIC on a network that the VM's cluster does not have: no host of the cluster would ever have its bridge. */
export function assertNetworkInCluster(
  network: Pick<NetworkRow, 'id' | 'name'>,
  cluster: Named,
  memberships: readonly NetworkClusterRow[],
): void {
  if (memberships.some((row) => row.networkId === network.id && row.clusterId === cluster.id)) return;
  throw new AppError('RULE_BROKEN', `The network "${network.name}" is not attached to the cluster "${cluster.name}"`, {
    rule: 'O2',
    field: 'network',
    remedy: run('networks.attach', { network: network.name, cluster: cluster.name }),
  });
}

/** Bad: starting the VM "web1", whose disks are on host A, on host B. */
export function assertVmStaysOnHost(
  vm: Pick<VmRow, 'name' | 'hostId'>,
  holder: Named | undefined,
  asked: Named | undefined,
): void {
  if (!holder || !asked || holder.id === asked.id) return;
  throw new AppError(
    'RULE_BROKEN',
    `The disks of the VM "${vm.name}" are on the host "${holder.name}"; it can't start on "${asked.name}"`,
    {
      rule: 'O2',
      field: 'host',
      remedy: run('vms.move', { vm: vm.name, host: asked.name }),
    },
  );
}

/** Bad: a disk of 1 GiB for a VM with an image of 2 GiB. */
export function assertDiskHoldsImage(
  image: { readonly name: string; readonly virtualBytes: number },
  diskBytes: number | null,
): void {
  if (diskBytes === null || diskBytes >= image.virtualBytes) return;
  const gib = (bytes: number): string => `${Number((bytes / 1024 ** 3).toFixed(2))} GiB`;
  throw new AppError(
    'BAD_INPUT',
    `The image "${image.name}" needs ${gib(image.virtualBytes)}; a disk of ${gib(diskBytes)} is too small`,
    { rule: 'DISK_SIZE', field: 'boot.diskBytes', remedy: note('Make it larger, or leave the size out.') },
  );
}

/** Bad: plugging in a vNIC that is plugged in; unplugging one that is not. */
export function assertVnicPlugged(vnic: Pick<VnicRow, 'name' | 'plugged'>, wanted: boolean): void {
  if (vnic.plugged === wanted) return;
  throw new AppError(
    'STATE_ILLEGAL',
    `The vNIC "${vnic.name}" is ${vnic.plugged ? 'already plugged in' : 'not plugged in'}`,
    {
      rule: 'VNIC_STATE',
      field: 'vnic',
      remedy: note(vnic.plugged ? 'There is nothing to do.' : 'Plug it in first.'),
    },
  );
}

/** Bad: removing a base image under the overlays of "web1". */
export function assertImageUnused(image: Named, users: readonly { readonly name: string }[]): void {
  if (users.length === 0) return;
  throw new AppError('RULE_BROKEN', `The image "${image.name}" is used by ${listed(users)}`, {
    rule: 'O3',
    field: 'image',
    remedy: note('Their disks are overlays of it. Remove these VMs first.'),
  });
}

/** Bad: removing a base image under the disks of "web1" in the trash: its removal could not be undone any more. */
export function assertImageNotInTrash(image: Named, trashed: readonly { readonly name: string }[]): void {
  if (trashed.length === 0) return;
  throw new AppError(
    'RULE_BROKEN',
    `The image "${image.name}" is used by removed VMs in the trash: ${listed(trashed)}`,
    {
      rule: 'O3',
      field: 'image',
      remedy: run(
        'trash.empty',
        {},
        'Their disks are overlays of it. Empty the trash, or wait until they are deleted.',
      ),
    },
  );
}

/** Bad: a second image "debian13". */
export function assertImageNameUnique(name: string, other: Named | undefined): void {
  if (!other) return;
  throw new AppError('CONFLICT', `There already is an image "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Choose another name, or remove the old one.'),
  });
}

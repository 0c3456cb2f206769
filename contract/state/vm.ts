import { BOOT_DISK } from '../model/boot-disk';
import type { DiskBus } from '../model/disk';
import type { Boot, ImportedLines } from '../model/vm';
import type { VmState } from '../model/states';
import { VM_VERBS } from './vm-verbs';

/**
 * The actions that are possible in each VM state (rule source: oVirt's action matrix). Screens show the reason, handlers refuse
 * with it.
 */
export const VM_ACTIONS = [
  'start',
  ...VM_VERBS,
  'update',
  'remove',
  'move',
  'clone',
  'makeImage',
  'editVnics',
  'editDisks',
  'editHardware',
  'changeCd',
  'growDisk',
  'console',
  'screen',
  'snapshot',
  'revert',
  'forget',
] as const;
export type VmAction = (typeof VM_ACTIONS)[number];

const TABLE: Record<VmState, readonly VmAction[]> = {
  down: [
    'start',
    'update',
    'remove',
    'move',
    'clone',
    'makeImage',
    'editVnics',
    'editDisks',
    'growDisk',
    'editHardware',
    'changeCd',
    'snapshot',
    'revert',
    'forget',
  ],
  wait_for_launch: ['stop', 'console', 'screen'],
  powering_up: ['shutdown', 'stop', 'reboot', 'reset', 'changeCd', 'console', 'screen', 'revert'],
  up: [
    'shutdown',
    'stop',
    'reboot',
    'reset',
    'suspend',
    'editVnics',
    'changeCd',
    'editDisks',
    'growDisk',
    'console',
    'screen',
    'snapshot',
    'revert',
    'forget',
  ],
  paused: ['resume', 'start', 'stop', 'changeCd', 'console', 'screen', 'revert', 'forget'],
  powering_down: ['stop', 'reset', 'changeCd', 'console', 'screen', 'revert'],
  reboot_in_progress: ['stop', 'reset', 'changeCd', 'console', 'screen', 'revert'],
  saving_state: ['console', 'screen'],
  suspended: ['start', 'resume', 'stop', 'revert'],
  restoring_state: ['stop', 'console', 'screen'],
  image_locked: [],
  not_responding: ['stop', 'reset', 'console', 'screen', 'revert'],
  unknown: [],
};

/** Whether `action` is possible in `state`. */
export function vmAllows(state: VmState, action: VmAction): boolean {
  return TABLE[state].includes(action);
}

/** Seconds that a guest has to power off, unless a caller says otherwise. */
export const SHUTDOWN_S = 60;

/** The states in which `action` is possible, for a refusal's text. */
export function vmStatesFor(action: VmAction): VmState[] {
  return (Object.keys(TABLE) as VmState[]).filter((state) => TABLE[state].includes(action));
}

/** States in which a VM uses memory and its plugged, linked vNICs are active on their island. */
export const RUNNING: readonly VmState[] = [
  'powering_up',
  'up',
  'powering_down',
  'reboot_in_progress',
  'not_responding',
  'wait_for_launch',
  'restoring_state',
  'saving_state',
  'paused',
];
export const isRunning = (state: VmState): boolean => RUNNING.includes(state);

/** A boot source, as far as the actions depend on it. */
type BootKind = Pick<Boot, 'kind'> & { readonly lines?: ImportedLines | undefined };

/** Why a VM with this boot source has no screen, as text; null: it has one. */
export function whyNoScreen(boot: BootKind): string | null {
  if (boot.kind === 'imported') return whyNoImportedScreen(boot.lines);
  return boot.kind === 'tiny' ? 'The tiny guest has no screen: its serial console is all it shows.' : null;
}

function whyNoImportedScreen(lines: ImportedLines | undefined): string | null {
  if (lines?.screen === 'spice') return 'Its definition has only a SPICE display, and Atoll shows VNC.';
  return lines?.screen === 'none' ? 'Its definition has no display.' : null;
}

/** Why the hardware of a VM with this boot source is fixed, as text; null: it is not. */
export const whyFixedHardware = (boot: BootKind): string | null =>
  boot.kind === 'tiny' ? 'The hardware of the tiny guest is fixed.' : null;

/** Why a disk on this bus can't be added to or removed from a VM in `state`, as text; null: its state and bus allow it. */
export const whyNotHot = (state: VmState, bus: DiskBus): string | null =>
  isRunning(state) && bus === 'sata' ? "A running VM can't gain or lose a disk on SATA: shut it down first." : null;

/** Whether a VM with this boot source has a disk from it. */
export const hasBootDisk = ({ kind }: BootKind): boolean => kind === 'image' || kind === 'disk';

/** Actions that are not allowed on an imported VM, because its definition and disks belong to its owner, with the reason. */
const OWNERS: Partial<Record<VmAction, string>> = {
  editHardware: "its hardware is its owner's to change (virsh edit, virt-manager)",
  changeCd: "its CD drives are its owner's to change (virsh change-media, virt-manager)",
  move: "its disks are not Atoll's to copy and remove",
  clone: "its disks are not Atoll's to copy",
  makeImage: "its disks are not Atoll's to copy",
  snapshot: "its disks are not Atoll's to keep states of",
  revert: "its disks are not Atoll's to change",
  editDisks: "its disks are not Atoll's to change",
  growDisk: "its disks are not Atoll's to change",
};

/** Why `action` is not possible for a VM with this boot source in any state; null: it is. */
export function whyNotOfBoot(boot: BootKind, action: VmAction): string | null {
  if (boot.kind !== 'imported') return action === 'forget' ? 'It was made by Atoll: remove it.' : null;
  if (action === 'console' && boot.lines?.console === false)
    return 'Its definition has no serial port that Atoll can open: add one of the type pty.';
  const why = OWNERS[action];
  return why === undefined ? null : `It was imported: ${why}.`;
}

/** The disk that an image of a VM is made of: that of its image, its file (both `id` null), or its first disk. Null: it has none. */
export function imageDiskOf(vm: {
  readonly boot: Pick<Boot, 'kind'>;
  readonly disks: ReadonlyArray<{ readonly id: string; readonly name: string }>;
}): { readonly id: string | null; readonly name: string } | null {
  if (vm.boot.kind === 'image' || vm.boot.kind === 'disk') return { id: null, name: BOOT_DISK };
  const [first] = vm.boot.kind === 'imported' ? [] : vm.disks;
  return first ? { id: first.id, name: first.name } : null;
}

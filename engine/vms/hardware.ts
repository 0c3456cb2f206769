import {
  AppError,
  type Boot,
  bootDeviceName,
  type Cdrom,
  DEFAULT_HARDWARE,
  type Hardware,
  type HardwareDraft,
  hasBootDisk,
  MAX_CDROMS,
  note,
  sameSetting,
  type VmChange,
  whyFixedHardware,
} from '../../contract';
import type { VmRow } from '../ports/store';

const SETTINGS = Object.keys(DEFAULT_HARDWARE) as (keyof Hardware)[];

/** A VM's hardware with the settings of a draft; omitted ones stay. */
export function withDraft(hardware: Hardware, draft: HardwareDraft): Hardware {
  const given = Object.entries(draft).filter(([, value]) => value !== undefined);
  return { ...hardware, ...Object.fromEntries(given) };
}

/** The settings that differ, as changes of a VM. */
export function hardwareChanges(was: Hardware, now: Hardware): VmChange[] {
  return SETTINGS.filter((setting) => !sameSetting(was[setting], now[setting])).map((setting) => ({
    what: 'hardware',
    setting,
    was: valueText(was[setting]),
    now: valueText(now[setting]),
  }));
}

const valueText = (value: Hardware[keyof Hardware]): string =>
  typeof value === 'string' ? value : value.map(bootDeviceName).join(', ') || 'none';

/** Bad: UEFI for the tiny guest, which is a kernel for fixed, minimal hardware. */
export function assertHardwareFits(boot: Pick<Boot, 'kind'>, hardware: Hardware): void {
  if (whyFixedHardware(boot) === null) {
    assertMachineHasFirmware(hardware);
    return assertHasBootDisk(boot, hardware);
  }
  const [setting] = SETTINGS.filter((each) => !sameSetting(hardware[each], DEFAULT_HARDWARE[each]));
  if (setting === undefined) return;
  throw new AppError('NOT_SUPPORTED', 'The hardware of the tiny guest is fixed', {
    rule: 'HARDWARE',
    field: `hardware.${setting}`,
    remedy: note('Leave it out, or boot something else.'),
  });
}

/** Bad: Secure Boot on i440fx: only q35 protects the firmware's variables from the guest (SMM). */
function assertMachineHasFirmware({ machine, firmware }: Hardware): void {
  if (machine !== 'i440fx' || firmware !== 'uefi-secure') return;
  throw new AppError('NOT_SUPPORTED', 'The machine type i440fx has no Secure Boot', {
    rule: 'HARDWARE',
    field: 'hardware.machine',
    remedy: note('Choose q35, or the firmware bios or uefi.'),
  });
}

/** Bad: a bus for the boot disk of a VM that boots from its own disks and CDs. */
function assertHasBootDisk(boot: Pick<Boot, 'kind'>, { diskBus }: Hardware): void {
  if (hasBootDisk(boot) || diskBus === DEFAULT_HARDWARE.diskBus) return;
  throw new AppError('NOT_SUPPORTED', 'The VM has no boot disk of an image or a file', {
    rule: 'HARDWARE',
    field: 'hardware.diskBus',
    remedy: note('Leave it out: each of its disks has a bus of its own.'),
  });
}

/** The drives of a new VM, with names. */
export function cdromsOf(
  drafts: ReadonlyArray<{ readonly name?: string | undefined; readonly path: string | null }>,
): Cdrom[] {
  assertDrivesFit(drafts.length);
  const taken = new Set(drafts.flatMap(({ name }) => name ?? []));
  if (taken.size < drafts.filter(({ name }) => name !== undefined).length)
    throw new AppError('CONFLICT', 'Two CD drives have the same name', {
      rule: 'CDROMS',
      field: 'cdroms',
      remedy: note('Choose another name, or leave the names out.'),
    });
  return drafts.map(({ name = freeDrive(taken), path }) => {
    taken.add(name);
    return { name, path };
  });
}

/** The first free of cd1, cd2 ... */
export function freeDrive(taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) if (!taken.has(`cd${n}`)) return `cd${n}`;
}

/** Bad: a fifth CD drive. */
export function assertDrivesFit(count: number): void {
  if (count <= MAX_CDROMS) return;
  throw new AppError('NO_CAPACITY', `A VM has at most ${MAX_CDROMS} CD drives`, {
    rule: 'CDROMS',
    field: 'cdroms',
    remedy: note('Change the CD in one of them.'),
  });
}

/** Bad: ejecting "cd2" of a VM that has only cd1. */
export function driveOf(vm: Pick<VmRow, 'name' | 'cdroms'>, drive: string): Cdrom {
  const found = vm.cdroms.find(({ name }) => name === drive);
  if (found) return found;
  const names = vm.cdroms.map(({ name }) => name);
  throw new AppError('NOT_FOUND', `The VM "${vm.name}" has no CD drive ${drive}`, {
    field: 'drive',
    remedy: note(names.length === 0 ? 'Add one while the VM is down.' : `It has ${names.join(', ')}.`),
  });
}

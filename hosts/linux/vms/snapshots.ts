import { AppError, note } from '../../../contract';
import type { DiskCopy, SnapshotDriver } from '../../../engine/ports/snapshots';
import { CommandError } from '../../command-error';
import { checkDiskFiles } from '../../disk-file';
import type { RunResult, Shell } from '../../shell';
import { diskFileName } from './disk-xml';
import { fileDisks } from './boot-disks-xml';
import { WITHOUT_GROUPS } from './saved-memory';
import type { ScriptPart } from './script-parts';
import { QEMU_IMAGE } from './qemu-image';
import { TPM_STATE } from './tpm-state';

/** Memory is written and disks are copied as fast as the host's disk allows. */
const LONG_MS = 1_800_000;

/** Nothing was kept. */
const EXIT_NOTHING = 65;

/** The name, inside a qcow2 file, of the disk's initial state. */
export const FIRST_DAY = 'atoll-first-day';

/**
 * Paths: $disks is the folder of the VMs' disks. A snapshot of a VM is a folder of its own, with its memory (as `virsh save` writes
 * it) and a list of the disks that contain a qcow2 snapshot of the same name. `done` is created last. Uses `virsh save` and `virsh
 * restore`, and not libvirt's own snapshots: those can't revert several VMs together, nor VMs without a disk, and leave metadata
 * behind that blocks `undefine`.
 */
const DISKS_FIRST = `
disks=$1; shift
`;
const COMMON = `${QEMU_IMAGE}${TPM_STATE}
LC_ALL=C; export LC_ALL
${DISKS_FIRST}
kept_in() { printf '%s/.snapshots/%s/%s' "$disks" "$1" "$2"; }
own_disks() {
  for own in "$disks/$1"/disk.qcow2 "$disks/$1"/disk-*.qcow2; do [ ! -e "$own" ] || printf '%s\\n' "$own"; done
}
has() { of=$(image "$1") && qemu-img info -U --output=json "$of" | grep -qF "\\"name\\": \\"$2\\""; }
end_vm() {
  case $(virsh -q domstate "$1" 2>/dev/null) in '' | 'shut off') ;; *) virsh -q destroy "$1" || return ;; esac
  virsh -q managedsave-remove "$1" >/dev/null 2>&1 || :
}
`;

/** $@: VMs. The definition of each and the qcow2 disks in its folder, also for a VM without a definition. */
const DISKS = `
for vm; do
  virsh -q dumpxml "$vm" 2>/dev/null
  printf '\\f'
  own_disks "$vm"
  printf '\\f'
done
`;

/** $1: snapshot, $2...: VMs. The existing disks that contain it. */
const KEPT = `
snapshot=$1; shift
for vm; do
  kept=$(kept_in "$snapshot" "$vm")
  [ -e "$kept/disks" ] && while IFS= read -r disk; do [ -e "$disk" ] && printf '%s\\n' "$disk"; done <"$kept/disks"
done
:
`;

/** $1: VM. The same for disks in which `forget` left something. */
const STALE = `
stale="$disks/.snapshots/stale/$1"
[ -e "$stale" ] && while read -r snapshot disk; do [ -e "$disk" ] && printf '%s\\n' "$disk"; done <"$stale"
:
`;

/** $@: VMs. */
const FREEZE = `
running=$(virsh -q list --state-running --uuid 2>/dev/null)
for vm; do case $running in *"$vm"*) echo "suspend $vm" ;; esac; done | virsh -q >/dev/null
running=$(virsh -q list --state-running --uuid 2>/dev/null)
for vm; do case $running in *"$vm"*) echo "$vm does not stop" >&2; exit 1 ;; esac; done
`;

const THAW = `
paused=$(virsh -q list --state-paused --uuid 2>/dev/null)
for vm; do case $paused in *"$vm"*) virsh -q resume "$vm" || exit ;; esac; done
`;

/** $1: snapshot, $2: VM, $3...: the disks that it writes to. A `memory.new` of an earlier attempt is complete if libvirt can read it. */
const TAKE = `
umask 077
kept=$(kept_in "$1" "$2")
[ -e "$kept/done" ] && exit 0
mkdir -p -- "$kept" || exit
case $(virsh -q domstate "$2" 2>/dev/null) in
  running | paused)
    rm -f -- "$kept/memory.new"
    virsh -q dumpxml "$2" --migratable --security-info >"$kept/xml" || exit
    ${WITHOUT_GROUPS} "$kept/xml" || exit
    virsh -q save "$2" "$kept/memory.new" --running || exit ;;
esac
if [ -e "$kept/memory.new" ]; then
  virsh -q save-image-dumpxml "$kept/memory.new" >/dev/null && mv -- "$kept/memory.new" "$kept/memory" || exit
fi
for vars in "$disks/$2"/nvram-*.fd; do [ ! -f "$vars" ] || cp -- "$vars" "$kept/" || exit; done
keep_tpm "$2" "$kept/tpm" && : >"$kept/with-tpm" || exit
name=$1; shift 2
: >"$kept/disks" || exit
for disk; do
  has "$disk" "$name" || snapshot -c "$name" "$disk" || exit
  printf '%s\\n' "$disk" >>"$kept/disks" || exit
done
: >"$kept/done"
`;

/**
 * $1: snapshot, $2: VM. libvirt restores memory only under the domain name that it was saved under; the domain gets its current name
 * with its next definition. The definition in the image is not used (saved-memory.ts): while libvirt restores it, QEMU can write the
 * image.
 */
const WAKE = `
kept=$(kept_in "$1" "$2")
case $(virsh -q domstate "$2" 2>/dev/null) in
  running) exit 0 ;;
  paused) exec virsh -q resume "$2" ;;
esac
[ -e "$kept/memory" ] || exit 0
xml=$kept/xml
then=$(if [ -e "$xml" ]; then cat -- "$xml"; else virsh -q save-image-dumpxml "$kept/memory"; fi) || exit
then=$(printf '%s\\n' "$then" | sed -n 's/^  <name>\\(.*\\)<\\/name>$/\\1/p')
if [ "$(virsh -q domname "$2")" != "$then" ]; then virsh -q domrename "$2" "$then" >/dev/null || exit; fi
# A snapshot of an older version.
if [ ! -e "$xml" ]; then xml=$kept/xml.now; virsh -q dumpxml "$2" --inactive --security-info >"$xml" || exit; fi
virsh -q restore "$kept/memory" --running --xml "$xml"
`;

/** $1: snapshot, $2: VM. A disk that was added since is removed. */
const REVERT = `
kept=$(kept_in "$1" "$2")
[ -e "$kept/done" ] || exit ${EXIT_NOTHING}
end_vm "$2" || exit
while IFS= read -r disk; do snapshot -a "$1" "$disk" || exit; done <"$kept/disks"
rm -f -- "$disks/$2"/nvram-*.fd
for vars in "$kept"/nvram-*.fd; do [ ! -f "$vars" ] || cp -- "$vars" "$disks/$2/" || exit; done
# A snapshot of an older version says nothing of it.
[ ! -e "$kept/with-tpm" ] || put_tpm "$kept/tpm" "$2" || exit
own_disks "$2" | while IFS= read -r own; do
  grep -qxF -- "$own" "$kept/disks" || rm -f -- "$own"
done
`;

/**
 * $1: snapshot, $2...: VMs. QEMU holds the lock of a running VM's disks: snapshots in those are recorded in `stale`, and deleted
 * when the VM starts next (REAP).
 */
const FORGET = `
snapshot=$1; shift
for vm; do
  kept=$(kept_in "$snapshot" "$vm")
  [ -e "$kept/disks" ] && while IFS= read -r disk; do
    [ -e "$disk" ] && has "$disk" "$snapshot" || continue
    snapshot -d "$snapshot" "$disk" 2>/dev/null && continue
    mkdir -p -- "$disks/.snapshots/stale" && printf '%s %s\\n' "$snapshot" "$disk" >>"$disks/.snapshots/stale/$vm" || exit
  done <"$kept/disks"
  rm -rf -- "$kept" || exit
done
rmdir -- "$disks/.snapshots/$snapshot" 2>/dev/null || :
`;

/** $1: VM, which is down. */
const REAP = `
stale="$disks/.snapshots/stale/$1"
[ -e "$stale" ] || exit 0
while read -r snapshot disk; do
  [ -e "$disk" ] && has "$disk" "$snapshot" && { snapshot -d "$snapshot" "$disk" || exit; }
done <"$stale"
rm -f -- "$stale"
`;

/**
 * `copy_disk FORMAT FILE COPY`. A copy does not include the original's snapshots; its initial state is that of the copy. A link is
 * copied as a link, and refused.
 */
export const COPY_DISK = `${QEMU_IMAGE}
copy_disk() {
  [ -e "$2" ] && [ ! -e "$3" ] || return 0
  mkdir -p -- "\${3%/*}" && chmod 710 -- "\${3%/*}" || return
  rm -f -- "$3.new"
  cp -P --reflink=auto --sparse=always -- "$2" "$3.new" || { rm -f -- "$3.new"; return 1; }
  if [ -L "$3.new" ] || [ ! -f "$3.new" ]; then
    rm -f -- "$3.new"
    echo "The disk $2 is not a regular file" >&2
    return 1
  fi
  chmod 600 -- "$3.new" || return
  if [ "$1" = qcow2 ]; then
    copy=$(image "$3.new") || return
    qemu-img snapshot -l "$copy" | awk 'NR > 2 { print $2 }' | while read -r name; do
      qemu-img snapshot -d "$name" "$copy" || exit
    done || return
    qemu-img snapshot -c ${FIRST_DAY} "$copy" || return
  fi
  mv -- "$3.new" "$3"
}
`;

/** `copy_nvram FOLDER COPY`, by the same rules. */
export const COPY_NVRAM = `
copy_nvram() {
  for vars in "$1"/nvram-*.fd; do
    [ -f "$vars" ] && [ ! -L "$vars" ] || continue
    mkdir -p -- "$2" && chmod 710 -- "$2" && cp -P -- "$vars" "$2/" || return
    [ ! -L "$2/\${vars##*/}" ] || { rm -f -- "$2/\${vars##*/}"; return 1; }
  done
}
`;

/** `copy_tpm VM COPY`: once; the copy's own TPM has been used since. */
export const COPY_TPM = `${TPM_STATE}
copy_tpm() {
  [ ! -e "$(tpm_of "$2")" ] || return 0
  tpm=$(mktemp -d) && keep_tpm "$1" "$tpm/state" && put_tpm "$tpm/state" "$2"
  status=$?; rm -rf -- "$tpm"; return $status
}
`;

/** $1: from, $2: to, $3...: names of files and of their copies, by turns. */
const COPY = `${COPY_DISK}${COPY_NVRAM}${COPY_TPM}
umask 077
copy_tpm "$1" "$2" || exit
from=$disks/$1 to=$disks/$2; shift 2
copy_disk qcow2 "$from/disk.qcow2" "$to/disk.qcow2" || exit
copy_nvram "$from" "$to" || exit
while [ $# -ge 2 ]; do copy_disk qcow2 "$from/$1" "$to/$2" || exit; shift 2; done
`;

/** $1: VM. An overlay from before initial states existed is created again at the next start. */
const RENEW = `
end_vm "$1" || exit
rm -f -- "$disks/$1"/nvram-*.fd
put_tpm '' "$1" || exit
own_disks "$1" | while IFS= read -r own; do
  if has "$own" ${FIRST_DAY}; then snapshot -a ${FIRST_DAY} "$own" || exit; continue; fi
  of=$(image "$own") || exit
  case $(qemu-img snapshot -l "$of") in '') rm -f -- "$own" || exit; continue ;; esac
  echo "$own has snapshots, but none of its initial state" >&2
  exit 1
done
`;

/** Removes the snapshot data of a VM that is gone. */
const DROP = `rm -rf -- "$disks"/.snapshots/*/"$1" "$disks/.snapshots/stale/$1"; rmdir -- "$disks"/.snapshots/* 2>/dev/null; :`;

/** $1: VM. The disks outside its folder that contain snapshots of it. */
const OTHERS = `
for kept in "$disks"/.snapshots/*/"$1"/disks; do
  [ -e "$kept" ] || continue
  while IFS= read -r disk; do
    case $disk in "$disks/$1/"*) ;; *) [ -e "$disk" ] && printf '%s\\n' "$disk" ;; esac
  done <"$kept"
done
:
`;

/** $1: VM, which is down, $2...: disks. */
const LEAVE = `
vm=$1; shift
for kept in "$disks"/.snapshots/*/"$vm"; do
  name=\${kept%/*} name=\${name##*/}
  for disk; do has "$disk" "$name" && { snapshot -d "$name" "$disk" || exit; }; done
done
:
`;

/** What a VM writes to: the disks of its definition, and the qcow2 disks in its folder. */
interface VmDisks {
  readonly disks: ReturnType<typeof fileDisks>;
  readonly own: readonly string[];
}

/** Snapshots of the VMs of a Linux host: `virsh save` for memory, snapshots inside qcow2 files for disks. */
export class LinuxSnapshots implements SnapshotDriver {
  constructor(
    private readonly shell: Shell,
    /** The host's folder that contains a disk folder for each VM. */
    private readonly diskDir: string,
  ) {}

  async freeze(vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    await this.soundDisksOf(vmIds, signal);
    await this.run(FREEZE, vmIds, signal);
  }

  async thaw(vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    await this.run(THAW, vmIds, signal);
  }

  async take(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void> {
    const disks = await this.soundDisksOf([vmId], signal);
    await this.run(TAKE, [snapshotId, vmId, ...disks], signal);
  }

  async wake(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void> {
    await this.run(WAKE, [snapshotId, vmId], signal);
  }

  async revert(snapshotId: string, vmId: string, signal: AbortSignal): Promise<void> {
    await this.requireSound([vmId], await this.list(KEPT, [snapshotId, vmId], signal), signal);
    const { exit } = await this.run(REVERT, [snapshotId, vmId], signal, [0, EXIT_NOTHING]);
    if (exit === 0) return;
    throw new AppError('NOT_FOUND', `The VM ${vmId} has no data of this snapshot on ${this.shell.name}`, {
      remedy: note('It may have been removed outside Atoll. Delete the snapshot.'),
    });
  }

  async forget(snapshotId: string, vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    await this.requireSound(vmIds, await this.list(KEPT, [snapshotId, ...vmIds], signal), signal);
    await this.run(FORGET, [snapshotId, ...vmIds], signal);
  }

  async copyDisks(fromId: string, toId: string, disks: readonly DiskCopy[], signal: AbortSignal): Promise<void> {
    await this.requireSoundOwn(fromId, signal);
    const nameOf = (id: string): string => diskFileName({ id, format: 'qcow2' });
    const names = disks.flatMap(({ from, to }) => [nameOf(from), nameOf(to)]);
    await this.run(COPY, [fromId, toId, ...names], signal);
  }

  async renew(vmId: string, signal: AbortSignal): Promise<void> {
    await this.requireSoundOwn(vmId, signal);
    await this.run(RENEW, [vmId], signal);
  }

  /** The file that exists if `reap` has something to do. */
  staleFile(vmId: string): string {
    return `${this.diskDir}/.snapshots/stale/${vmId}`;
  }

  /** Deletes what `forget` had to leave in the disks of a running VM. */
  async reap(vmId: string, signal: AbortSignal): Promise<void> {
    await this.requireSound([vmId], await this.list(STALE, [vmId], signal), signal);
    await this.run(REAP, [vmId], signal);
  }

  /**
   * Deletes the snapshots of a VM that is about to be removed from disks that stay, because they are a person's own: nothing would
   * name them any more. What can't be read safely is left as it is; a VM must stay removable.
   */
  async leaveOthersDisks(vmId: string, paths: readonly string[], signal: AbortSignal): Promise<void> {
    const isSound = await this.requireSound([vmId], paths, signal).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError && error.code !== 'CANCELLED') return false;
        throw error;
      },
    );
    if (isSound) await this.run(LEAVE, [vmId, ...paths], signal);
  }

  /** Lists the disks for `leaveOthersDisks`. */
  othersDisks(vmId: string): ScriptPart {
    return { script: DISKS_FIRST + OTHERS, args: [this.diskDir, vmId] };
  }

  /** Deletes the snapshot data of a removed VM. */
  drop(vmId: string): ScriptPart {
    return { script: DISKS_FIRST + DROP, args: [this.diskDir, vmId] };
  }

  /**
   * The disks that VMs write to, with valid headers. Their formats come from the definitions: the guest writes the first bytes of a
   * raw disk.
   * @throws AppError NOT_SUPPORTED for one in a format without snapshots
   */
  private async soundDisksOf(vmIds: readonly string[], signal: AbortSignal): Promise<string[]> {
    const vms = await this.disksOf(vmIds, signal);
    const paths = vms.flatMap(({ disks, own }) => {
      const other = disks.find(({ path, format }) => format !== 'qcow2' && !own.includes(path));
      if (other) throw holdsNone(other.path, this.shell.name);
      return [...new Set([...disks.map(({ path }) => path), ...own])].sort();
    });
    await this.checkHeaders(vms, paths, signal);
    return paths;
  }

  private async requireSound(vmIds: readonly string[], paths: readonly string[], signal: AbortSignal): Promise<void> {
    if (paths.length > 0) await this.checkHeaders(await this.disksOf(vmIds, signal), paths, signal);
  }

  private async requireSoundOwn(vmId: string, signal: AbortSignal): Promise<void> {
    const vms = await this.disksOf([vmId], signal);
    await this.checkHeaders(
      vms,
      vms.flatMap(({ own }) => own),
      signal,
    );
  }

  /**
   * A guest that broke out of QEMU can write any header into the disks that QEMU has open, and qemu-img, which runs outside the
   * cage, opens what a header names. Each script checks once more immediately before that (QEMU_IMAGE).
   * @throws AppError that names the disk
   */
  private async checkHeaders(vms: readonly VmDisks[], paths: readonly string[], signal: AbortSignal): Promise<void> {
    const alone = new Set(
      vms.flatMap(({ disks, own }) => [
        ...disks.filter(({ path, standsAlone }) => standsAlone && !own.includes(path)).map(({ path }) => path),
        ...own.filter((path) => !path.endsWith('/disk.qcow2')),
      ]),
    );
    const questions = paths.map(
      (path) => ({ path, format: 'qcow2', isOverlay: !alone.has(path), field: 'vms' }) as const,
    );
    await checkDiskFiles(this.shell, questions, signal);
  }

  private async disksOf(vmIds: readonly string[], signal: AbortSignal): Promise<VmDisks[]> {
    const { stdout } = await this.run(DISKS, vmIds, signal);
    const parts = stdout.split('\f');
    return vmIds.map((_, i) => {
      const [xml = '', own = ''] = parts.slice(2 * i, 2 * i + 2);
      return { disks: xml.trim() === '' ? [] : fileDisks(xml), own: own.split('\n').filter(Boolean) };
    });
  }

  private async list(script: string, args: readonly string[], signal: AbortSignal): Promise<string[]> {
    const { stdout } = await this.run(script, args, signal);
    return [...new Set(stdout.split('\n').filter((line) => line !== ''))];
  }

  private run(
    script: string,
    args: readonly string[],
    signal: AbortSignal,
    okExits: readonly number[] = [0],
  ): Promise<RunResult> {
    return this.shell
      .script(COMMON + script, [this.diskDir, ...args], { signal, timeoutMs: LONG_MS, okExits })
      .catch((error: unknown) => {
        // The script is constant and long: the error is in its output.
        if (!(error instanceof CommandError)) throw error;
        throw new CommandError(error.host, ['snapshot', ...args], error.exit, error.stderr);
      });
  }
}

function holdsNone(path: string, host: string): AppError {
  return new AppError('NOT_SUPPORTED', `The disk ${path} on ${host} can't hold snapshots: it is not a qcow2 file`, {
    field: 'vms',
    remedy: note('Convert it (qemu-img convert -O qcow2 OLD NEW), or leave this VM out.'),
  });
}

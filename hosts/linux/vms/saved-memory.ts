import { AppError, run } from '../../../contract';
import { CommandError } from '../../command-error';
import type { RunOptions, Shell } from '../../shell';
import { DOMAIN } from './allow-list';
import { fits } from './parts';
import { serialize } from './interface-xml';
import { QUIET_TAPS } from './quiet-taps';
import { answerIds, dumpXml, explain, noSuchVm } from './virsh';
import { element, withXml } from './xml';

/** Saving or restoring a guest's memory takes as long as the disk needs. */
const LONG_MS = 600_000;

/** Nobody saved its memory. */
const EXIT_NOT_SAVED = 65;
/** libvirt says that it has memory of the VM, and no file is where it keeps those. */
const EXIT_NO_IMAGE = 66;

/**
 * An image of memory begins with a definition, and libvirt does as root what that says. It leaves the folder of those that it keeps itself
 * to QEMU's account, and every image while it is restored. So what is in there is a stranger's: it is moved to a folder of root's
 * before it is looked at, and restored under a definition that was written before or that libvirt has.
 *
 * $1: the folder of disks, $2: the VM. $kept is a folder of root's beside the VMs' own.
 */
const COMMON = `
LC_ALL=C; export LC_ALL
umask 077
vm=$2 kept=$1/.saved
`;

/** Where libvirt keeps its images, by its real path: QEMU's account can put a link into the place of any part of it. */
const INTO_IMAGES = `
images=/var/lib/libvirt/qemu/save
cd -P -- "$images" 2>/dev/null && [ "$(pwd -P)" = "$(readlink -f /var/lib/libvirt/qemu)/save" ] || { echo "$images is not a folder of libvirt's" >&2; exit 1; }
name=$(virsh -q domname "$vm") || exit
`;

/** What tells an image from another that was saved since, by other means: the definition that Atoll wrote down is of no use then. */
const STAMP = 'stat -c "%y %s" --';

/**
 * $1: a definition. A descriptor that was lent for a CD (media.ts) is QEMU's until it ends; the next QEMU gets the file as any other.
 */
export const WITHOUT_GROUPS = `sed -i "s/ fdgroup='atoll'//" --`;

const SAVE = `${COMMON}
mkdir -p -- "$kept" && virsh -q dumpxml "$vm" --migratable --security-info >"$kept/$vm.xml" || exit
${WITHOUT_GROUPS} "$kept/$vm.xml" || exit
virsh -q managedsave "$vm" || { rm -f -- "$kept/$vm.xml"; exit 1; }
${INTO_IMAGES}
${STAMP} "./$name.save" >"$kept/$vm.of"
`;

/**
 * Takes the image out of libvirt's folder, and prints the definition in it where Atoll wrote down none. A VM that has no image is started
 * as after a power cut; with $3 = none that was asked just now. --force-boot passes over an image that came since. The taps of a VM that runs now are made quiet: one virsh starts it
 * and lists them. It runs the second command also if the first fails, and exits like the second, so its messages count too.
 */
const FETCH = `${COMMON}${QUIET_TAPS}
saved=$3
[ "$saved" = none ] || saved=$(virsh -q list --all --with-managed-save --uuid)
case $saved in
  *"$vm"*) ;;
  *) rm -f -- "$kept/$vm" "$kept/$vm".*
    said=$({ { virsh -q "start $vm --force-boot; domiflist $vm"; echo "exit $?" >&2; } | quiet_listed; } 2>&1)
    case $said in *error:*) ;; *'exit 0') exit 0 ;; esac
    printf '%s\\n' "$said" | sed '$d' >&2
    exit 1 ;;
esac
${INTO_IMAGES}
mkdir -p -- "$kept" || exit
if [ ! -e "$kept/$vm" ]; then
  [ -f "./$name.save" ] && [ ! -L "./$name.save" ] || exit ${EXIT_NO_IMAGE}
  mv -fT -- "./$name.save" "$kept/$vm" || exit
fi
if [ -L "$kept/$vm" ] || [ ! -f "$kept/$vm" ] || [ "$(stat -c %h -- "$kept/$vm")" != 1 ]; then rm -rf -- "$kept/$vm"; exit ${EXIT_NO_IMAGE}; fi
[ "$(${STAMP} "$kept/$vm")" = "$(cat "$kept/$vm.of" 2>/dev/null)" ] || rm -f -- "$kept/$vm.xml"
[ -f "$kept/$vm.xml" ] || virsh -q save-image-dumpxml "$kept/$vm" --security-info || exit
exit ${EXIT_NOT_SAVED}
`;

/**
 * The definition comes on stdin where Atoll wrote down none. libvirt forgets that it has an image when it removes one; where the memory
 * could not be restored it gets its image back.
 */
const RESTORE = `${COMMON}${QUIET_TAPS}
xml=$kept/$vm.xml
[ -f "$xml" ] || { xml=$kept/$vm.now; cat >"$xml" || exit; }
${INTO_IMAGES}
if virsh -q restore "$kept/$vm" --xml "$xml"; then
  : >"$kept/$vm.end" && mv -fT -- "$kept/$vm.end" "./$name.save" && virsh -q managedsave-remove "$vm"
  rm -f -- "$kept/$vm" "$kept/$vm".*
  quiet_taps "$vm"; exit 0
fi
mv -fT -- "$kept/$vm" "./$name.save"
exit 1
`;

/** Forgets what was kept of a VM whose memory is no longer wanted. $1: the folder of disks, $2: the VM. */
export const DROP_MEMORY = `rm -f -- "$1/.saved/$2" "$1/.saved/$2".*; rmdir -- "$1/.saved" 2>/dev/null; :`;

/** One virsh, which runs the second command also if the first fails, and exits like the second. A VM that does not run is no error. */
export const STOP = `${COMMON}
said=$(virsh -q "destroy $vm; managedsave-remove $vm" 2>&1)
exit=$?
refused=$(printf '%s\\n' "$said" | grep '^error:' | grep -viE 'failed to destroy domain|not running')
if [ "$exit" != 0 ] || [ -n "$refused" ]; then
  printf '%s\\n' "$said" >&2
  [ "$exit" != 0 ] || exit=1
  exit "$exit"
fi
${DROP_MEMORY}
`;

/** Suspends VMs to disk and starts them, with the memory that was saved where there is some. */
export class SavedMemory {
  constructor(
    private readonly shell: Shell,
    /** Folder of the host in which each VM has a folder for its disks. */
    private readonly diskDir: string,
  ) {}

  async save(vmId: string, signal: AbortSignal): Promise<void> {
    await this.run(SAVE, 'managedsave', vmId, signal);
  }

  /** Starts a VM that does not run, and makes its taps quiet. */
  async start(vmId: string, signal: AbortSignal): Promise<void> {
    const okExits = [0, EXIT_NOT_SAVED, EXIT_NO_IMAGE];
    const saved = (await this.isKnownUnsaved(vmId, signal)) ? 'none' : '';
    const { exit, stdout } = await this.run(FETCH, 'start', vmId, signal, { okExits, args: [saved] });
    if (exit === 0) return;
    if (exit === EXIT_NO_IMAGE) throw noImage(this.shell, vmId);
    const definition = stdout.trim() === '' ? '' : await this.definitionFor(vmId, stdout, signal);
    await this.run(RESTORE, 'restore', vmId, signal, { stdin: definition });
  }

  /** Whether a virsh that stays says so; false if there is no answer. */
  private async isKnownUnsaved(vmId: string, signal: AbortSignal): Promise<boolean> {
    const answers = await this.shell.virsh?.ask(['list --all --with-managed-save --uuid'], { signal, starts: true });
    return answerIds(answers?.[0])?.includes(vmId) === false;
  }

  /** Stops a running VM immediately, and discards a suspended one's memory. Does nothing for a VM that is down. */
  async stop(vmId: string, signal: AbortSignal): Promise<void> {
    await this.run(STOP, 'destroy', vmId, signal);
  }

  /**
   * The definition that libvirt has, for memory that somebody saved by other means. Of what is in the image only the CPU is taken: libvirt
   * writes down there which one a model of the host's came to be, and restores no other.
   */
  private async definitionFor(vmId: string, inImage: string, signal: AbortSignal): Promise<string> {
    const existing = await dumpXml(this.shell, vmId, 'inactive', signal);
    if (existing === null) throw noSuchVm(vmId, this.shell);
    const cpu = withXml(inImage, ({ root }) => {
      const found = element(root, 'cpu');
      return found && fits(found, DOMAIN['cpu']) ? serialize(found) : null;
    });
    if (cpu === null) return existing;
    return withXml(existing, (document) => {
      const known = element(document.root, 'cpu');
      const whole = document.toString({ format: false, noDeclaration: true });
      return known ? whole.replace(serialize(known), () => cpu) : whole;
    });
  }

  private run(
    script: string,
    verb: string,
    vmId: string,
    signal: AbortSignal,
    { args = [], ...options }: RunOptions & { readonly args?: readonly string[] } = {},
  ) {
    return this.shell
      .script(script, [this.diskDir, vmId, ...args], { signal, timeoutMs: LONG_MS, ...options })
      .catch((error: unknown) => {
        if (!(error instanceof CommandError)) throw error;
        return explain(new CommandError(error.host, ['virsh', verb, vmId], error.exit, error.stderr, error.remedy));
      });
  }
}

function noImage(shell: Shell, vmId: string): AppError {
  return new AppError(
    'HOST_COMMAND_FAILED',
    `Can't resume the VM ${vmId} on ${shell.name}: libvirt reports that its memory was saved, but there is no plain file with it`,
    {
      remedy: run('vms.stop', { vm: vmId }, 'Its memory is lost then; its disks stay. Start it afterwards.'),
    },
  );
}

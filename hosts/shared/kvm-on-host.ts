import type { Log } from '../../engine/ports/log';
import { startGuest } from '../doctor/kvm';
import type { TinyGuest } from '../tiny-guest/ensure';
import { ROOT_RUN } from '../linux/root-run';
import type { Shell } from '../shell';

/**
 * What is known about KVM on the host: `no` (it has none), or the result of the last test. Stored on the host, in memory: it is
 * lost on restart, and outdated once the module was reloaded. Prints nothing if unknown.
 */
const KNOWN = `
[ -w /dev/kvm ] || { echo no; exit 0; }
[ ${ROOT_RUN}/kvm -nt /dev/kvm ] && cat ${ROOT_RUN}/kvm
exit 0
`;
const KEEP = `umask 077; cd ${ROOT_RUN} && echo "$1" >kvm.new && mv kvm.new kvm`;

/**
 * Whether guests run on KVM there: a guest is started to test it, once per boot of the host, because that can take twenty seconds.
 * Without the files of a guest, or QEMU, KVM counts as not working; that is not stored.
 */
export async function kvmThere(
  shell: Shell,
  tinyGuest: (signal: AbortSignal) => Promise<TinyGuest>,
  log: Log,
): Promise<boolean> {
  try {
    const known = (await shell.script(KNOWN, [])).stdout.trim();
    if (known === 'no' || known === 'dies') return false;
    if (known === 'works') return true;
    const { works } = await startGuest(shell, await tinyGuest(new AbortController().signal));
    await shell.script(KEEP, [works ? 'works' : 'dies'], { okExits: 'any' });
    return works;
  } catch (error) {
    log.warn(
      { host: shell.name, error: error instanceof Error ? error.message : String(error) },
      'KVM could not be tested',
    );
    return false;
  }
}

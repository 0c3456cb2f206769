import { CAGE_OLD_LAB } from './cage';

/**
 * Starts libvirt's daemons in a lab where they do not run: at first, and when one was killed (VMs do not mind). Only who was
 * told of a child is woken by its end, and a daemon is nobody's: so it is the engine, which hears that libvirt is gone, that
 * sees to it, and init only at first. A pid may be another's by now, so its name must fit too, and one that was killed is seen
 * for a while as a zombie (proc_pid_stat(5)). libvirt ends its pid files without a newline, and then `read` fails though it
 * has read. Plain sh; `quiet` is init's.
 */
export const KEEP_DAEMONS = `for each in virtlogd libvirtd; do
    pid= stat=
    { { read -r pid <"/run/$each.pid" || [ -n "$pid" ]; } && read -r stat <"/proc/$pid/stat"; } 2>/dev/null || :
    case $stat in
      "$pid ($each) "[!ZX]*) ;;
      *) quiet "$each" -d || echo "$each did not start" >&2 ;;
    esac
  done`;

/** The same for a shell that enters the lab. $1: the lab's folder, $2: BUILD_CAGE. */
export const REVIVE_DAEMONS = `
quiet() { "$@"; }
${CAGE_OLD_LAB}
if command -v libvirtd >/dev/null && command -v virtlogd >/dev/null; then
  ${KEEP_DAEMONS}
fi
`;

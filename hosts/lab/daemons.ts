import { CAGE_OLD_LAB } from './cage';

/**
 * Starts libvirt's daemons in a lab where they do not run: initially, and after one was killed (VMs are not affected). A daemon has
 * no parent that is notified of its exit: the engine, which notices that libvirt is gone, restarts it; init only starts it
 * initially. A pid can be reused, so its name must match too, and a killed process remains for a while as a zombie
 * (proc_pid_stat(5)). libvirt ends its pid files without a newline, so `read` fails although it has read the pid. Plain sh; `quiet`
 * is init's.
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

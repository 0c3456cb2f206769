/**
 * Starts libvirt's daemons in a lab where they do not run: at first, and when one was killed (VMs do not mind). Only who was
 * told of a child is woken by its end, and a daemon is nobody's: so it is the engine, which hears that libvirt is gone, that
 * sees to it, and init only at first. A pid may be another's by now, so its name must fit too. libvirt ends its pid files
 * without a newline, and then `read` fails though it has read. Plain sh; `quiet` is init's.
 */
export const KEEP_DAEMONS = `for each in virtlogd libvirtd; do
    pid=
    { { read -r pid <"/run/$each.pid" || [ -n "$pid" ]; } && read -r name <"/proc/$pid/comm" && [ "$name" = "$each" ]; } 2>/dev/null ||
      quiet "$each" -d || echo "$each did not start" >&2
  done`;

/** The same for a shell that enters the lab. */
export const REVIVE_DAEMONS = `
quiet() { "$@"; }
if command -v libvirtd >/dev/null && command -v virtlogd >/dev/null; then
  ${KEEP_DAEMONS}
fi
`;

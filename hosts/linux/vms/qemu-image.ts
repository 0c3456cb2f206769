/**
 * For scripts: passes a qcow2 file to qemu-img so that it opens nothing else. Without a format it would probe the file, and with
 * `-f` alone it would still open the backing file that the header names. A data file (incompatible feature 2 of version 3) can't be
 * forbidden, so such a file is refused, and so is a file without a qcow2 header. `image FILE` prints a name for it; `snapshot
 * -c|-a|-d NAME FILE`. Absolute paths only. Drivers check with `checkDiskFiles` first, which reports more; this is the last check
 * before QEMU opens the file.
 */
export const QEMU_IMAGE = `
image() {
  [ -f "$1" ] || { echo "The disk $1 is not a regular file" >&2; return 1; }
  case $(od -An -v -tx1 -N80 -- "$1" | tr -d ' \\n') in
    514649fb00000003*[4567cdef]) echo "The disk $1 depends on another file: its data file" >&2; return 1 ;;
    514649fb0000000[23]*) ;;
    *) echo "The disk $1 is not a qcow2 file" >&2; return 1 ;;
  esac
  printf 'json:{"driver":"qcow2","file":{"driver":"file","filename":"%s"},"backing":null}' \\
    "$(printf %s "$1" | sed 's/[\\\\"]/\\\\&/g')"
}
snapshot() {
  of=$(image "$3") && qemu-img snapshot "$1" "$2" "$of"
}
`;

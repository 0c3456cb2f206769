/**
 * For scripts: how qemu-img is given a qcow2 file so that it opens nothing else. Without a format it would probe the file, and with
 * `-f` alone it would still open the backing file that the header names. A data file (incompatible feature 2 of version 3) can't be
 * forbidden, so such a file is refused. `image FILE` prints a name for it; `snapshot -c|-a|-d NAME FILE`. Absolute paths only.
 */
export const QEMU_IMAGE = `
byte() { od -An -v -tx1 -j"$2" -N1 -- "$1" | tr -d ' \\n'; }
image() {
  case $(byte "$1" 7):$(byte "$1" 79) in
    03:?[4567cdef]) echo "The disk $1 depends on another file: its data file" >&2; return 1 ;;
  esac
  printf 'json:{"driver":"qcow2","file":{"driver":"file","filename":"%s"},"backing":null}' \\
    "$(printf %s "$1" | sed 's/[\\\\"]/\\\\&/g')"
}
snapshot() {
  of=$(image "$3") && qemu-img snapshot "$1" "$2" "$of"
}
`;

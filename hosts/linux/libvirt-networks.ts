/** Where libvirt keeps the definitions of its networks, running or not (a folder for root only). */
export const LIBVIRT_NETWORKS = '/etc/libvirt/qemu/networks';

/**
 * A shell function: prints `BRIDGE NAME` for each network of libvirt in the folder $1 that makes a bridge when it is started, and deletes
 * the bridge of that name when it is stopped, whoever made it. Those that forward to an existing device make none
 * (<https://libvirt.org/formatnetwork.html#connectivity>). It takes no process.
 */
export const LIBVIRT_BRIDGES = `
libvirt_bridges() {
  set +f; for file in "$1"/*.xml; do
    [ -r "$file" ] || continue
    bridge=; net=; makes=yes
    while IFS= read -r line; do
      case $line in
        *'<name>'*'</name>'*) [ -n "$net" ] || { net=\${line#*<name>}; net=\${net%%</name>*}; } ;;
        *"<bridge name='"*) bridge=\${line#*"<bridge name='"}; bridge=\${bridge%%"'"*} ;;
        *'<bridge name="'*) bridge=\${line#*'<bridge name="'}; bridge=\${bridge%%'"'*} ;;
        *'<forward '*mode=?bridge?* | *'<forward '*mode=?hostdev?* | *'<forward '*mode=?passthrough?*) makes=no ;;
        *'<forward '*mode=?private?* | *'<forward '*mode=?vepa?*) makes=no ;;
      esac
    done <"$file"
    [ -z "$bridge" ] || [ $makes = no ] || printf '%s %s\\n' "$bridge" "$net"
  done; set -f
}
`;

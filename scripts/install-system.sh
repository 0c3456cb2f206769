#!/usr/bin/env bash
# Installs the Debian/Ubuntu packages that labs, VMs and the test suite need. Asks first, unless --yes.
# Nothing is enabled or started: labs run their own daemons in namespaces of their own.
set -euo pipefail

PACKAGES=(
  iproute2 nftables dnsmasq-base uidmap slirp4netns util-linux procps wireguard-tools iputils-ping
  libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils ovmf swtpm swtpm-tools
  busybox-static kmod genisoimage
)
for_tests=
case " $* ${CI:-} " in
  *' --for-tests '* | *' true '*)
    # The kernels of test machines often have no WireGuard.
    PACKAGES+=(wireguard-go openssh-server openssh-client sudo chromium debootstrap mmdebstrap 7zip curl python3-gi gir1.2-govirt-1.0 virt-viewer xvfb)
    for_tests=' --for-tests'
    ;;
esac

# What cloud-image.sh and installer-iso.sh make systems with, for `npm test -- guests`.
case " $* " in
  *' --for-guests '*)
    PACKAGES+=(grub-common grub-pc-bin grub-efi-amd64-bin xorriso mtools dosfstools e2fsprogs fdisk)
    for_tests+=' --for-guests'
    ;;
esac

missing=()
for package in "${PACKAGES[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done

# Tiny guests boot this computer's own kernel, where there is one that this user may read.
has_kernel() {
  local modules release root
  for modules in {,/var/lib/atoll/kernel,"${XDG_CACHE_HOME:-$HOME/.cache}/atoll/kernel"}/lib/modules/*; do
    release=$(basename "$modules")
    [ -r "$modules/modules.dep" ] || continue
    root=${modules%/lib/modules/*}
    # One of ours without its sources was unpacked before they were kept.
    [ -z "$root" ] || [ -r "$root/boot/sources-$release" ] || continue
    if [ -r "$root/boot/vmlinuz-$release" ] || [ -r "$modules/vmlinuz" ]; then return 0; fi
  done
  return 1
}
if [ "${#missing[@]}" -eq 0 ]; then
  has_kernel || bash "$(dirname "$0")/unpack-kernel.sh"
  exit
fi

sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
echo "Missing packages: ${missing[*]}"
case " $* " in
  *' --yes '*) ;;
  *)
    [ -t 0 ] || { echo 'Not asked, since this is no terminal: run scripts/install-system.sh --yes'"$for_tests" >&2; exit 1; }
    read -rp "Install them with apt-get? [y/N] " answer
    [ "$answer" = y ] || [ "$answer" = Y ] || exit 1
    ;;
esac
"${sudo[@]}" apt-get update -qq
# No service of these packages is to start on the machine itself; some containers have no policy, and no systemd.
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
has_kernel || bash "$(dirname "$0")/unpack-kernel.sh"

#!/usr/bin/env bash
# Puts Debian's kernel for VMs where tiny guests look for one, without installing it: no entry in the boot menu, no initramfs,
# no root. Usage: unpack-kernel.sh [FOLDER]; without one it is the computer's for root, else the user's own.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"
if [ "$(id -u)" -eq 0 ]; then folder=/var/lib/atoll/kernel; else folder=${XDG_CACHE_HOME:-$HOME/.cache}/atoll/kernel; fi
folder=${1:-$folder}
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

meta=linux-image-cloud-amd64
# On Debian that package only names the newest kernel; on Ubuntu there is linux-image-virtual, which names one too.
apt-cache show "$meta" >/dev/null 2>&1 || meta=linux-image-virtual
package=$(apt-cache depends "$meta" | sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
[ -n "$package" ] || { echo "apt knows no kernel for VMs; try apt-get update first" >&2; exit 1; }
modules=${package/linux-image-/linux-modules-}
apt-cache show "$modules" >/dev/null 2>&1 || modules=
# As root apt would hand the download to a user who can't write here.
apt-get -o APT::Sandbox::User=root download -qq "$package" ${modules:+"$modules"}
for file in ./*.deb; do dpkg-deb -x "$file" tree; done

release=${package#linux-image-}
[ -e tree/lib ] || ln -s usr/lib tree/lib
depmod -b "$PWD/tree" "$release"
# Of the modules only those that the guest loads, with what they need (hosts/tiny-guest/kernel.ts).
cd "tree/lib/modules/$release"
mkdir -p "$work/new/boot" "$work/new/lib/modules/$release"
grep -E '/(virtio_net|button|evdev)\.ko(\.[a-z0-9]+)?:' modules.dep | tee "$work/new/lib/modules/$release/modules.dep" |
  tr -d ':' | tr ' ' '\n' | sort -u | while read -r module; do cp --parents "$module" "$work/new/lib/modules/$release/"; done
cp "$work/tree/boot/vmlinuz-$release" "$work/new/boot/"
# dpkg knows nothing of what is only unpacked: which sources it is of stands beside it, for the package of Atoll that has it.
for file in "$work"/*.deb; do
  dpkg-deb --show --showformat='${source:Package} (= ${source:Version}), ${Built-Using}\n' "$file"
done >"$work/new/boot/sources-$release"
chmod -R a+rX "$work/new"
mkdir -p "$folder"
cp -a "$work/new/." "$folder/"
echo "$folder/boot/vmlinuz-$release"

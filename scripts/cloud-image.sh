#!/bin/sh
# Builds a Debian 13 cloud image from Debian's packages, to try Atoll's cloud images with where none can be downloaded: cloud-init, sshd
# and QEMU's guest agent; BIOS and UEFI; about 140 MB.
#   sudo sh scripts/cloud-image.sh FILE.qcow2
# Like Debian's own images it has no user and no password: cloud-init makes them from the seed. No loop device and no mount: mmdebstrap
# makes the tree, mke2fs and mtools the file systems.
set -eu
out=${1:?usage: cloud-image.sh FILE.qcow2}
[ "$(id -u)" = 0 ] || { echo 'cloud-image.sh needs root: it creates files that belong to others.' >&2; exit 1; }
missing=
for tool in mmdebstrap:mmdebstrap grub-mkimage:grub-common mcopy:mtools mkfs.vfat:dosfstools mke2fs:e2fsprogs sfdisk:fdisk qemu-img:qemu-utils; do
  command -v "${tool%:*}" >/dev/null || missing="$missing ${tool#*:}"
done
for kind in i386-pc:grub-pc-bin x86_64-efi:grub-efi-amd64-bin; do
  [ -d "/usr/lib/grub/${kind%:*}" ] || missing="$missing ${kind#*:}"
done
[ -z "$missing" ] || { echo "Missing packages: apt-get install$missing" >&2; exit 1; }
work=$(mktemp -d -p "$(dirname "$out")" .cloud-image.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

mmdebstrap --quiet --variant=minbase --mode=root \
  --include=linux-image-cloud-amd64,initramfs-tools,zstd,systemd,systemd-sysv,systemd-resolved,dbus,udev,cloud-init,cloud-guest-utils,netplan.io,openssh-server,openssh-client,sudo,iproute2,iputils-ping,e2fsprogs,fdisk,qemu-guest-agent,procps,less,linux-sysctl-defaults \
  --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" && printf "MODULES=most\nCOMPRESS=zstd\n" >"$1/etc/initramfs-tools/conf.d/image"' \
  trixie "$root"

# Each VM gets an identity of its own at its first boot.
echo uninitialized >"$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_*
echo localhost >"$root/etc/hostname"
printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n' >"$root/etc/hosts"
printf 'LABEL=root / ext4 errors=remount-ro 0 1\n' >"$root/etc/fstab"
# Other sources would be searched for on the network, for minutes.
printf 'datasource_list: [ NoCloud, None ]\n' >"$root/etc/cloud/cloud.cfg.d/90_sources.cfg"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
in_root() { chroot "$root" systemctl -q "$@" 2>/dev/null || :; }
in_root enable systemd-networkd systemd-resolved ssh serial-getty@ttyS0.service
in_root disable systemd-networkd-wait-online
# Without KVM a boot takes minutes: nothing is made again that is there, and no device is given up.
chroot "$root" ldconfig
in_root mask ldconfig.service systemd-journal-catalog-update.service systemd-update-done.service systemd-hwdb-update.service \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer
mkdir -p "$root/etc/systemd/system.conf.d"
printf '[Manager]\nDefaultDeviceTimeoutSec=15min\nDefaultTimeoutStartSec=15min\n' >"$root/etc/systemd/system.conf.d/slow.conf"

mkdir -p "$root/boot/grub"
kernel=$(basename "$root"/boot/vmlinuz-*)
initrd=$(basename "$root"/boot/initrd.img-*)
cat >"$root/boot/grub/grub.cfg" <<END
serial --unit=0 --speed=115200
terminal_input serial console
terminal_output serial console
set timeout=0
search --no-floppy --label root --set=root
linux /boot/$kernel root=LABEL=root ro console=tty0 console=ttyS0,115200 loglevel=3
initrd /boot/$initrd
boot
END

# An MBR with GRUB behind it, an ESP, and the root last, so that it can grow.
cat >"$work/early.cfg" <<'END'
search --no-floppy --label root --set=root
set prefix=($root)/boot/grub
configfile $prefix/grub.cfg
END
modules='part_msdos ext2 search search_label linux configfile normal serial terminal echo boot'
grub-mkimage -O i386-pc -p /boot/grub -c "$work/early.cfg" -o "$work/core.img" biosdisk $modules
grub-mkimage -O x86_64-efi -p /boot/grub -c "$work/early.cfg" -o "$work/bootx64.efi" fat $modules
truncate -s 32M "$work/esp"
mkfs.vfat -n ESP "$work/esp" >/dev/null
mmd -i "$work/esp" ::EFI ::EFI/BOOT
mcopy -i "$work/esp" "$work/bootx64.efi" ::EFI/BOOT/BOOTX64.EFI
truncate -s 2014M "$work/fs"
mke2fs -q -t ext4 -L root -d "$root" "$work/fs"
truncate -s 2048M "$work/disk"
printf 'label: dos\nstart=2048,size=65536,type=ef\nstart=67584,type=83,bootable\n' | sfdisk -q "$work/disk"
dd if=/usr/lib/grub/i386-pc/boot.img of="$work/disk" bs=440 count=1 conv=notrunc status=none
dd if="$work/core.img" of="$work/disk" bs=512 seek=1 conv=notrunc status=none
dd if="$work/esp" of="$work/disk" bs=1M seek=1 conv=notrunc,sparse status=none
dd if="$work/fs" of="$work/disk" bs=1M seek=33 conv=notrunc,sparse status=none
qemu-img convert -c -O qcow2 "$work/disk" "$work/image.qcow2"
mv "$work/image.qcow2" "$out"

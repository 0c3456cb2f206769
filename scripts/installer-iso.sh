#!/bin/sh
# A small installer CD for tests and demonstrations: scripts/installer-iso.sh FILE.iso
#
# It boots by BIOS, asks on the serial console, partitions the first virtio disk, writes a boot loader and a tiny system to it, and
# restarts. The system is Debian's cloud kernel with busybox; apt provides the kernel, and nothing is installed on this computer.
# Needs apt, busybox-static, grub-common, grub-pc-bin, mtools and xorriso.
set -eu

[ $# -eq 1 ] || { echo "usage: $0 FILE.iso" >&2; exit 2; }
for tool in apt-get dpkg-deb busybox grub-mkimage grub-mkrescue xorriso xz; do
  command -v "$tool" >/dev/null || { echo "missing: $tool" >&2; exit 1; }
done
grub=/usr/lib/grub/i386-pc
[ -e "$grub/boot.img" ] || { echo "missing: $grub (grub-pc-bin)" >&2; exit 1; }
out=$(realpath -m -- "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
[ -n "$package" ] || { echo "apt knows no cloud kernel; try apt-get update first" >&2; exit 1; }
# As root apt would hand the download to a user who can't write here.
apt-get -o APT::Sandbox::User=root download -qq "$package"
dpkg-deb -x ./*.deb tree
mkdir -p iso/boot/grub system/bin system/proc system/sys system/dev payload/payload
cp tree/boot/vmlinuz-* iso/boot/vmlinuz
xz -dc "$(find tree -name 'virtio_blk.ko.xz')" >system/virtio_blk.ko
cp "$(command -v busybox)" system/bin/busybox

# The system and its installer have one init; the kernel's command line says which it is.
cat >system/init <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
insmod /virtio_blk.ko
disk=/dev/vda
install_system() {
  echo "Partitioning $disk"
  printf 'o\nn\np\n1\n2048\n\na\n1\nw\n' | fdisk "$disk" >/dev/null 2>&1
  blockdev --rereadpt "$disk" 2>/dev/null
  echo 'Writing the boot loader'
  dd if=/payload/boot.img of="$disk" bs=440 count=1 conv=notrunc 2>/dev/null
  dd if=/payload/core.img of="$disk" bs=512 seek=1 conv=notrunc 2>/dev/null
  echo 'Copying the system'
  dd if=/payload/system.tar of="${disk}1" bs=1M 2>/dev/null
  sync
}
case " $(cat /proc/cmdline) " in
  *' install '*)
    sleep 1
    echo
    echo '*** Installer of a tiny system ***'
    if [ ! -b "$disk" ]; then echo "There is no disk $disk."; else
      echo "The disk $disk has $(($(cat /sys/block/vda/size) / 2048)) MiB."
      answer=
      while [ "$answer" != y ]; do printf 'Install on it? All its data will be lost. [y/N] '; read -r answer; done
      install_system
      echo 'Installed. Restarting.'
      sleep 2
      reboot -f
    fi
    ;;
  *)
    echo
    echo "*** Installed system, booted from ${disk}1 of $(($(cat /sys/block/vda/vda1/size) / 2048)) MiB ***"
    ;;
esac
while :; do setsid cttyhack sh; done
INIT
chmod 755 system/init
(cd system && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >iso/boot/initrd
cp iso/boot/vmlinuz vmlinuz
cp iso/boot/initrd initrd
tar --format=ustar -cf payload/payload/system.tar vmlinuz initrd

# GRUB reads the system from a tar archive on the partition: the installer needs no file system.
cat >early.cfg <<'EARLY'
set root=(hd0,msdos1)
linux /vmlinuz console=ttyS0 quiet
initrd /initrd
boot
EARLY
grub-mkimage -O i386-pc -d "$grub" -p /boot -c early.cfg -o payload/payload/core.img biosdisk part_msdos tar linux
cp "$grub/boot.img" payload/payload/
(cd payload && find . | busybox cpio -o -H newc 2>/dev/null) >iso/boot/payload
cat >iso/boot/grub/grub.cfg <<'GRUB'
set timeout=0
menuentry "Install" {
  linux /boot/vmlinuz console=ttyS0 quiet install
  initrd /boot/initrd /boot/payload
}
GRUB
grub-mkrescue -d "$grub" -o "$out" iso 2>/dev/null
echo "$out"

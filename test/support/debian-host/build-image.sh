#!/bin/sh
# Builds the disk and the kernel of a Debian host for tests: systemd, networkd, sshd and what a host of Atoll needs for networks.
#   sh build-image.sh FOLDER PUBLIC_KEY     writes FOLDER/{disk.raw,vmlinuz,host_key.pub}
# Root. No loop device and no mount: mmdebstrap makes the tree and mke2fs the file system. QEMU boots the kernel directly, so there is
# no boot loader; its disk is on NVMe, whose driver is in the kernel, so there is no initrd either.
set -eu
out=$1 key=$2 root=$1/root
mmdebstrap --quiet --variant=minbase --mode=root \
  --include=linux-image-cloud-amd64,systemd,systemd-sysv,dbus,udev,openssh-server,iproute2,nftables,dnsmasq-base,wireguard-tools,kmod,procps,iputils-ping \
  --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  trixie "$root"
echo debian-host >"$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 debian-host\n' >"$root/etc/hosts"
# The way in is the first NIC; networkd leaves the others alone.
printf '[Match]\nName=eth0\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\nLinkLocalAddressing=no\n' >"$root/etc/systemd/network/10-way-in.network"
printf 'PermitRootLogin prohibit-password\nMaxStartups 100\nPerSourcePenalties no\nUseDNS no\n' >"$root/etc/ssh/sshd_config.d/test.conf"
mkdir -p -m 700 "$root/root/.ssh" && cp "$key" "$root/root/.ssh/authorized_keys"
chroot "$root" ssh-keygen -A >/dev/null
echo uninitialized >"$root/etc/machine-id"
in_root() { chroot "$root" systemctl -q "$@" 2>/dev/null || :; }
in_root enable systemd-networkd ssh
in_root disable systemd-networkd-wait-online
# A boot without KVM on a busy machine takes a minute: what the tests do not need does not start, and no device is given up.
in_root mask ldconfig.service systemd-journal-catalog-update.service systemd-update-done.service systemd-hwdb-update.service \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer systemd-tmpfiles-clean.timer \
  modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service modprobe@loop.service dev-hugepages.mount dev-mqueue.mount \
  sys-kernel-debug.mount sys-kernel-tracing.mount getty@tty1.service
chroot "$root" ldconfig
mkdir -p "$root/etc/systemd/system.conf.d"
printf '[Manager]\nDefaultDeviceTimeoutSec=15min\nDefaultTimeoutStartSec=15min\n' >"$root/etc/systemd/system.conf.d/slow.conf"
cp "$root"/boot/vmlinuz-* "$out/vmlinuz"
cp "$root/etc/ssh/ssh_host_ed25519_key.pub" "$out/host_key.pub"
truncate -s 1G "$out/disk.raw"
mke2fs -q -t ext4 -L root -d "$root" "$out/disk.raw"
rm -rf --one-file-system "$root"

#!/bin/sh
# Builds the disk and the kernel of a Debian host for tests: systemd, networkd, sshd and what a host of Atoll needs for networks.
#   sh build-image.sh FOLDER PUBLIC_KEY [shared-machine]     writes FOLDER/{disk.raw,vmlinux,host_key.pub}
# shared-machine: with services that share a host with Atoll. None of them starts at boot; a test starts what it needs.
# Root. No loop device and no mount: mmdebstrap makes the tree and mke2fs the file system. QEMU boots the kernel directly, so there is
# no boot loader; its disk is on NVMe, whose driver is in the kernel, so there is no initrd either.
set -eu
out=$1 key=$2 root=$1/root more='' size=1G
if [ "${3:-}" = shared-machine ]; then
  more=,docker.io,iptables,network-manager,firewalld,ufw,libvirt-daemon-system,libvirt-clients,libvirt-daemon-config-network size=3G
fi
mmdebstrap --quiet --variant=minbase --mode=root \
  --include=linux-image-cloud-amd64,zstd,systemd,systemd-sysv,dbus,udev,openssh-server,iproute2,nftables,dnsmasq-base,dhcpcd-base,busybox-static,wireguard-tools,kmod,procps,iputils-ping$more \
  --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  trixie "$root"
echo debian-host >"$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 debian-host\n' >"$root/etc/hosts"
# The way in is the first NIC; networkd leaves the others alone.
printf '[Match]\nName=eth0\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\nLinkLocalAddressing=no\n' >"$root/etc/systemd/network/10-way-in.network"
printf 'PermitRootLogin prohibit-password\nMaxStartups 100\nPerSourcePenalties no\nUseDNS no\nUsePAM no\n' >"$root/etc/ssh/sshd_config.d/test.conf"
mkdir -p -m 700 "$root/root/.ssh" && cp "$key" "$root/root/.ssh/authorized_keys"
chroot "$root" ssh-keygen -A >/dev/null
# A boot without KVM costs half a minute of a processor: what tests do not need does not start, and no device is given up.
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
in_root() { chroot "$root" systemctl -q "$@" 2>/dev/null || :; }
[ -z "$more" ] || in_root disable $(chroot "$root" systemctl list-unit-files --state=enabled --no-legend | cut -d ' ' -f 1)
in_root enable systemd-networkd ssh
in_root disable systemd-networkd-wait-online
in_root mask ldconfig.service systemd-journal-catalog-update.service systemd-update-done.service systemd-hwdb-update.service \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer systemd-tmpfiles-clean.timer \
  modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service modprobe@loop.service modprobe@configfs.service \
  dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
  getty@tty1.service serial-getty@ttyS0.service systemd-logind.service systemd-firstboot.service systemd-sysusers.service \
  systemd-machine-id-commit.service systemd-random-seed.service systemd-journal-flush.service kmod-static-nodes.service \
  systemd-network-generator.service systemd-networkd-persistent-storage.service systemd-udev-load-credentials.service \
  systemd-user-sessions.service sshd-keygen.service
mkdir -p "$root/etc/systemd/system-generators" "$root/etc/systemd/system.conf.d" "$root/etc/systemd/journald.conf.d"
for generator in cryptsetup debug getty gpt-auto hibernate-resume import integritysetup run ssh tpm2 veritysetup; do
  ln -s /dev/null "$root/etc/systemd/system-generators/systemd-$generator-generator"
done
printf '[Manager]\nDefaultDeviceTimeoutSec=15min\nDefaultTimeoutStartSec=15min\n' >"$root/etc/systemd/system.conf.d/slow.conf"
printf '[Journal]\nStorage=volatile\nAudit=no\n' >"$root/etc/systemd/journald.conf.d/memory.conf"
# No disk of ours is on AHCI, and nobody types.
printf 'blacklist %s\n' kvm kvm_amd ahci evdev button serio_raw vsock vsock_loopback vmw_vsock_vmci_transport qemu_fw_cfg i2c_i801 lpc_ich \
  >"$root/etc/modprobe.d/test.conf"
chroot "$root" ldconfig
# The kernel in the file vmlinuz is compressed (Documentation/arch/x86/boot.rst): to unpack it costs an emulated processor seconds.
kernel=$(echo "$root"/boot/vmlinuz-*)
field() { od -An -j "$1" -N "$2" -t "u$2" "$kernel" | tr -d ' '; }
tail -c "+$((($(field 497 1) + 1) * 512 + $(field 584 4) + 1))" "$kernel" | head -c "$(($(field 588 4) - 4))" |
  chroot "$root" zstd -q -d -c >"$out/vmlinux"
cp "$root/etc/ssh/ssh_host_ed25519_key.pub" "$out/host_key.pub"
truncate -s "$size" "$out/disk.raw"
mke2fs -q -t ext4 -L root -d "$root" "$out/disk.raw"
rm -rf --one-file-system "$root"

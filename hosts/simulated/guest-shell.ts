import { guestNics, ipv4, ping } from './guest';
import type { Machine } from './machine';
import { addressOfName } from './services';
import type { SimVm } from './state';

const HELP = [
  'This guest is simulated: no program runs behind this console.',
  '  help                 this list',
  '  hostname             the name of the VM',
  '  ip addr              its network interfaces, addresses and links',
  '  ping [-c N] A.B.C.D  ping simulated VMs on the same island, by address or name',
  '  reboot, poweroff     restart or stop the VM',
];

export type GuestRequest = 'reboot' | 'poweroff' | null;

/** The prompt of the simulated guest: the VM's name, reduced to valid hostname characters. */
export function prompt(vm: SimVm): string {
  return `${hostname(vm)}:~# `;
}

function hostname(vm: SimVm): string {
  return (
    vm.spec.name
      .replace(/[^0-9A-Za-z-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 63) || 'guest'
  );
}

/** Runs one line typed at the console. Returns its output, and its power request, if any. */
export function runLine(machine: Machine, vm: SimVm, line: string): { out: string[]; request: GuestRequest } {
  const words = line.trim().split(/\s+/).filter(Boolean);
  switch (words[0]) {
    case undefined:
      return say();
    case 'help':
      return say(...HELP);
    case 'hostname':
      return say(hostname(vm));
    case 'ip':
      return say(
        ...(words[1] === undefined || /^a(ddr(ess)?)?$/.test(words[1])
          ? showAddresses(machine, vm)
          : ['ip: only "ip addr" is simulated']),
      );
    case 'ping':
      return say(...runPing(machine, vm, words.slice(1)));
    case 'reboot':
    case 'poweroff':
      return { out: [], request: words[0] };
    default:
      return say('sh: not found in this simulated guest (try: help)');
  }
}

const say = (...out: string[]): { out: string[]; request: null } => ({ out, request: null });

function showAddresses(machine: Machine, vm: SimVm): string[] {
  return guestNics(machine, vm).flatMap((nic, index) => [
    `${index + 2}: ${nic.name}: <BROADCAST,MULTICAST,UP${nic.bridge === null ? ',NO-CARRIER' : ',LOWER_UP'}>`,
    `    link/ether ${nic.mac} brd ff:ff:ff:ff:ff:ff`,
    `    inet ${nic.address} scope global ${nic.name}`,
  ]);
}

function addressByName(machine: Machine, vm: SimVm, name: string): string | null {
  for (const { bridge } of guestNics(machine, vm)) {
    const address = addressOfName(machine.state, bridge, name);
    if (address !== null) return address;
  }
  return null;
}

function runPing(machine: Machine, vm: SimVm, args: readonly string[]): string[] {
  const counted = args[0] === '-c';
  const count = counted ? Number(args[1]) : 3;
  const target = args[counted ? 2 : 0] ?? '';
  const address = ipv4(target) ?? ipv4(addressByName(machine, vm, target) ?? '');
  if (address === null || !Number.isInteger(count) || count < 1 || count > 20)
    return ['usage: ping [-c 1..20] A.B.C.D, or a name on the network'];
  const shown = ipv4(target) === null ? addressByName(machine, vm, target) : target;
  const head = `PING ${target} (${shown ?? target}): 56 data bytes`;
  const echo = ping(machine, vm, address);
  if (echo === 'no route') return [head, 'ping: sendto: Network is unreachable'];
  const got = echo === 'answers' ? count : 0;
  return [
    head,
    ...Array.from({ length: got }, (_, seq) => `64 bytes from ${shown ?? target}: seq=${seq} ttl=64 (simulated)`),
    '',
    `--- ${target} ping statistics ---`,
    `${count} packets transmitted, ${got} packets received, ${got === 0 ? 100 : 0}% packet loss`,
  ];
}

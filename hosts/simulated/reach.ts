import type { GuestAnswer, ReachAnswer, ReachOrder } from '../../engine/ports/reach-probe';
import { guestNics } from './guest';
import type { Machine } from './machine';
import type { SimulatedTunnel } from './tunnel';

/** The port of the page that a tiny guest serves. */
const PAGE_PORT = 80;

const nicsOf = (machine: Machine) =>
  [...machine.state.vms.values()]
    .filter((vm) => vm.state === 'up')
    .flatMap((vm) => guestNics(machine, vm).map((nic) => ({ vm, nic, address: nic.address.split('/')[0] ?? '' })));

/** Whether the frames of a guest of this host arrive on one of its bridges. */
const receives = (machine: Machine, mac: string, on: string): boolean =>
  !(machine.state.dropped?.has(mac) ?? false) &&
  nicsOf(machine).some(({ nic }) => nic.mac === mac && nic.bridge === on);

/** What a temporary probe on a simulated bridge would get back. Packets are forwarded only by VMs that were made to (`control.ts`). */
export function simulatedReach(
  machine: Machine,
  { bridge, guests }: ReachOrder,
  joined: SimulatedTunnel['joined'],
): ReachAnswer {
  const { state } = machine;
  if (!state.bridges.has(bridge))
    return {
      answers: guests.map(({ key, tcpPorts }) => ({
        ...{ key, arp: null, ping: null, frames: null },
        tcp: tcpPorts.map((port) => ({ port, open: null })),
      })),
      learned: [],
      why: `simulated: there is no bridge ${bridge}`,
    };
  const own = nicsOf(machine);
  const nics = [...own, ...joined(bridge).flatMap((far) => nicsOf(far.machine))];
  const isHeard = (mac: string, on: string): boolean =>
    receives(machine, mac, on) || joined(on).some((far) => receives(far.machine, mac, far.bridge));
  const isForwarded = (via: string, address: string): boolean => {
    const gateway = isHeard(via, bridge) ? nics.find(({ nic }) => nic.mac === via)?.vm : undefined;
    if (gateway === undefined || !(state.forwarding?.has(gateway.spec.id) ?? false)) return false;
    const far = nics.filter(({ vm }) => vm === gateway).flatMap(({ nic }) => nic.bridge ?? []);
    return nics.some((each) => each.address === address && far.some((on) => isHeard(each.nic.mac, on)));
  };
  const answers = guests.map(({ key, mac, address, own, via, tcpPorts }): GuestAnswer => {
    const heard = isHeard(mac, bridge);
    const hasAddress = address !== null && nics.some((each) => each.nic.mac === mac && each.address === address);
    const answers = via === null ? heard && hasAddress : address !== null && isForwarded(via, address);
    const open = (port: number): boolean | null => (answers ? port === PAGE_PORT : null);
    return {
      key,
      arp: address === null || via !== null ? null : answers,
      ping: address === null || own === null ? null : answers,
      frames: via === null ? heard : null,
      tcp: tcpPorts.map((port) => ({ port, open: open(port) })),
    };
  });
  const learned = own.flatMap(({ vm, nic }) => {
    const tap = vm.live?.vnics.find(({ mac }) => mac === nic.mac)?.tap;
    return nic.bridge === bridge && tap !== undefined ? [{ mac: nic.mac, port: tap }] : [];
  });
  return { answers, learned, why: null };
}

import type { BridgeSpec, Change } from '../ports/changes';
import type { ObservedBridge, ObservedPort } from '../ports/observed';
import type { Findings } from './model/finding';
import { type View, classifyPort } from './model/view';
import { optionValues } from './port-options';

const onOff = (on: boolean): string => (on ? 'on' : 'off');
const isIpv6 = (address: string): boolean => address.includes(':');

/** Whether a bridge of ours is open to its host: a chain missing or on the wrong device, or IPv6 on. */
export const isOpen = (bridge: ObservedBridge): boolean =>
  bridge.sealIngress !== 'ok' || bridge.sealEgress !== 'ok' || !bridge.ipv6Disabled;

/** The differences of the bridge itself, and the changes that repair it. `imported`: it is being taken over. */
export function compareBridge(spec: BridgeSpec, actual: ObservedBridge, found: Findings, imported = false): Change[] {
  return [
    ...compareMark(spec, actual, found, imported),
    ...compareSeal(spec.bridge, actual, found),
    ...compareAddresses(spec.bridge, actual, found),
    ...compareLink(spec, actual, found),
  ];
}

function compareMark(spec: BridgeSpec, actual: ObservedBridge, found: Findings, imported: boolean): Change[] {
  if (actual.owner !== null && !imported) return [];
  found.add('mark_missing', 'mark', spec.alias, actual.alias ?? 'none');
  return [{ kind: 'bridge.mark', bridge: spec.bridge, alias: spec.alias, was: actual.alias }];
}

function compareSeal(bridge: string, actual: ObservedBridge, found: Findings): Change[] {
  const { sealIngress, sealEgress } = actual;
  if (sealIngress !== 'ok' || sealEgress !== 'ok') {
    const is = `ingress ${sealIngress}, egress ${sealEgress}`;
    found.add('seal_missing', 'seal', 'ingress ok, egress ok', is);
  }
  if (!actual.ipv6Disabled) found.add('ipv6_on', 'IPv6', 'off', 'on');
  return isOpen(actual) ? [sealAs(bridge, actual)] : [];
}

/** Seals a bridge that has its name, as it was observed. */
export function sealAs(bridge: string, { sealIngress, sealEgress }: ObservedBridge): Change {
  const isBare = sealIngress === 'missing' && sealEgress === 'missing';
  return { kind: 'bridge.seal', bridge, ...(isBare ? { isBare } : {}) };
}

function compareAddresses(bridge: string, actual: ObservedBridge, found: Findings): Change[] {
  for (const address of actual.addresses) {
    found.add('address_added', 'address', 'none', address);
  }
  // Disabling IPv6 makes the kernel drop all IPv6 addresses; removing one explicitly after that would fail.
  const remain = actual.addresses.filter((address) => actual.ipv6Disabled || !isIpv6(address));
  return remain.map((address) => ({ kind: 'address.remove', bridge, address }));
}

function compareLink(spec: BridgeSpec, actual: ObservedBridge, found: Findings): Change[] {
  const { bridge } = spec;
  const changes: Change[] = [];
  if (hasOtherOptions(actual)) {
    found.add('options', 'options', 'all off', bridgeOptionWords(actual));
    changes.push({ kind: 'bridge.options', bridge });
  }
  if (actual.mac !== spec.mac && spec.kept !== true) {
    found.add('mac', 'MAC', spec.mac, actual.mac);
    changes.push({ kind: 'bridge.mac', bridge, mac: spec.mac, was: actual.mac });
  }
  if (actual.mtu !== spec.mtu) {
    found.add('mtu', 'MTU', String(spec.mtu), String(actual.mtu));
    changes.push({ kind: 'bridge.mtu', bridge, mtu: spec.mtu, was: actual.mtu });
  }
  if (!actual.up) {
    found.add('bridge_down', 'link', 'up', 'down');
    changes.push({ kind: 'bridge.up', bridge, up: true });
  }
  return changes;
}

/** Whether options of the bridge itself keep it from forwarding as a plain bridge, or let frames past its seal. */
export function hasOtherOptions(actual: ObservedBridge): boolean {
  const { stp, forwardDelay, multicastSnooping, vlanFiltering, receivesLinkLocal, filtersFrames } = actual;
  return stp || forwardDelay !== 0 || multicastSnooping || vlanFiltering || !!receivesLinkLocal || !!filtersFrames;
}

/** The options of the bridge itself, as text. */
export function bridgeOptionWords(actual: ObservedBridge): string {
  const {
    stp,
    forwardDelay,
    multicastSnooping,
    vlanFiltering,
    receivesLinkLocal = false,
    filtersFrames = false,
  } = actual;
  const filters = filtersFrames ? ', packet filters of the host on' : '';
  return `STP ${onOff(stp)}, forward delay ${forwardDelay}, multicast snooping ${onOff(multicastSnooping)}, VLAN filtering ${onOff(vlanFiltering)}, link-local frames to the host ${onOff(receivesLinkLocal)}${filters}`;
}

/**
 * The differences among the bridge's ports. `movesAway` tells whether the group of another bridge fetches a tap that belongs there;
 * if that can't happen now the tap is removed here, because a VM must not receive frames of a network that it is not on.
 */
export function comparePorts(
  view: View,
  spec: BridgeSpec,
  ports: readonly ObservedPort[],
  movesAway: (bridge: string) => boolean,
  found: Findings,
): Change[] {
  const present = new Set(ports.map((port) => port.name));
  const changes = ports.flatMap((port) => comparePort(view, spec, port, movesAway, found));
  for (const tap of view.tapsFor.get(spec.bridge) ?? []) {
    if (!present.has(tap.name)) changes.push(...plugIn(view, spec.bridge, { port: tap.name, vm: tap.vm }, found));
  }
  const { outside } = view.wanted;
  if (outside?.bridge === spec.bridge && view.nics.has(outside.nic) && !present.has(outside.nic)) {
    changes.push(...plugIn(view, spec.bridge, { port: outside.nic }, found));
  }
  return changes;
}

function comparePort(
  view: View,
  spec: BridgeSpec,
  port: ObservedPort,
  movesAway: (bridge: string) => boolean,
  found: Findings,
): Change[] {
  const { bridge } = spec;
  const role = classifyPort(view, bridge, port);
  switch (role.kind) {
    case 'ours':
    case 'unknown':
      return [...comparePortStack(bridge, port, found), ...comparePortOptions(bridge, port, found)];
    case 'leaves':
      return [];
    case 'elsewhere':
      if (role.bridge !== null && movesAway(role.bridge)) return [];
      found.add('foreign_port', 'ports', `without ${port.name}`, `with ${port.name}`, {
        port: port.name,
        vm: role.tap.vm,
      });
      return [{ kind: 'port.remove', bridge, port: port.name }];
    case 'foreign':
      found.add('foreign_port', 'ports', `without ${port.name}`, `with ${port.name}`, {
        port: port.name,
        ...(role.vm === undefined ? {} : { vm: role.vm }),
      });
      return [{ kind: 'port.remove', bridge, port: port.name }];
  }
}

/**
 * The host's own stack on a port. An address there would let it send to the guest past the bridge and its seal, though no reply
 * returns: frames that enter a port go to the bridge.
 */
function comparePortStack(bridge: string, port: ObservedPort, found: Findings): Change[] {
  const { name, ipv6Disabled, addresses = [], receivesLinkLocal = false } = port;
  for (const address of addresses) {
    found.add('address_added', `address on ${name}`, 'none', address, { port: name });
  }
  const remain = addresses.filter((address) => ipv6Disabled || !isIpv6(address));
  const removals = remain.map((address): Change => ({ kind: 'address.remove', bridge, port: name, address }));
  // Not a finding on a tap that libvirt has just plugged in: it has the kernel's defaults, and is quieted now.
  if (ipv6Disabled) return receivesLinkLocal ? [...removals, { kind: 'port.quiet', port: name }] : removals;
  found.add('port_ipv6_on', `IPv6 on ${name}`, 'off', 'on', { port: name });
  return [...removals, { kind: 'port.quiet', port: name }];
}

/** The options by which a port differs from one of a plain bridge: they may disconnect its guest, or answer in its place. */
function comparePortOptions(bridge: string, { name, options = [] }: ObservedPort, found: Findings): Change[] {
  if (options.length === 0) return [];
  const [is, should] = [optionValues(options, 'actual'), optionValues(options, 'wanted')];
  found.add('port_options', `options of ${name}`, should, is, { port: name });
  return [{ kind: 'port.options', bridge, port: name, options }];
}

/** A port from elsewhere may use IPv6, and is quieted before it is plugged in; it can also have addresses of the host. */
function plugIn(view: View, bridge: string, about: { port: string; vm?: string }, found: Findings): Change[] {
  const { port } = about;
  const on = view.observed.bridges.find(({ ports }) => ports.some(({ name }) => name === port))?.name;
  found.add('tap_missing', 'ports', `with ${port}`, `without ${port}`, {
    ...about,
    ...(on === undefined ? {} : { on }),
  });
  const brought = (view.addressesOf.get(port) ?? []).filter((address) => !isIpv6(address));
  return [
    { kind: 'port.quiet', port },
    { kind: 'port.add', bridge, port },
    ...brought.map((address): Change => ({ kind: 'address.remove', bridge, port, address })),
  ];
}

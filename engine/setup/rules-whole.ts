import { broken, twice } from '../plan/regular/broken';
import type { Attached, SetupRequest } from './request';
import { portOf } from '../plan/model/wanted-setup';

/** Networks of a host by their NIC. Nic-less ones are in no group: they share nothing (rule O6). */
function byNic({ after }: SetupRequest): Map<string, Attached[]> {
  const groups = new Map<string, Attached[]>();
  for (const each of after) if (each.nic !== null) groups.set(each.nic, [...(groups.get(each.nic) ?? []), each]);
  return groups;
}

const quoted = ({ network }: Attached): string => `"${network.name}"`;

/** Bad: red and green on eth1, both without a VLAN. Any number with VLANs can share it with one without. */
export function untaggedIsAlone(request: SetupRequest): void {
  for (const [nic, there] of byNic(request)) {
    const untagged = there.filter(({ network }) => network.vlan === null);
    if (untagged.length < 2) continue;
    broken(
      'NETWORK_INTERFACES_NOT_EXCLUSIVELY_USED_BY_UNTAGGED_NETWORK',
      'attach',
      `${untagged.map(quoted).join(' and ')} are both without a VLAN on ${nic}`,
      'One network without a VLAN can be on a NIC; give the others tags, or separate NICs.',
    );
  }
}

/** Bad: red and green with the VLAN tag 7 on eth1. */
export function tagIsAlone(request: SetupRequest): void {
  for (const [nic, there] of byNic(request)) {
    const tag = twice(there.flatMap(({ network }) => (network.vlan === null ? [] : [String(network.vlan)])));
    if (tag === undefined) continue;
    broken(
      'NETWORK_INTERFACES_NOT_EXCLUSIVELY_USED_BY_VLAN',
      'attach',
      `Two networks on ${nic} have the VLAN tag ${tag}`,
      'Put one of them on another NIC.',
    );
  }
}

/**
 * Bad: red without a VLAN and with MTU 1500 on the NIC of green, VLAN 7, with MTU 9000: the untagged network sets the NIC's MTU.
 */
export function mtusAgree(request: SetupRequest): void {
  for (const [nic, there] of byNic(request)) {
    const untagged = there.find(({ network }) => network.vlan === null);
    const other = there.find((each) => untagged && each.network.mtu !== untagged.network.mtu);
    if (!untagged || !other) continue;
    broken(
      'NETWORK_MTU_DIFFERENCES',
      'attach',
      `On ${nic} ${quoted(untagged)} has the MTU ${untagged.network.mtu} and ${quoted(other)} has ${other.network.mtu}`,
      'A network without a VLAN and all others on its NIC must have the same MTU.',
    );
  }
}

/** Bad: VLAN 1000 on a NIC whose name is 12 letters long: interface names are limited to 15. */
export function vlanHasName({ attach }: SetupRequest): void {
  for (const { network, nic } of attach) {
    const port = nic === null ? '' : portOf({ nic, vlan: network.vlan });
    if (port.length <= 15) continue;
    broken(
      'ATTACHMENT_VLAN_NAME_TOO_LONG',
      'attach',
      `The VLAN of "${network.name}" would be named ${port}, which is longer than 15 characters`,
      'Rename the NIC on the host to something shorter.',
    );
  }
}

/** Bad: a bond in a mode that does not work under a bridge (balance-rr, balance-tlb, balance-alb), with a network on it. */
export function bondModeFits({ bondsAfter, after }: SetupRequest): void {
  for (const { name, mode } of bondsAfter) {
    const user = after.find(({ nic }) => nic === name);
    if (!user || !UNFIT.has(mode)) continue;
    broken(
      'INVALID_BOND_MODE_FOR_BOND_WITH_VM_NETWORK',
      'bonds',
      `The bond ${name} is in the mode ${mode}, which does not support the VM network ${quoted(user)}`,
      'Choose active-backup, 802.3ad, balance-xor or broadcast.',
    );
  }
}

/** Modes 0, 5 and 6: they send a station's frames over several NICs, which confuses the bridges on both sides. */
const UNFIT: ReadonlySet<string> = new Set(['balance-rr', 'balance-tlb', 'balance-alb']);

/** Bad: 192.0.2.10/24 on red and on green. */
export function addressOnce({ after }: SetupRequest): void {
  const all = after.flatMap(({ ipv4, ipv6 }) =>
    [ipv4, ipv6].flatMap((ip) => (ip.kind === 'static' ? [ip.address] : [])),
  );
  const same = twice(all.map((address) => address.split('/')[0] ?? ''));
  if (same === undefined) return;
  broken('NETWORK_ATTACHMENT_ADDRESS_TWICE', 'attach', `The host would have ${same} on two networks`, 'Give another.');
}

/** Bad: a default gateway on red and another on green. */
export function gatewayOnce({ after }: SetupRequest): void {
  for (const which of ['ipv4', 'ipv6'] as const) {
    const several = after.filter((each) => {
      const ip = each[which];
      return ip.kind === 'static' && ip.gateway !== null;
    });
    if (several.length < 2) continue;
    broken(
      'NETWORK_ATTACHMENT_GATEWAY_TWICE',
      'attach',
      `${several.map(quoted).join(' and ')} would both have the host's default gateway`,
      'Only one network of a host can have it.',
    );
  }
}

export function checkWhole(request: SetupRequest): void {
  untaggedIsAlone(request);
  tagIsAlone(request);
  mtusAgree(request);
  vlanHasName(request);
  bondModeFits(request);
  addressOnce(request);
  gatewayOnce(request);
}

import { run } from '../../contract';
import { DHCP_CLIENTS } from '../ports/setup';
import { OUT_NIC, isOutside } from '../plan/model/outside-network';
import { isEligible } from '../plan/eligible';
import { broken, twice } from '../plan/regular/broken';
import type { Attached, SetupRequest } from './request';

type Rule = (asked: Attached, request: SetupRequest) => void;

/** Bad: attaching red twice in one command. */
export function networkOnce({ attach }: SetupRequest): void {
  const name = twice(attach.map(({ network }) => network.name));
  if (name === undefined) return;
  broken(
    'ACTION_TYPE_FAILED_NETWORK_ATTACHMENTS_REFERENCES_SAME_NETWORK_DUPLICATELY',
    'attach',
    `The network "${name}" is named twice`,
    'Name each network once.',
  );
}

/** Bad: red both attached and detached. */
export function notInBothLists({ attach, detach }: SetupRequest): void {
  const both = attach.find(({ network }) => detach.some(({ id }) => id === network.id));
  if (!both) return;
  broken(
    'NETWORK_ATTACHMENT_IN_BOTH_LISTS',
    'detach',
    `The network "${both.network.name}" is both to be attached and to be detached`,
    'Remove it from one list. To move an attached network to another NIC, attach it there.',
  );
}

/** Bad: a network that is not attached to the host's cluster, isolated or not. */
export const inCluster: Rule = ({ network }, { inCluster: known, host }) => {
  if (known.has(network.id)) return;
  broken(
    'NETWORK_OF_GIVEN_NAME_NOT_EXISTS_IN_CLUSTER',
    'attach',
    `The network "${network.name}" is not attached to the cluster of the host "${host.name}"`,
    run('networks.attach', { network: network.name }),
  );
};

/** Bad: red, which its label limits to hosts with the label dmz, on one without it. */
export const hostIsEligible: Rule = ({ network }, { host }) => {
  if (isEligible(host, network)) return;
  broken(
    'S9',
    'attach',
    `The network "${network.name}" is only on hosts with the label ${network.label ?? ''}, which "${host.name}" does not have`,
    run('hosts.label', { host: host.name, ...(network.label === null ? {} : { add: [network.label] }) }),
  );
};

/** Bad: the isolated network blue on eth1, or with an address of the host. It can only be nic-less. */
export const isolatedIsBare: Rule = ({ network, nic, ipv4, ipv6 }) => {
  if (!network.isIsolated) return;
  if (nic !== null)
    broken(
      'S3',
      'attach',
      `The isolated network "${network.name}" can have no NIC (given: ${nic})`,
      'Leave the NIC out.',
    );
  if (ipv4.kind !== 'none' || ipv6.kind !== 'none')
    broken('S3', 'attach', `The host can have no address on the isolated network "${network.name}"`, 'Leave it out.');
};

/** Bad: the network outside, which belongs to a lab's uplink, on a NIC; or any network on the uplink's own NIC. */
export const notOutside: Rule = ({ network, nic }) => {
  if (!isOutside(network) && nic !== OUT_NIC) return;
  broken(
    'S12',
    'attach',
    `The network outside and the NIC ${OUT_NIC} are reserved for the uplink of a lab`,
    run('outside.enable', {}, 'Name another network, or enable the uplink of a lab.'),
  );
};

/** Bad: the regular network red without a NIC. */
export const regularHasNic: Rule = ({ network, nic }, { host }) => {
  if (network.isIsolated || nic !== null) return;
  broken(
    'HOST_NETWORK_INTERFACE_DOES_NOT_HAVE_NAME_SET',
    'attach',
    `The network "${network.name}" is regular and needs a NIC or bond; only isolated networks have none`,
    run('hosts.nics', { host: host.name }, 'Name one of the NICs of the host.'),
  );
};

/** Bad: red on eth9, which is neither on the host nor a bond of this command. */
export const nicExists: Rule = ({ network, nic }, { nics, bondsAfter, host }) => {
  if (nic === null || bondsAfter.some((bond) => bond.name === nic) || isTarget(nics.get(nic)?.kind)) return;
  if (nics.get(nic)?.kind === 'vlan') return;
  broken(
    'HOST_NETWORK_INTERFACE_HAVING_ID_OR_NAME_DOES_NOT_EXIST',
    'attach',
    `The host "${host.name}" has no NIC or bond ${nic} for the network "${network.name}"`,
    run('hosts.nics', { host: host.name }),
  );
};

const isTarget = (kind: string | undefined): boolean => kind === 'nic' || kind === 'bond';

/** Bad: red on eth1.7: a VLAN is part of the network, and Atoll creates its device. */
export const notOnVlanDevice: Rule = ({ network, nic }, { nics }) => {
  const target = nic === null ? undefined : nics.get(nic);
  if (target?.kind !== 'vlan') return;
  broken(
    'ATTACHMENT_REFERENCE_VLAN_DEVICE',
    'attach',
    `${target.name} is a VLAN on ${target.parent ?? 'a NIC'}`,
    `Put "${network.name}" on ${target.parent ?? 'the NIC'}, and give the network the VLAN tag.`,
  );
};

/** Bad: red on eth1, which is in an unmanaged bridge br0. */
export const nicIsNotUnmanaged: Rule = ({ network, nic }, request) => {
  const master = nic === null ? null : masterOf(request, nic);
  if (master === null || isOurs(request, master)) return;
  broken(
    'ACTION_TYPE_FAILED_HOST_NETWORK_ATTACHEMENT_ON_UNMANAGED_NETWORK',
    'attach',
    `${nic ?? ''} is in ${master}, which Atoll did not create`,
    `Remove it there first, or put "${network.name}" on another NIC.`,
  );
};

/** The current master of a NIC; a bond that this command creates has none. */
export const masterOf = ({ nics }: SetupRequest, nic: string): string | null => nics.get(nic)?.bridge ?? null;

/** Whether a bridge or bond was created by *Setup networks*. */
export const isOurs = ({ now, bondsNow }: SetupRequest, master: string): boolean =>
  bondsNow.some(({ name }) => name === master) ||
  now.some(({ network, nic }) => nic !== null && network.bridge === master);

/** Bad: red on eth1, which is one of the NICs of bond0. */
export const nicIsNotInBond: Rule = ({ network, nic }, { bondsAfter, bonds }) => {
  const bond = bondsAfter.find(({ nics }) => nic !== null && nics.includes(nic));
  if (!bond) return;
  const asked = bonds.some(({ name }) => name === bond.name);
  broken(
    asked
      ? 'NETWORK_INTERFACE_ADDED_TO_BOND_AND_NETWORK_IS_ATTACHED_TO_IT_AT_THE_SAME_TIME'
      : 'NETWORK_INTERFACE_ALREADY_IN_BOND',
    'attach',
    `${nic ?? ''} is part of the bond ${bond.name}`,
    `Put "${network.name}" on ${bond.name}.`,
  );
};

/** Bad: a change of red, whose bridge on the host differs from its setup, without permission to overwrite it. */
export const inSync: Rule = ({ network }, { now, override }) => {
  const known = now.find((each) => each.network.id === network.id);
  if (network.isIsolated || known?.state !== 'out_of_sync' || override.has(network.id)) return;
  const values = known.differences.map(({ what, wanted, actual }) => `${what}: wanted ${wanted}, is ${actual}`);
  broken(
    'NETWORK_NOT_IN_SYNC',
    'override',
    `The network "${network.name}" is out of sync there (${values.join('; ')})`,
    'Sync it first, or name it in "override" to overwrite the differences.',
  );
};

/** Bad: DHCP on a host without a client that Atoll can start. */
export const dhcpHasClient =
  (clients: readonly string[]): Rule =>
  ({ network, ipv4 }, { host }) => {
    const tools = host.capabilities?.tools ?? {};
    if (ipv4.kind !== 'dhcp' || clients.some((client) => client in tools)) return;
    broken(
      'NETWORK_ATTACHMENT_INCOMPATIBLE_BOOT_PROTOCOL_AND_HOST',
      'attach',
      `The host "${host.name}" has no DHCP client for the network "${network.name}"`,
      `Install a client on the host (${clients.join(', ')}), or set a static address.`,
    );
  };

/** Bad: a gateway outside the address's own prefix, through which nothing can be reached. */
export const gatewayIsNear: Rule = ({ network, ipv4 }) => {
  if (ipv4.kind !== 'static' || ipv4.gateway === null) return;
  const [own = '', length = '32'] = ipv4.address.split('/');
  const bits = 2 ** (32 - Number(length));
  if (Math.floor(numberOf(own) / bits) === Math.floor(numberOf(ipv4.gateway) / bits) && own !== ipv4.gateway) return;
  broken(
    'NETWORK_ATTACHMENT_GATEWAY_OUT_OF_RANGE',
    'attach',
    `The gateway ${ipv4.gateway} of "${network.name}" is not another address in ${ipv4.address}`,
    'Use a gateway with the same prefix.',
  );
};

const numberOf = (address: string): number => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);

/** The rules about each attachment, in order. */
const RULES: readonly Rule[] = [
  inCluster,
  hostIsEligible,
  isolatedIsBare,
  notOutside,
  regularHasNic,
  nicIsNotInBond,
  nicExists,
  notOnVlanDevice,
  nicIsNotUnmanaged,
  inSync,
  dhcpHasClient(DHCP_CLIENTS),
  gatewayIsNear,
];

export function checkAttachments(request: SetupRequest): void {
  networkOnce(request);
  notInBothLists(request);
  for (const asked of request.attach) for (const rule of RULES) rule(asked, request);
}

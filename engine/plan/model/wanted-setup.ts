import type { HostBond, Ipv4, Ipv6 } from '../../../contract';
import type { BondSpec } from '../../ports/setup';
import type { NetworkAttachmentRow, NetworkRow } from '../../ports/store';
import { BOND, setupMark } from './marks';

/** The desired state of a regular network on a host. */
export interface RegularSpec {
  readonly networkId: string;
  readonly name: string;
  readonly bridge: string;
  readonly mtu: number;
  /** NIC or bond. */
  readonly nic: string;
  readonly vlan: number | null;
  readonly ipv4: Ipv4;
  readonly ipv6: Ipv6;
  readonly alias: string;
  /** Its bridge existed before us: it has no mark of ours, and needs none. */
  readonly imported?: boolean;
}

export interface WantedBond extends BondSpec {
  readonly nics: readonly string[];
}

/** The networks and bonds that a user has set up on a host. */
export interface WantedSetup {
  readonly bonds: readonly WantedBond[];
  readonly networks: readonly RegularSpec[];
}

/** The port of a regular network's bridge: its NIC or bond, or the VLAN on it. */
export const portOf = ({ nic, vlan }: Pick<RegularSpec, 'nic' | 'vlan'>): string =>
  vlan === null ? nic : `${nic}.${vlan}`;

type Attached = Pick<NetworkAttachmentRow, 'nic' | 'ipv4' | 'ipv6'> &
  Partial<Pick<NetworkAttachmentRow, 'imported'>> & { readonly network: NetworkRow };

/** `attached`: regular networks with a NIC on the host. A bond has the largest MTU of the networks on it. */
export function wantedSetup(storeId: string, attached: readonly Attached[], bonds: readonly HostBond[]): WantedSetup {
  const networks = attached.flatMap(({ nic, ipv4, ipv6, imported = null, network }): RegularSpec[] => {
    const { id: networkId, name, bridge, mtu, vlan } = network;
    const alias = setupMark(storeId, networkId);
    const spec = { networkId, name, bridge, mtu, vlan, ipv4, ipv6, alias };
    return nic === null ? [] : [{ ...spec, nic, ...(imported === null ? {} : { imported: true }) }];
  });
  const mtuOf = (bond: string): number =>
    Math.max(1500, ...networks.filter(({ nic }) => nic === bond).map(({ mtu }) => mtu));
  return {
    networks,
    bonds: bonds.map(({ name, mode, nics }) => ({
      ...{ name, mode, nics, mtu: mtuOf(name), alias: setupMark(storeId, BOND) },
    })),
  };
}

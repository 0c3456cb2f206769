import type { DhcpClient } from '../../ports/setup';
import { isLeft, uplinksOf } from './compare';
import type { Draft } from './draft';
import type { NetLink } from './net-state';
import type { WantedBond, WantedSetup } from '../model/wanted-setup';

/**
 * Removes bridges and VLANs of ours that are no longer set up. If the connection to the host runs over such a bridge, its addresses
 * move back to its NIC: otherwise the host would become unreachable.
 */
export function planRemoval(
  draft: Draft,
  setup: WantedSetup,
  storeId: string,
  carrying: ReadonlySet<string>,
  client: DhcpClient | null,
): void {
  const left = [...draft.state.links.values()].filter((link) => isLeft(link, setup, storeId));
  for (const bridge of left) if (bridge.kind === 'bridge') removeBridge(draft, bridge, carrying, client);
  for (const vlan of left) if (vlan.kind === 'vlan') removeVlan(draft, vlan.name);
}

function removeBridge(draft: Draft, link: NetLink, carrying: ReadonlySet<string>, client: DhcpClient | null): void {
  const { name, mac, alias } = link;
  const heir = carrying.has(name) ? uplinksOf(draft.state, name)[0]?.name : undefined;
  if (link.dhcp && client !== null) draft.do({ kind: 'dhcp.stop', link: name, client });
  for (const port of draft.portsOf(name)) draft.setMaster(port.name, null);
  draft.moveAddresses(name, heir ?? null, () => true);
  draft.setIpv6(name, false);
  draft.setUp(name, false);
  draft.do({ kind: 'bridge.unmake', bridge: { name, mac, mtu: draft.get(name).mtu, alias: alias ?? '' } });
}

export function removeBond(draft: Draft, name: string): void {
  const link = draft.get(name);
  for (const vlan of [...draft.state.links.values()].filter((each) => each.vlan?.parent === name))
    removeVlan(draft, vlan.name);
  draft.moveAddresses(name, null, () => false);
  draft.setMaster(name, null);
  for (const port of draft.portsOf(name)) draft.setMaster(port.name, null);
  draft.setUp(name, false);
  const { mtu, alias, bondMode } = { ...draft.get(name), alias: link.alias ?? '' };
  draft.do({ kind: 'bond.unmake', bond: { name, mtu, alias, mode: bondMode as WantedBond['mode'] } });
}

export function removeVlan(draft: Draft, name: string): void {
  const { vlan, alias } = draft.get(name);
  if (!vlan) return;
  draft.moveAddresses(name, null, () => false);
  draft.setMaster(name, null);
  draft.setUp(name, false);
  draft.do({ kind: 'vlan.unmake', vlan: { name, ...vlan, mtu: draft.get(name).mtu, alias: alias ?? '' } });
}

/** Bonds of ours that are no longer set up: removed first, because that sets down the NICs that others are about to use. */
export function removeLeftBonds(draft: Draft, setup: WantedSetup, storeId: string): void {
  for (const link of [...draft.state.links.values()])
    if (link.kind === 'bond' && isLeft(link, setup, storeId)) removeBond(draft, link.name);
}

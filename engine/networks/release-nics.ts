import type { NetworkRow, Repositories, VmRow } from '../ports/store';

/** Imported VMs on a network whose bridge existed before them: they stay on it when the network is removed. */
export function keptUsers(tx: Repositories, network: Pick<NetworkRow, 'id'>): VmRow[] {
  const ids = new Set(tx.vnics.ofNetwork(network.id).map(({ vmId }) => vmId));
  return [...ids]
    .flatMap((id) => tx.vms.get(id) ?? [])
    .filter(({ boot, hostId }) => {
      if (boot.kind !== 'imported' || hostId === null) return false;
      return (tx.attachments.get({ networkId: network.id, hostId })?.imported ?? null) !== null;
    });
}

/** Their NICs on it are unmanaged again: they have no row of ours, and nothing is removed from a definition. */
export function releaseNics(tx: Repositories, network: NetworkRow): void {
  for (const { id, boot } of keptUsers(tx, network)) {
    if (boot.kind !== 'imported') continue;
    const vnics = tx.vnics.ofVm(id).filter(({ networkId }) => networkId === network.id);
    for (const vnic of vnics) tx.vnics.remove(vnic.id);
    const nics = vnics.filter(({ plugged }) => plugged).map(({ mac }) => ({ mac, on: `bridge ${network.bridge}` }));
    tx.vms.update(id, { boot: { ...boot, nics: [...boot.nics, ...nics] } });
  }
}

import type { AtollMap, Island } from '../../contract';

/**
 * `host/network: vm vm vm` lines; a VM named on several lines is on several islands. A network `uplink..` has a NIC. A `-` before a
 * name: its vNIC is inactive.
 */
export function sceneOf(...lines: readonly string[]): AtollMap {
  const islands: Island[] = [];
  const hosts = new Set<string>();
  const networks = new Set<string>();
  const vms = new Map<string, { hostId: string; down: boolean }>();
  const sizes = new Map<string, number>();
  for (const line of lines) {
    const [place = '', names = ''] = line.split(':');
    const [hostId = '', networkId = ''] = place.trim().split('/');
    hosts.add(hostId);
    networks.add(networkId);
    const members = names.trim().split(/\s+/).filter(Boolean);
    for (const name of members) vms.set(name.replace('-', ''), { hostId, down: name.startsWith('-') });
    islands.push({
      id: `${networkId}@${hostId}`,
      networkId,
      hostId,
      nic: networkId.startsWith('uplink') ? 'eth0' : null,
      members: members.map((name) => ({
        vmId: name.replace('-', ''),
        vnicId: `${name}/${networkId}`,
        hears: !name.startsWith('-'),
      })),
      another: sizes.has(networkId),
      verdict: 'unknown',
      verdictAt: null,
      points: 0,
      unchecked: 0,
      failed: 0,
      note: null,
    });
    sizes.set(networkId, members.length);
  }
  return {
    hosts: [...hosts].map((id) => ({ id, name: id, kind: 'simulated', state: 'up', labels: [] })),
    networks: [...networks].map((id) => ({ id, name: id, isIsolated: !id.startsWith('uplink'), label: null })),
    vms: [...vms].map(([id, { hostId, down }]) => ({
      id,
      name: id,
      state: down ? ('down' as const) : ('up' as const),
      hostId,
    })),
    islands,
    alone: [],
  };
}

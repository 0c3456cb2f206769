import type { HostNic } from '../../contract';

/** A plain NIC as it is kept; each field can be another. */
export const aNic = (hostId: string, name: string, over: Partial<HostNic> = {}): HostNic => ({
  ...{ hostId, name, mac: '52:54:00:00:00:01', mtu: 1500, up: true, speedMbps: 1000, bridge: null, kind: 'nic' },
  ...{ addresses: [], parent: null, vlan: null, mode: null, carriesConnection: false },
  ...over,
});

import type { TunnelChange } from '../../engine/ports/stretch';
import type { ObservedTunnel } from '../../engine/ports/stretch';

const NONE: ObservedTunnel = {
  ...{ publicKey: null, nextKey: null, isRunning: false, by: null, port: null, settings: null },
  ...{ faults: [], peers: [], ends: [] },
};

/** What a tunnel's change needs of the bridges. */
export interface EndBridges {
  isSealed(bridge: string): boolean;
  /** Takes a port out of the bridge that it is in, if any. */
  pull(port: string): void;
  put(bridge: string, port: string): void;
}

/** What a change does to a host's tunnel. As strict as a driver: no end is added to an open bridge, or before the tunnel is as planned. */
export function changedTunnel(
  before: ObservedTunnel | null,
  change: TunnelChange,
  bridges: EndBridges,
): ObservedTunnel | null {
  const tunnel = before ?? NONE;
  switch (change.kind) {
    case 'tunnel.start': {
      const { key, port, settings, peers } = change.spec;
      if (key !== null && key !== tunnel.publicKey && key !== tunnel.nextKey)
        throw new Error('it does not have the key');
      return {
        ...tunnel,
        ...{ isRunning: true, by: 'kernel', port: port ?? 51_871, settings, faults: [] },
        publicKey: key ?? tunnel.publicKey ?? 'first',
        nextKey: key !== null && key === tunnel.nextKey ? null : tunnel.nextKey,
        peers: peers.map(({ publicKey }) => ({ publicKey, endpoint: null, handshakeAge: null, received: 0, sent: 0 })),
      };
    }
    case 'tunnel.stop':
      for (const { port } of tunnel.ends) bridges.pull(port);
      return { ...NONE, publicKey: tunnel.publicKey, nextKey: tunnel.nextKey };
    case 'tunnel.next_key':
      return { ...tunnel, nextKey: tunnel.nextKey ?? 'next' };
    case 'tunnel.end.add': {
      const { end, spec } = change;
      if (!bridges.isSealed(end.bridge)) throw new Error(`${end.bridge} is not sealed`);
      if (!tunnel.isRunning || tunnel.settings !== spec.settings) throw new Error('the tunnel is not as planned');
      bridges.pull(end.port);
      bridges.put(end.bridge, end.port);
      const others = tunnel.ends.filter(({ port }) => port !== end.port);
      return { ...tunnel, ends: [...others, { ...end, up: true, faults: [] }] };
    }
    case 'tunnel.end.remove':
      bridges.pull(change.port);
      return { ...tunnel, ends: tunnel.ends.filter(({ port }) => port !== change.port) };
    case 'tunnel.end.forget':
      return before;
  }
}
